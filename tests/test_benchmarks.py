"""What `make bench` measures with: the cost of a program, generated notes, the rows of the table."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import reading
from benchmarks.measure import Cost, run
from benchmarks.notes import generate
from benchmarks.table import Row, Target, line

HOLD = (
    "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = bytearray(80 << 20)']); print('done')"
)


def test_memory_counts_what_a_program_starts_and_not_who_measures(tmp_path: Path) -> None:
    """A small program is small beside a large caller, and one that starts a large one is large."""
    ballast = bytearray(80 << 20)
    small, _ = run([sys.executable, "-S", "-c", "pass"], tmp_path)
    large, printed = run([sys.executable, "-S", "-c", HOLD], tmp_path)
    assert small.peak < 40 < 80 < large.peak < 130 < len(ballast)
    assert printed == "done\n"
    assert min(small.wall, small.cpu) > 0


def test_a_program_that_fails_is_quoted(tmp_path: Path) -> None:
    """By TeX's error, else by its last line."""
    with pytest.raises(RuntimeError, match=r"^ValueError: why$"):
        run([sys.executable, "-c", "raise ValueError('why')"], tmp_path)
    with pytest.raises(RuntimeError, match=r"^! no$"):
        run([sys.executable, "-c", "print('! no'); print('more'); exit(1)"], tmp_path)


def test_generated_notes_repeat_a_tenth_from_the_second_file_on(tmp_path: Path) -> None:
    """Where asked to; else no two ask the same."""
    for name, repeat, different in (("once", False, 150), ("again", True, 140)):
        generate(tmp_path / name, 150, repeat)
        lines = [x for path in (tmp_path / name).iterdir() for x in path.read_text("utf-8").split("\n")]
        questions = [text for text in lines if text.startswith("## ")]
        assert (len(questions), len(set(questions))) == (150, different)


def test_a_row_says_whether_its_target_is_met() -> None:
    """And leaves empty what does not apply."""
    assert line(Row("a", "b", "0.5 F", Cost(1.5, 1), Target("≤ 1 F", True))).split() == [
        *("a", "b", "1.50", "s", "0.5", "F", "≤", "1", "F", "ok"),
    ]
    assert line(Row("a", "b", "x", target=Target("y", False))).split() == ["a", "b", "x", "y", "MISSED"]


def test_the_questions_of_the_case_files_are_found() -> None:
    """The figure that the table prints for reading."""
    assert all(row.target and row.target.met for row in reading.rows())
