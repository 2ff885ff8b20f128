"""The values that the recipe hands on: what was compiled, what is written from it, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cardbook.cache import Cache
from cardbook.config import Config
from cardbook.diagnostics import Diagnostic, Log
from cardbook.identity import Changes
from cardbook.model import Book, Draft, Matching, Parsed, RawNote
from cardbook.places import Places
from cardbook.rendering.typeset import Typeset


@dataclass(frozen=True, slots=True)
class Compiled:
    """All that is known before anything is rendered; `notes` are tidied, in the order that `matching` counts."""

    config: Config
    parsed: tuple[Parsed, ...]
    notes: tuple[RawNote, ...]
    matching: Matching
    drafts: tuple[Draft, ...]
    previous: Book | None
    book: Book
    places: Places
    canonical: bytes | None
    """The `canonical.yaml` that `previous` was read from."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything that the writers need, and where they write."""

    compiled: Compiled
    book: Book
    typeset: Typeset
    fields: Mapping[str, Sequence[str]]
    out: Path
    cache: Cache
    log: Log
    source: bool = False
    """Whether the LaTeX of the handbook is wanted too."""
    only: frozenset[str] = frozenset()
    """The outputs that are wanted."""
    outputs: dict[str, Output | None] = field(default_factory=dict)
    """Those that were written, `None` if that failed."""
    pages: dict[tuple[Diagnostic, ...], str] = field(default_factory=dict)
    """The report by what it says was found: drawn up while TeX is running, right unless TeX finds something."""


@dataclass(frozen=True, slots=True)
class Output:
    """A file that was written (`changed`) or that was right already. `size` in bytes, `seconds` of wall time."""

    name: str
    path: Path
    size: int
    seconds: float
    changed: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A finished build; `failed` names the outputs that were asked for and could not be made."""

    compiled: Compiled
    book: Book
    changes: Changes
    outputs: tuple[Output, ...]
    failed: tuple[str, ...]
