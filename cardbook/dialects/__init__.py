"""Which blocks of a file ask, and which answer: the file's own shape decides.

`DIALECTS` is the one table. A new dialect is a file with a function from blocks to questions, a line here, and
`tests/cases/<name>.md`; docs/dialects.md walks through it.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from cardbook.config import Config
from cardbook.diagnostics import BuildError, Log
from cardbook.dialects.bullets import bullets, ordered
from cardbook.dialects.details import details
from cardbook.dialects.flashcards import flashcards
from cardbook.dialects.headings import entries, whole
from cardbook.dialects.lines import lines
from cardbook.dialects.marks import Dialect, Entry, Mark
from cardbook.dialects.notes import Writer
from cardbook.dialects.pairs import pairs
from cardbook.dialects.paragraphs import bold
from cardbook.dialects.pieces import Page, page
from cardbook.dialects.quotes import quotes
from cardbook.dialects.tables import tables
from cardbook.dialects.vault import BLANK
from cardbook.model import Parsed, SourceFile

DIALECTS = (
    Dialect("bullets", bullets, floor=0.5),
    Dialect("ordered", ordered, floor=0.5),
    Dialect("pairs", pairs, floor=1.0),
    Dialect("quotes", quotes, floor=1.0),
    Dialect("flashcards", flashcards, floor=1.0),
    Dialect("details", details, floor=0.4),
    Dialect("tables", tables, floor=0.6),
    Dialect("bold", bold, floor=0.6),
    Dialect("lines", lines, floor=1.0),
)


FRAMES = ("headings", "single")
"""Dialects that look at a whole file; the others look at the blocks below one heading."""


def parse(file: SourceFile, config: Config, log: Log) -> Parsed:
    """The notes of one file, and an account of every block in it.

    Raises `BuildError` if `cardbook.yaml` names a dialect that does not exist.
    """
    found = page(file.text, file.body_line)
    chosen = config.files[file.path].dialect if file.path in config.files else ""
    marks = _entries(file, found, chosen)
    writer = Writer(file, found, _tags(file), log)
    writer.write(marks)
    spoken = Counter(mark.dialect for mark in marks if isinstance(mark, Mark))
    name = chosen or max(spoken, key=lambda dialect: spoken[dialect], default="none")
    return Parsed(file, name, tuple(writer.notes), tuple(writer.account))


def _entries(file: SourceFile, found: Page, chosen: str) -> list[Entry]:
    """The entries of a page in the dialect that was chosen for it, or in those that its shape speaks for."""
    if not chosen:
        return entries(file, found, DIALECTS)
    if chosen == "headings":
        return entries(file, found, ())
    if chosen == "single":
        return whole(file, found)
    named = [replace(dialect, floor=0.0) for dialect in DIALECTS if dialect.name == chosen]
    if not named:
        known = [*FRAMES, *(dialect.name for dialect in DIALECTS)]
        close = difflib.get_close_matches(chosen, known, n=1)
        meant = f"; did you mean `{close[0]}`?" if close else ""
        raise BuildError(
            f"cardbook.yaml: `{file.path}`: no dialect `{chosen}`{meant} (known: {', '.join(known)})"
        )
    return entries(file, replace(found, chosen=True), named, only=True)


def _tags(file: SourceFile) -> tuple[str, ...]:
    values = [file.front_matter.get(key) for key in ("tags", "tag", "categories", "category", "keywords")]
    return tuple(dict.fromkeys(tag for value in values for tag in _words(value) if not BLANK.search(tag)))


def _words(value: object) -> Sequence[str]:
    if isinstance(value, str):
        return [word.strip().lstrip("#") for word in value.split(",") if word.strip()]
    if isinstance(value, list | tuple):
        return [str(word).strip().lstrip("#") for word in value if isinstance(word, str | int | float)]
    return []
