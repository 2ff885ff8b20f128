"""One file of notes, parsed and tidied: from the cache as long as the file is as it was."""

from __future__ import annotations

from dataclasses import dataclass

from cardbook import dialects, plain
from cardbook.cache import Cache
from cardbook.config import Config
from cardbook.diagnostics import Diagnostic, Log
from cardbook.model import Accounted, Parsed, RawNote, SourceFile
from cardbook.tidy import tidy


@dataclass(frozen=True, slots=True)
class Study:
    """A file as its dialect read it, and its notes tidied."""

    parsed: Parsed
    notes: tuple[RawNote, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """All that reading a file comes to, but the file."""

    dialect: str
    parsed: tuple[RawNote, ...]
    account: tuple[Accounted, ...]
    notes: tuple[RawNote, ...]
    diagnostics: tuple[Diagnostic, ...]


def study(file: SourceFile, config: Config, cache: Cache, log: Log) -> Study:
    """Find the notes of one file. What was said of it when it was read is said again.

    Raises `BuildError` if `cardbook.yaml` names a dialect that does not exist.
    """
    depends = file.path, file.text, repr(file.front_matter), repr(config.files.get(file.path))
    found = plain.kept(cache, "notes", _Found, lambda: _read(file, config), *depends)
    log.take(found.diagnostics)
    return Study(Parsed(file, found.dialect, found.parsed, found.account), found.notes)


def _read(file: SourceFile, config: Config) -> _Found:
    log = Log()
    parsed = dialects.parse(file, config, log)
    notes = tuple(tidy(note, log) for note in parsed.notes)
    return _Found(parsed.dialect, parsed.notes, parsed.account, notes, tuple(log))
