"""Whether a build would write what is there already: then it need not run at all.

A finished build leaves, in the cache, what it depended on and what it said. If all of that is as it was, and the
outputs too, the next call says it again. Imports little, since it is most of what a call without an edit does.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cardbook import plain, templates
from cardbook.cache import Cache, digest, program
from cardbook.diagnostics import Diagnostic, Log

LARGE_FILE = 64 << 20
"""A file beyond this size is known by its size and time."""
_KIND = "build"
_STORES = frozenset({".git", ".hg", ".svn", ".obsidian", ".venv", "node_modules", "__pycache__"})
_PROGRAMS = ("pandoc", "xelatex", "rsvg-convert", "inkscape", "fc-list")
_FONTS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/var/cache/fontconfig",
    "~/.fonts",
    "~/.local/share/fonts",
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a build told its user: the summary as of a build without changes, and its diagnostics."""

    summary: str
    log: Log


@dataclass(frozen=True, slots=True)
class _Record:
    summary: str
    diagnostics: tuple[Diagnostic, ...]
    outputs: tuple[tuple[str, ...], ...]
    """Path and digest of each."""


class Memory:
    """What the last build of `folder` into `out` said, as long as nothing has changed since.

    `asked` are the options of the call. Made before the build reads anything, so that what is edited while it
    is running makes the next one run.
    """

    def __init__(self, cache: Cache, folder: Path, out: Path, asked: Mapping[str, object]) -> None:
        self._cache = cache
        self._key = digest(
            *(str(path) for path in (Path.cwd(), folder, out)),
            json.dumps(asked, sort_keys=True, default=sorted),
            *_contents(folder, out.resolve()),
            *(part for own in templates.folders() for part in _contents(own, out.resolve())),
            *_tools(),
        )

    def recall(self) -> Said | None:
        """What was said, if the outputs are all as they were left."""
        kept = self._cache.get(_KIND, self._key)
        if kept is None:
            return None
        record = plain.load(_Record, kept)
        if any(_content(Path(path)) != content for path, content in record.outputs):
            return None
        log = Log()
        log.take(record.diagnostics)
        return Said(record.summary, log)

    def remember(self, said: Said, outputs: Iterable[Path]) -> None:
        """Keep what a build said; `outputs` are the files that it wrote or found right."""
        left = tuple((str(path), _content(path)) for path in outputs)
        self._cache.put(_KIND, self._key, plain.dump(_Record(said.summary, tuple(said.log), left)))


def _contents(folder: Path, out: Path) -> Iterator[str]:
    """Name and content of every file below `folder`, other programs' stores and the outputs left out."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(n for n in folders if n not in _STORES and Path(parent, n).resolve() != out)
        for name in sorted(names):
            path = Path(parent, name)
            yield f"{path.relative_to(folder)}\0{_content(path)}"


def _content(path: Path) -> str:
    try:
        status = path.stat()
        if status.st_size > LARGE_FILE or not stat.S_ISREG(
            status.st_mode
        ):  # reading a pipe would wait for ever
            return f"{status.st_size} {status.st_mtime_ns}"
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return str(error)


def _tools() -> Iterator[str]:
    """Our own code, the packages, the programs and the fonts."""
    yield program()
    yield from _times(Path(os.path.realpath(found)) for name in _PROGRAMS if (found := shutil.which(name)))
    yield from fonts()


def fonts() -> Iterator[str]:
    """The folders of fonts and their times; asking fontconfig itself takes longer than a small edit."""
    yield from _times(Path(name).expanduser() for name in _FONTS)


def _times(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        if path.exists():
            status = path.stat()
            yield f"{path} {status.st_size} {status.st_mtime_ns}"
