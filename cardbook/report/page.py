"""The page itself: `templates/report.html`, filled; everything from the notes is escaped or sanitized."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache as once
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from cardbook import templates
from cardbook.cache import Cache
from cardbook.diagnostics import Log, Severity
from cardbook.edition import Compiled
from cardbook.identity import Changes, search
from cardbook.model import Book, Fate
from cardbook.report import charts
from cardbook.report.contents import Contents, Pair, gather
from cardbook.report.texts import Texts

MOST = 500
"""So many merges, pairs or findings of one code are shown in full; the page says how many more there are."""


@dataclass(frozen=True, slots=True)
class Inlined:
    """A style sheet or script that stands in the page, and the hash by which its policy allows it."""

    text: Markup
    allowed: str


def write(
    compiled: Compiled, book: Book, changes: Changes, log: Log, cache: Cache, rendered: Mapping[str, str]
) -> str:
    """The page as HTML. The same build gives the same bytes; nothing outside of the page is ever loaded.

    `rendered` is the HTML of the cards' texts by their Markdown, so that few are left to render.
    """
    contents = gather(compiled, book, changes, log)
    texts = Texts(_markdown(contents), rendered, cache)
    environment = _environment(templates.folders())
    environment.filters |= {"block": texts.block, "line": texts.line, "ticks": _ticks}
    return environment.get_template("report.html").render(
        contents=contents,
        book=book,
        counts=_counts(contents, compiled, log),
        topics=charts.topics(contents),
        lengths=charts.lengths(contents),
        overlap=charts.overlap(contents),
        style=_inlined("report/style.css"),
        script=_inlined("report/filter.js"),
        most=MOST,
        merged={merge.card.id for merge in contents.merges[:MOST]},
        search=search,
        Severity=Severity,
        Fate=Fate,
    )


@once
def _environment(folders: tuple[Path, ...]) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([str(folder) for folder in folders]),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def _markdown(contents: Contents) -> Iterator[str]:
    """Every text of the notes that the page shows rendered."""
    yield from (card.question for card in (*contents.book.entries, *contents.changes.retired))
    yield from (notes[0].question for notes in contents.unanswered)
    for merge in contents.merges[:MOST]:
        yield merge.card.answer
        yield from (text for one in merge.card.covered for text in (one.text, one.by))
        for member in merge.members:
            yield member.note.question
            for point in member.points:
                yield point.text
    yield from _of_pairs(contents.doubtful[:MOST], answers=True)
    yield from _of_pairs(contents.related[:MOST], answers=False)


def _of_pairs(pairs: tuple[Pair, ...], *, answers: bool) -> Iterator[str]:
    for pair in pairs:
        for note in (pair.a, pair.b):
            yield note.question
            yield from (note.answer,) if answers else ()


def _counts(contents: Contents, compiled: Compiled, log: Log) -> dict[str, int]:
    return {
        "files": len(contents.files),
        "notes": len(compiled.notes),
        "blocks": sum(len(account.parsed.account) for account in contents.files),
        "skipped": sum(len(account.skipped) for account in contents.files),
        "cards": len(contents.book.entries),
        "repairs": sum(len(group.repairs) for group in contents.repairs),
        "warnings": sum(diagnostic.severity is Severity.WARNING for diagnostic in log),
        "errors": sum(diagnostic.severity is Severity.ERROR for diagnostic in log),
    }


def _ticks(text: str) -> Markup:
    """Our own words, with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _inlined(name: str) -> Inlined:
    text = templates.find(name).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Inlined(Markup(text), f"'sha256-{digest}'")
