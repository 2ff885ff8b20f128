"""Running other programs: limits hold, and nothing of them is left behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from cardbook import process
from cardbook.process import run
from cardbook.rendering import render


def test_output_and_exit_code_come_back() -> None:
    """What a program reads, writes and answers passes through unchanged."""
    outcome = run(["sh", "-c", "cat; echo oops >&2; exit 3"], stdin=b"in", seconds=5)
    assert (outcome.code, outcome.stdout, outcome.stderr, outcome.timed_out) == (3, b"in", b"oops\n", False)


def test_a_program_that_hangs_ends_with_its_children(tmp_path: Path) -> None:
    """After the time limit the whole process group is gone, and what was written until then is kept."""
    started = time.monotonic()
    outcome = run(["sh", "-c", "echo early; sleep 60 & echo $!; wait"], seconds=0.5)
    assert outcome.timed_out and time.monotonic() - started < 10
    early, child = outcome.stdout.split()
    assert early == b"early"
    assert _gone(int(child))


def test_a_program_that_grows_is_refused_memory() -> None:
    """The address space is limited, so that one formula cannot take the machine down."""
    outcome = run(["python3", "-c", "b'x' * (1 << 30)"], seconds=20, memory_mb=400)
    assert outcome.code != 0 and b"MemoryError" in outcome.stderr


def test_a_program_may_be_started_before_its_input_is_there() -> None:
    """The next run of the same command takes it over; another command does not."""
    command = ["sh", "-c", "echo $$; cat"]
    process.start(command)
    (waiting,) = process._waiting.values()
    assert run(["sh", "-c", "cat"], stdin=b"in", seconds=5).stdout == b"in"
    assert run(command, stdin=b"in", seconds=5).stdout == f"{waiting.pid}\nin".encode()
    assert run(command, stdin=b"in", seconds=5).stdout != f"{waiting.pid}\nin".encode()


def test_a_program_that_ended_while_it_waited_is_started_again() -> None:
    """What it was started with may not have been there yet."""
    process.start(["sh", "-c", "exit 3"])
    (waiting,) = process._waiting.values()
    waiting.wait()
    assert run(["sh", "-c", "exit 3"], seconds=5).code == 3


def test_pandoc_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It begins a history of its prompt in the folder for temporary files, and is given the time to remove it."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    render.start()
    while not any(tmp_path.iterdir()):
        time.sleep(0.05)
    process.dismiss()
    assert not any(tmp_path.iterdir())


def test_a_program_that_nobody_runs_is_ended(tmp_path: Path) -> None:
    """All of them, or those of one folder; one that cannot be started is no error before it is run."""
    process.start(["sleep", "60"])
    process.start(["sleep", "60"], folder=tmp_path)
    process.start(["no-such-program"])
    here, there = process._waiting.values()
    process.dismiss(tmp_path)
    assert here.poll() is None and there.poll()
    process.dismiss()
    assert here.poll() and not process._waiting


def test_a_missing_program_is_an_os_error() -> None:
    """The caller decides what a missing program means."""
    with pytest.raises(OSError, match="no-such-program"):
        run(["no-such-program"], seconds=1)


def _gone(pid: int) -> bool:
    """A killed child whose parent is gone may stay a zombie for a moment."""
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return True
        time.sleep(0.1)
    return False
