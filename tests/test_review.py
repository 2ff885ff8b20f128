"""`python build.py review`: the answers of a person are written down at once, and the next build follows them."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
import yaml

from cardbook import review

ROOT = Path(__file__).parents[1]
NOTES = """# Notes

## What is gradient descent?

A step against the gradient, again and again.

## How does gradient descent work?

Follow the slope downhill.
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Two questions of which a person must say whether they are one."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "notes.md").write_text(NOTES, encoding="utf-8")
    return tmp_path / "notes"


def call(sources: Path, *arguments: str, keys: str = "") -> subprocess.CompletedProcess[str]:
    """The real command line, with `keys` typed into it."""
    return subprocess.run(
        [sys.executable, "build.py", *arguments, str(sources), "-o", str(sources.parent / "dist")],
        cwd=ROOT, input=keys, capture_output=True, text=True, check=True,
    )  # fmt: skip


def cards(sources: Path) -> int:
    """How many cards the notes make now."""
    return len(call(sources, "--list").stdout.splitlines())


def test_same_joins_the_cards_and_different_ends_the_question(sources: Path) -> None:
    """Each answer is said in `cardbook.yaml`, and is not asked for again."""
    assert cards(sources) == 2
    asked = call(sources, "review", keys="s\n").stdout
    assert "notes.md:3:1" in asked and "1 decided" in asked
    assert cards(sources) == 1
    assert "nothing to decide" in call(sources, "review").stdout
    (sources / "cardbook.yaml").unlink()
    call(sources, "review", keys="?\nd\n")
    assert cards(sources) == 2
    assert "nothing to decide" in call(sources, "review").stdout


def test_later_and_the_end_of_the_input_decide_nothing(sources: Path) -> None:
    """What is left is asked again the next time."""
    for keys in ("l\n", "q\n", ""):
        assert "0 decided" in call(sources, "review", keys=keys).stdout
    assert not (sources / "cardbook.yaml").exists()


@pytest.mark.parametrize("typed", [
    "", "# only a remark\n", "title: 手册  # mine\n", "merge:  # sure\n  - [甲, 乙]\n# the end\n", "merge: []\n",
])  # fmt: skip
def test_the_rest_of_the_file_stays_as_it_was_typed(sources: Path, typed: str) -> None:
    """Comments, quotes and order are the user's."""
    path = sources / "cardbook.yaml"
    path.write_text(typed, encoding="utf-8")
    before = yaml.safe_load(typed) or {}
    review.decide(sources, "merge", '问："甲"？', "# 乙: 是")
    written = path.read_text(encoding="utf-8")
    assert yaml.safe_load(written) == {
        **before,
        "merge": [*(before.get("merge") or []), ['问："甲"？', "# 乙: 是"]],
    }
    assert [line for line in typed.splitlines() if line != "merge: []" and line not in written] == []


def test_a_file_from_windows_keeps_its_line_ends(sources: Path) -> None:
    """An answer changes no other line of the file."""
    path = sources / "cardbook.yaml"
    path.write_bytes(b"\xef\xbb\xbftitle: T  # mine\r\n")
    review.decide(sources, "separate", "a", "b")
    assert path.read_bytes() == b'title: T  # mine\r\nseparate:\r\n  - ["a", "b"]\r\n'


def test_ctrl_c_on_a_terminal_keeps_what_was_answered(sources: Path) -> None:
    """One key an answer; an interrupted review ends like a finished one, and goes on the next time."""
    more = "\n## What is dropout?\n\nUnits are dropped.\n\n## How does dropout work?\n\nIt drops units.\n"
    (sources / "notes.md").write_text(NOTES + more, encoding="utf-8")
    said = typed(sources, ["s", "\x03"])
    assert "1 decided" in said
    assert "1 left" in said
    assert yaml.safe_load((sources / "cardbook.yaml").read_text(encoding="utf-8")).keys() == {"merge"}
    assert "1 of 1" in call(sources, "review").stdout


def typed(sources: Path, keys: list[str]) -> str:
    """What `review` says on a terminal, where each of `keys` is typed when it asks."""
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "build.py", "review", str(sources), "-o", str(sources.parent / "dist")],
        cwd=ROOT, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
    )  # fmt: skip
    os.close(terminal)
    try:
        said, asked = "", 0
        while chunk := _read(main):
            said += chunk
            if said.count(review.ASK) > asked:
                _type(main, keys[asked])
                asked += 1
        process.wait(30)
    finally:
        process.kill()
        process.wait()
        os.close(main)
    return said


def _type(terminal: int, key: str) -> None:
    """Type a key once the program listens: what is typed earlier, the terminal drops."""
    while termios.tcgetattr(terminal)[3] & termios.ICANON:
        time.sleep(0.01)
    os.write(terminal, key.encode())


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 4096).decode(errors="replace")
    except OSError:  # Linux: nobody has the other end open any more
        return ""
