"""Whole files or none, and one build at a time."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from cardbook import files
from cardbook.diagnostics import BuildError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_same_content_is_not_written_again(tmp_path: Path) -> None:
    """A file that would not change keeps its time."""
    path = tmp_path / "new" / "a.txt"
    assert files.write_atomically(path, b"one")
    os.utime(path, (1, 1))
    assert not files.write_atomically(path, b"one")
    assert path.stat().st_mtime == 1
    assert files.write_atomically(path, b"two")
    assert path.read_bytes() == b"two"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up costs the new file only, and the message says so."""
    path = tmp_path / "a.txt"
    files.write_atomically(path, b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(BuildError, match=r"a\.txt: cannot be written: the disk is full"):
        files.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


def test_an_interrupted_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle of a write removes the unfinished file."""

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        files.write_atomically(tmp_path / "a.txt", b"new")
    assert names(tmp_path) == []


def test_a_file_saved_meanwhile_is_left_alone(tmp_path: Path) -> None:
    """What a person saved during the build is not overwritten."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"typed just now")
    with pytest.raises(files.Changed, match="changed while the build was running"):
        files.write_atomically(path, b"new", expected=b"as it was read")
    assert path.read_bytes() == b"typed just now"


def test_permissions_are_the_usual_ones(tmp_path: Path) -> None:
    """A new file can be read by whom the umask allows; a replaced one keeps its permissions."""
    path = tmp_path / "a.txt"
    files.write_atomically(path, b"1")
    plain = tmp_path / "b.txt"
    plain.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    path.chmod(0o640)
    files.write_atomically(path, b"2")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """An output that the user linked elsewhere is written there."""
    (tmp_path / "far").mkdir()
    (tmp_path / "a.txt").symlink_to(tmp_path / "far" / "a.txt")
    files.write_atomically(tmp_path / "a.txt", b"1")
    assert (tmp_path / "a.txt").is_symlink()
    assert (tmp_path / "far" / "a.txt").read_bytes() == b"1"


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    """An impossible folder is a message, not a traceback."""
    (tmp_path / "dist").touch()
    with pytest.raises(BuildError, match="a file stands where a folder should be"):
        files.write_atomically(tmp_path / "dist" / "a.txt", b"1")
    with pytest.raises(BuildError, match="a file stands"), files.build_lock(tmp_path / "dist", print):
        pass


def test_a_second_build_waits_and_says_so(tmp_path: Path) -> None:
    """Two builds of one folder come one after the other."""
    said: list[str] = []
    order: list[str] = []
    waiting = threading.Event()

    def say(message: str) -> None:
        said.append(message)
        waiting.set()

    def second() -> None:
        with files.build_lock(tmp_path, say):
            order.append("second")

    thread = threading.Thread(target=second)
    with files.build_lock(tmp_path, say):
        thread.start()
        assert waiting.wait(10)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
    assert said == [f"another build is writing to {tmp_path}; waiting for it to end"]


def test_a_build_does_not_wait_for_ever(tmp_path: Path) -> None:
    """A folder that stays taken is an error that says what to do."""
    with (
        files.build_lock(tmp_path, print),
        pytest.raises(BuildError, match="another build has held this folder"),
        files.build_lock(tmp_path, lambda _: None, seconds=0.2),
    ):
        pass


def test_the_next_build_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    """Unfinished files of a killed build go with the next one; the user's own files stay."""
    (tmp_path / ".cardbook-x1.tmp").touch()
    (tmp_path / "mine.tmp").touch()
    with files.build_lock(tmp_path, print):
        assert names(tmp_path) == [".cache", "mine.tmp"]
