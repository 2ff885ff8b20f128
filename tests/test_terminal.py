"""What a person sees while a build runs, on a terminal and elsewhere."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cardbook import cli, terminal
from cardbook.diagnostics import Log, Severity, Span

ROOT = Path(__file__).parents[1]
CALL = "import sys; sys.argv[0] = 'cardbook'; from cardbook.cli import main; main()"
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A project with one question; the working directory of the calls."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.md").write_text("## 什么是 Dropout？\n\n随机关闭神经元。\n", encoding="utf-8")
    return tmp_path


def call(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call the installed command as a user does, without a terminal."""
    return subprocess.run(
        [sys.executable, "-c", CALL, *arguments],
        cwd=cwd, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def on_terminal(*arguments: str, cwd: Path, **environment: str) -> str:
    """Call it on a terminal of 80 columns; all that it wrote there."""
    reader, writer = pty.openpty()
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "80", **environment}
    process = subprocess.Popen(
        [sys.executable, "-c", CALL, *arguments], cwd=cwd, env=variables, stdout=writer, stderr=writer
    )
    os.close(writer)
    written = b""
    while data := _read(reader):
        written += data
    os.close(reader)
    assert process.wait() == 0
    return written.decode()


def _read(reader: int) -> bytes:
    try:
        return os.read(reader, 65536)
    except OSError:  # Linux says so when the other end is closed
        return b""


def test_without_a_terminal_each_stage_is_a_plain_line(notes: Path) -> None:
    """A log of a build server holds no control sequences; stdout holds the summary alone."""
    done = call("--only", "report", "--offline", cwd=notes)
    assert done.returncode == 0
    assert "cardbook: reading\ncardbook: parsing 1 file\ncardbook: matching 1 note\n" in done.stderr
    assert "\x1b" not in done.stderr + done.stdout
    assert done.stdout.startswith("read      1 file (headings 1), 1 note, 0 without an answer\n")


def test_on_a_terminal_each_stage_ends_with_its_time(notes: Path) -> None:
    """The lines stay, so that one sees afterwards what took long."""
    shown = ANSI.sub("", on_terminal("--only", "report", "--offline", cwd=notes))
    assert re.search(r"✓ matching 1 note\s+\d+\.\d s", shown)
    assert re.search(r"✓ writing report\.html\s+\d+\.\d s", shown)


def test_no_color_is_obeyed(notes: Path) -> None:
    """https://no-color.org: no colour, on a terminal either."""
    (notes / "sources" / "a.md").write_text("## 什么是 Dropout？\n", encoding="utf-8")
    colours = re.compile(r"\x1b\[[0-9;]*3[0-7]m")
    assert colours.search(on_terminal("--only", "canonical", "--offline", cwd=notes))
    plain = on_terminal("--only", "canonical", "--offline", "--force", cwd=notes, NO_COLOR="1")
    assert not colours.search(plain) and "warning[answer-missing]" in plain


def test_the_list_is_aligned_on_a_terminal_and_tabs_elsewhere(notes: Path) -> None:
    """Chinese characters are two columns wide."""
    rows = call("--list", cwd=notes).stdout
    assert re.fullmatch(r"\w{10}\t\S+\t什么是 Dropout？\ta\.md:1\n", rows)
    shown = ANSI.sub("", on_terminal("--list", cwd=notes)).replace("\r\n", "\n")
    head, row = (line for line in shown.split("\n") if line.strip())
    wide = sum(len(character.encode()) == 3 for character in row.split("a.md")[0])
    assert head.index("notes") == row.index("a.md:1") + wide


def test_a_hint_that_many_share_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Each finding keeps its line; what to do about twenty of a kind stands below the last."""
    log = Log()
    for number in range(1, 21):
        log.warning("answer-missing", Span("a.md", number), f"no answer to {number}", "write one")
    log.warning("image-missing", Span("a.md", 3), "not there", "put it there")
    terminal.show(log, Path("sources"), verbose=False)
    lines = capsys.readouterr().err.splitlines()
    assert sum("warning[answer-missing]" in line for line in lines) == 20
    assert lines.count("  hint: write one") == 1 and lines[-1] == "  hint: write one"
    assert lines.count("  hint: put it there") == 1
    terminal.show(log, Path("sources"), verbose=True)
    assert capsys.readouterr().err.count("hint: write one") == 20


def test_what_strangers_wrote_does_not_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Control sequences in messages and file names are shown, not sent."""
    log = Log()
    log.add(Severity.WARNING, "answer-missing", Span("\x1b[2Ja.md"), "no answer to \x07\u202e", "hint\x1b[1m")
    terminal.show(log, Path("sources"), verbose=False)
    assert capsys.readouterr().err == (
        "sources/\\x1b[2Ja.md:1:1: warning[answer-missing]: no answer to \\x07\\u202e\n  hint: hint\\x1b[1m\n"
    )


def test_the_help_groups_every_option(notes: Path) -> None:
    """Nothing is forgotten, nothing stands there twice."""
    text = call("--help", cwd=notes).stdout
    for parameter in cli.build.params:
        if isinstance(parameter, click.Option):
            # At the beginning of a line, as a definition.
            assert len(re.findall(rf"^  (?:-\w, )?{parameter.opts[-1]}\b", text, re.MULTILINE)) == 1
    assert "What to make:" in text and "Examples:" in text


def test_a_missing_folder_says_what_to_do(notes: Path) -> None:
    """Exit code 2, no traceback, and the way out."""
    done = call("nowhere", cwd=notes)
    assert done.returncode == 2
    assert "there is no folder 'nowhere'. Name the folder of your notes: cardbook ~/notes" in done.stderr


def test_shells_can_complete(notes: Path) -> None:
    """Options, and commands beside folders."""

    def completed(words: str) -> str:
        return call(cwd=notes, _CARDBOOK_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD="1").stdout

    assert "plain,--offline" in completed("cardbook --off")
    assert "plain,init" in completed("cardbook in")


def test_a_bug_is_told_as_one(notes: Path) -> None:
    """No traceback for somebody who came to learn; with --verbose it is there."""
    broken = CALL.replace("main()", "from cardbook import pipeline; pipeline.build = None; main()")
    done = subprocess.run(
        [sys.executable, "-c", broken], cwd=notes, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "error: TypeError: " in done.stderr and "this is a bug in cardbook" in done.stderr


def test_a_terminal_without_chinese_does_not_end_the_build(notes: Path) -> None:
    """It shows what it can."""
    done = call("--list", cwd=notes, PYTHONIOENCODING="latin-1")
    assert done.returncode == 0 and "\\u4ec0\\u4e48\\u662f Dropout" in done.stdout
