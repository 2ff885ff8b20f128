"""What was expensive to make, kept by content under `dist/.cache/`: deleting or corrupting it costs time only.

Every file carries a checksum of its key and its content, so that a damaged or misplaced entry is a miss. No
method raises for what the disk does: a cache that cannot be written is a slow one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from cardbook.limits import CACHE_DAYS, MAX_CACHE_BYTES

_MAGIC = b"cardbook1"
_DAY = 86_400.0


def digest(*parts: str | bytes) -> str:
    """A hexadecimal SHA-256 of the parts, which depends on where each of them ends."""
    hashed = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        hashed.update(len(data).to_bytes(8, "big") + data)
    return hashed.hexdigest()


class Cache:
    """Bytes by kind (a plain word, the folder) and key (any text: name everything that the content depends on)."""

    def __init__(self, folder: Path, enabled: bool = True) -> None:
        """A cache in `folder`, which need not exist; one that is not `enabled` is written but never read."""
        self._folder = folder
        self._enabled = enabled

    @property
    def folder(self) -> Path:
        """Where the cache keeps its files."""
        return self._folder

    def get(self, kind: str, key: str) -> bytes | None:
        """What was put under `key`, or `None`."""
        if not self._enabled:
            return None
        path = self._path(kind, key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        head = len(_MAGIC) + 32
        if data[:head] != _MAGIC + _checksum(key, data[head:]):
            return None
        _mark_used(path)
        return data[head:]

    def put(self, kind: str, key: str, content: bytes) -> None:
        """Keep `content` under `key`. A full or read-only disk is no error."""
        path = self._path(kind, key)
        with contextlib.suppress(OSError):
            if not path.parent.is_dir():
                path.parent.mkdir(parents=True)
                self._mark_folder()
            _write(path, _MAGIC + _checksum(key, content) + content)

    def prune(self, days: float = CACHE_DAYS, max_bytes: int = MAX_CACHE_BYTES) -> None:
        """Drop what nobody asked for in `days`, and the longest unused until `max_bytes` are kept.

        Looks at most once a day, since it visits every file.
        """
        mark = self._folder / "pruned"
        with contextlib.suppress(OSError):
            if mark.exists() and time.time() - mark.stat().st_mtime < _DAY:
                return
            _drop(_entries(self._folder), time.time() - days * _DAY, max_bytes)
            mark.touch()

    def _path(self, kind: str, key: str) -> Path:
        name = digest(kind, key)
        return self._folder / kind / name[:2] / name[2:34]

    def _mark_folder(self) -> None:
        # Backup programs and git know these, so that nobody keeps what can be made again.
        (self._folder / ".gitignore").write_text("*\n", encoding="utf-8")
        tag = "Signature: 8a477f597d28d172789f06886806bc55\n"
        (self._folder / "CACHEDIR.TAG").write_text(tag, encoding="utf-8")


def _checksum(key: str, content: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest() + content).digest()


def _mark_used(path: Path) -> None:
    with contextlib.suppress(OSError):
        if time.time() - path.stat().st_mtime > _DAY:
            os.utime(path)


def _write(path: Path, data: bytes) -> None:
    # No fsync: a file that a power cut left half written fails its checksum.
    handle, name = tempfile.mkstemp(".tmp", "", path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _entries(folder: Path) -> list[tuple[float, int, Path]]:
    """When it was last used, size and path of every entry, the longest unused first."""
    found = []
    for path in folder.glob("*/??/*"):
        with contextlib.suppress(OSError):
            status = path.lstat()
            found.append((status.st_mtime, status.st_size, path))
    return sorted(found)


def _drop(entries: Iterable[tuple[float, int, Path]], before: float, max_bytes: int) -> None:
    entries = list(entries)
    kept = sum(size for _, size, _ in entries)
    for used, size, path in entries:
        if used >= before and kept <= max_bytes:
            return
        with contextlib.suppress(OSError):
            path.unlink()
            kept -= size
