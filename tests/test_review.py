"""`python build.py review`: the answers of a person are written down at once, and the next build follows them."""

from __future__ import annotations

import subprocess
import sys
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
