"""What was expensive to make, kept by content under `dist/.cache/`: deleting or corrupting it costs time only.

Every file carries a checksum of its key and its content, so that a damaged or misplaced entry is a miss. No
method raises for what the disk does: a cache that cannot be written is a slow one.

A book has thousands of small results, and a build asks for all of them. Those of one kind stand on a shelf: one
file, with what the last build needed of them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import site
import sys
import tempfile
import time
from collections.abc import Iterable
from functools import cache as once
from pathlib import Path

from cardbook.limits import CACHE_DAYS, MAX_CACHE_BYTES

SHELVES = frozenset(
    {"answer", "format", "formula", "fragment", "mathml", "notes", "question", "said", "tool"}
)
"""The kinds that stand on shelves."""
_MAGIC = b"cardbook1"
_HEAD = len(_MAGIC) + 32
_DAY = 86_400.0


def digest(*parts: str | bytes) -> str:
    """A hexadecimal SHA-256 of the parts, which depends on where each of them ends."""
    hashed = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        hashed.update(len(data).to_bytes(8, "big") + data)
    return hashed.hexdigest()


PROGRAM = (".py", ".txt", ".lua", ".toml", ".yaml")
"""What our own code and its data are written in."""


@once
def program() -> str:
    """A digest of what any result may depend on: Python, our own code, and the versions of the packages."""
    own = sorted(path for path in Path(__file__).parent.rglob("*") if path.suffix in PROGRAM)
    packages = (sorted(os.listdir(folder)) for folder in site.getsitepackages() if os.path.isdir(folder))  # noqa: PTH112, PTH208
    return digest(
        sys.version, *(path.read_bytes() for path in own), *("\0".join(names) for names in packages)
    )


class Cache:
    """Bytes by kind (a plain word, the folder) and key (any text: name everything that the content depends on)."""

    def __init__(self, folder: Path, enabled: bool = True) -> None:
        """A cache in `folder`, which need not exist; one that is not `enabled` is written but never read."""
        self._folder = folder
        self._enabled = enabled
        self._shelves: dict[str, _Shelf] = {}

    @property
    def folder(self) -> Path:
        """Where the cache keeps its files."""
        return self._folder

    def get(self, kind: str, key: str) -> bytes | None:
        """What was put under `key`, or `None`."""
        if kind in SHELVES:
            return self._shelf(kind).get(digest(key))
        path = self._path(kind, key)
        content = _read(path, key) if self._enabled else None
        if content is not None:
            _mark_used(path)
        return content

    def put(self, kind: str, key: str, content: bytes) -> None:
        """Keep `content` under `key`; on a shelf, from the next `save` on. A full or read-only disk is no error."""
        if kind in SHELVES:
            self._shelf(kind).put(digest(key), content)
        else:
            self._write(self._path(kind, key), key, content)

    def save(self) -> None:
        """Write the shelves that hold something new, without what nobody asked for since this cache was made."""
        for kind, shelf in self._shelves.items():
            if shelf.grown():
                self._write(self._shelf_path(kind), kind, shelf.pack())

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

    def _shelf(self, kind: str) -> _Shelf:
        if kind not in self._shelves:
            self._shelves[kind] = _Shelf(_read(self._shelf_path(kind), kind) if self._enabled else None)
        return self._shelves[kind]

    def _shelf_path(self, kind: str) -> Path:
        return self._folder / "shelves" / kind

    def _write(self, path: Path, key: str, content: bytes) -> None:
        with contextlib.suppress(OSError):
            if not path.parent.is_dir():
                path.parent.mkdir(parents=True)
                self._mark_folder()
            _write(path, _MAGIC + _checksum(key, content) + content)

    def _mark_folder(self) -> None:
        # Backup programs and git know these, so that nobody keeps what can be made again.
        (self._folder / ".gitignore").write_text("*\n", encoding="utf-8")
        tag = "Signature: 8a477f597d28d172789f06886806bc55\n"
        (self._folder / "CACHEDIR.TAG").write_text(tag, encoding="utf-8")


class _Shelf:
    """Contents by name, packed as one: a line of names and lengths, then the contents one after another."""

    def __init__(self, packed: bytes | None) -> None:
        self._kept: dict[str, bytes] = {}
        self._used: dict[str, bytes] = {}
        lengths, _, rest = (packed or b"{}").partition(b"\n")
        start = 0
        for name, length in json.loads(lengths).items():
            self._kept[name] = rest[start : start + length]
            start += length
        self._packed = set(self._kept)

    def get(self, name: str) -> bytes | None:
        found = self._used.get(name, self._kept.get(name))
        if found is not None:
            self._used[name] = found
        return found

    def put(self, name: str, content: bytes) -> None:
        self._used[name] = content
        self._packed.discard(name)

    def grown(self) -> bool:
        """Whether something is in use that was not packed."""
        return not self._used.keys() <= self._packed

    def pack(self) -> bytes:
        self._packed = set(self._used)
        lengths = {name: len(content) for name, content in self._used.items()}
        return json.dumps(lengths).encode() + b"\n" + b"".join(self._used.values())


def _read(path: Path, key: str) -> bytes | None:
    """The content of a file that is whole and where it belongs."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    whole = data[:_HEAD] == _MAGIC + _checksum(key, data[_HEAD:])
    return data[_HEAD:] if whole else None


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
