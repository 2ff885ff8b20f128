"""Which blocks of a file ask, and which answer: the file's own shape decides.

`DIALECTS` is the one table. A new dialect is a file with a function from blocks to questions, a line here, and
`tests/cases/<name>.md`; docs/dialects.md walks through it.
"""

from __future__ import annotations

from collections.abc import Sequence

from cardbook.config import Config
from cardbook.diagnostics import Log
from cardbook.dialects.bullets import bullets, ordered
from cardbook.dialects.details import details
from cardbook.dialects.headings import entries
from cardbook.dialects.marks import Dialect
from cardbook.dialects.notes import Writer
from cardbook.dialects.pairs import pairs
from cardbook.dialects.paragraphs import bold, lines
from cardbook.dialects.pieces import page
from cardbook.dialects.tables import tables
from cardbook.model import Parsed, SourceFile

DIALECTS = (
    Dialect("bullets", bullets, floor=0.5),
    Dialect("ordered", ordered, floor=0.5),
    Dialect("pairs", pairs, floor=1.0),
    Dialect("details", details, floor=0.4),
    Dialect("tables", tables, floor=0.6),
    Dialect("bold", bold, floor=0.6),
    Dialect("lines", lines, floor=1.0),
)


def parse(file: SourceFile, config: Config, log: Log) -> Parsed:
    """The notes of one file, and an account of every block in it."""
    found = page(file.text, file.body_line)
    writer = Writer(file, found, _tags(file), log)
    writer.write(entries(file, found, DIALECTS))
    return Parsed(file, "headings", tuple(writer.notes), tuple(writer.account))


def _tags(file: SourceFile) -> tuple[str, ...]:
    values = [file.front_matter.get(key) for key in ("tags", "tag", "categories", "category", "keywords")]
    return tuple(dict.fromkeys(tag for value in values for tag in _words(value)))


def _words(value: object) -> Sequence[str]:
    if isinstance(value, str):
        return [word.strip().lstrip("#") for word in value.split(",") if word.strip()]
    if isinstance(value, list | tuple):
        return [str(word).strip().lstrip("#") for word in value if isinstance(word, str | int | float)]
    return []
