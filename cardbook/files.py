"""Outputs are written whole or not at all, and two builds do not meet in one folder."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock

from cardbook.diagnostics import BuildError

CACHE_FOLDER = ".cache"
LOCK_SECONDS = 600.0
_PREFIX, _SUFFIX = ".cardbook-", ".tmp"


class Changed(BuildError):
    """The file is not what it was when the build began."""


def write_atomically(path: Path, data: bytes, expected: bytes | None = None) -> bool:
    """Put `data` into `path` whole or not at all; True if that changed the file.

    The same content is not written again, so that its time stays. With `expected`, a file that does not hold
    these bytes any more is left alone (`Changed`): somebody saved it while we were building. Raises `BuildError`
    when the disk is full or the folder is read-only; the old file is whole then.
    """
    path = Path(os.path.realpath(path))
    with told(path):
        present = path.read_bytes() if path.is_file() else None
        if present == data:
            return False
        if expected is not None and present != expected:
            raise Changed(
                f"{path}: changed while the build was running; it was left as it is. Build once more."
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
    return True


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(_SUFFIX, _PREFIX, path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(path))
        temporary.replace(path)
    finally:
        # Also after Ctrl-C; after `replace` there is nothing left to remove.
        temporary.unlink(missing_ok=True)


def _mode(path: Path) -> int:
    """The permissions that `open` would have given; `mkstemp` is stricter."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


_REASONS = {
    errno.ENOSPC: "the disk is full; free some space and build again",
    errno.EDQUOT: "your disk quota is used up; free some space and build again",
    errno.EROFS: "the file system is read-only; choose another folder with --out",
    errno.EACCES: "no permission to write there; change it, or choose another folder with --out",
    errno.EPERM: "no permission to write there; change it, or choose another folder with --out",
    errno.EISDIR: "a folder stands where the file should go; move it away",
    errno.ENOTDIR: "a file stands where a folder should be; move it away",
    errno.EEXIST: "a file stands where a folder should be; move it away",
}


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into a `BuildError` that names `path`, the reason and the way out."""
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise BuildError(f"{path}: cannot be written: {reason}") from error


@contextlib.contextmanager
def build_lock(out: Path, say: Callable[[str], None], seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the output folder `out` for one build; a second build says so through `say`, and waits.

    Raises `BuildError` when the other build has not ended after `seconds`, or when `out` cannot be written.
    The lock is the operating system's: it goes with its process, however that ends.
    """
    path = out / CACHE_FOLDER / "lock"
    with told(out):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(path, thread_local=False)
        _acquire(lock, out, say, seconds)
    try:
        sweep(out)
        yield
    finally:
        lock.release()


def _acquire(lock: filelock.BaseFileLock, out: Path, say: Callable[[str], None], seconds: float) -> None:
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        say(f"another build is writing to {out}; waiting for it to end")
        try:
            lock.acquire(timeout=seconds, poll_interval=0.1)
        except filelock.Timeout:
            raise BuildError(
                f"{out}: another build has held this folder for {seconds:.0f} seconds; end it, or use another --out"
            ) from None


def sweep(folder: Path) -> None:
    """Remove what a killed build left unfinished in `folder`; call it only while holding the lock."""
    for left in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with contextlib.suppress(OSError):
            left.unlink()
