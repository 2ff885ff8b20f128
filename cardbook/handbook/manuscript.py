"""The handbook's LaTeX: the book and what was rendered of it, filled into `templates/handbook/`."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PIL import Image

from cardbook import __version__, templates
from cardbook.config import Config
from cardbook.handbook.index import index
from cardbook.handbook.labels import labels
from cardbook.handbook.latex import Typesetter, escape, plain, verbatim
from cardbook.model import Book, Card, Source, Unanswered
from cardbook.rendering.fonts import Fonts

SHORT_ID = 4
"""Characters of a card's id that stand in the margin."""
PIXELS_PER_INCH = 150
"""The size an image is printed in when there is room: larger would be blurred, smaller is hard to read."""
EMPTY: Mapping[str, Any] = MappingProxyType({})
_HEAD_CHARS = 24
_POINTS_PER_INCH = 72.27
GlyphMissing = Callable[[str, str, bool], None]
"""Told the card, the character, and whether a font of last resort has it."""


class Shown(enum.Enum):
    """How a card stands in the book that TeX cannot set."""

    AS_TYPED = "as typed"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Material:
    """What was rendered for the handbook.

    `answers` holds pandoc's LaTeX by card id, `lines` that of questions and other wordings by their Markdown;
    what is in neither is printed as typed. `images` are the files behind the names in `\\cbimage`.
    """

    answers: Mapping[str, str]
    lines: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: as LaTeX for headings and for text, for the PDF outline, and for the running head."""

    heading: str
    latex: str
    outline: str
    head: str


def compose(
    book: Book, material: Material, config: Config, fonts: Fonts, *,
    shown: Mapping[str, Shown] = EMPTY, missing: GlyphMissing = lambda card, character, found: None,
) -> str:  # fmt: skip
    """The whole document. `shown` says which cards (by id) are not set as usual."""
    return _Composer(book, material, config, fonts, shown, missing).document()


class _Composer:
    def __init__(
        self, book: Book, material: Material, config: Config, fonts: Fonts, shown: Mapping[str, Shown],
        missing: GlyphMissing,
    ) -> None:  # fmt: skip
        self._book, self._material, self._config, self._fonts = book, material, config, fonts
        self._shown, self._missing = shown, missing
        self._card = ""
        self._setter = Typesetter(fonts, missing=lambda c, found: missing(self._card, c, found))
        self._questions: dict[str, Line] = {}

    def document(self) -> str:
        # The body comes first: setting it finds out which fallback fonts the preamble declares.
        slots = self._slots()
        fallbacks = [(name, family) for family, name in self._setter.families.items()]
        return templates.latex().get_template("handbook/handbook.tex").render(fallbacks=fallbacks, **slots)

    def _slots(self) -> dict[str, Any]:
        book, config = self._book, self._config
        self._questions = {card.id: self._question(card) for card in book.entries}
        chapters = [self._chapter(topic, cards) for topic, cards in _chapters(book.entries)]
        words = self._words(len(chapters))
        return {
            "version": __version__,
            "language": book.language,
            "paper": config.paper,
            "twoside": config.twoside,
            "fonts": self._fonts.families,
            "title": self._line(book.title),
            "author": self._line(book.author),
            "date": words["date"],
            "changed": changed(book),
            "labels": words,
            "chapters": chapters,
            "unanswered": [self._unanswered(one) for one in book.unanswered],
            "index": self._index(),
            "image_sizes": _image_sizes(self._material.images),
        }

    def _words(self, chapters: int) -> dict[str, Any]:
        """The labels, with this book's numbers in them."""
        book, words = self._book, labels(self._book.language)
        notes = [card.sources for card in book.entries] + [one.sources for one in book.unanswered]
        sources = {source.file for one in notes for source in one}
        facts = {
            "cards": len(book.entries), "chapters": chapters, "files": len(sources), "date": date(book),
            "unanswered": len(book.unanswered), "version": __version__,
            **self._fonts.families,
        }  # fmt: skip
        filled = {key: _filled(value, facts) for key, value in words.items()}
        page = filled.pop("page")
        set_words = {key: self._set(value) for key, value in filled.items()}
        return {**set_words, "page": page, "date": facts["date"]}

    def _set(self, value: str | tuple[str, ...]) -> Any:
        return self._setter.text(value) if isinstance(value, str) else [self._setter.text(v) for v in value]

    def _chapter(self, topic: str, cards: Sequence[Card]) -> dict[str, Any]:
        title = topic or str(labels(self._book.language)["no_topic"])
        return {"title": self._line(title), "cards": [self._entry(card) for card in cards]}

    def _entry(self, card: Card) -> dict[str, Any]:
        self._card = card.id
        related = [other for other in card.related if other in self._questions]
        entry = {
            "id": card.id,
            "short": card.id[:SHORT_ID],
            "question": self._questions[card.id],
            "answer": self._answer(card),
            "aliases": [self._line(alias) for alias in card.aliases],
            "related": [{"id": other, "question": self._questions[other]} for other in related],
            "references": [self._setter.address(url, _short(url)) for url in card.references],
            "sources": self._sources(card.sources),
        }
        self._card = ""
        return entry

    def _question(self, card: Card) -> Line:
        self._card = card.id
        line = self._line(card.question)
        self._card = ""
        return line

    def _answer(self, card: Card) -> str:
        latex = self._material.answers.get(card.id)
        if self._shown.get(card.id) is Shown.LEFT_OUT:
            return self._setter.text(str(labels(self._book.language)["left_out"]))
        if latex is None or card.id in self._shown:
            return self._setter.answer(verbatim(card.answer))
        return self._setter.answer(latex)

    def _line(self, markdown: str) -> Line:
        typed = escape(markdown)
        latex = typed if self._card in self._shown else self._material.lines.get(markdown, typed)
        latex = " ".join(latex.split())
        said = plain(latex)
        head = said if len(said) <= _HEAD_CHARS else said[: _HEAD_CHARS - 1] + "…"
        return Line(
            self._setter.fit(latex, "sans"), self._setter.fit(latex, "serif"), escape(said),
            self._setter.text(head, "sans"),
        )  # fmt: skip

    def _unanswered(self, one: Unanswered) -> dict[str, Any]:
        return {"question": self._line(one.question), "sources": "，".join(self._sources(one.sources))}

    def _sources(self, sources: Iterable[Source]) -> list[str]:
        return [self._setter.text(file) for file in dict.fromkeys(source.file for source in sources)]

    def _index(self) -> list[dict[str, Any]]:
        return [
            {
                "letter": escape(group.letter),
                "entries": [
                    {
                        "term": self._setter.text(entry.term),
                        "also": self._setter.text(", ".join(entry.also)),
                        "ids": ",".join(entry.ids),
                    }
                    for entry in group.entries
                ],
            }
            for group in index(self._book.entries, self._config.terms)
        ]


def date(book: Book) -> str:
    """The day of the newest change, so that the same book prints the same page."""
    return changed(book).strftime("%Y-%m-%d")


def changed(book: Book) -> datetime:
    """When the newest card last changed."""
    return max((card.modified for card in book.entries), default=datetime(2000, 1, 1, tzinfo=UTC))


def _chapters(cards: Iterable[Card]) -> list[tuple[str, list[Card]]]:
    return [(topic, list(members)) for topic, members in groupby(cards, key=lambda card: card.topic)]


def _filled(value: str | tuple[str, ...], facts: Mapping[str, Any]) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return value.format_map(facts)
    return tuple(text.format_map(facts) for text in value)


def _short(url: str) -> str:
    """An address as it is printed: without its scheme."""
    return url.split("://", 1)[-1].removeprefix("www.").rstrip("/") or url


def _image_sizes(images: Mapping[str, Path]) -> list[tuple[str, str]]:
    """The widths of the images in points; what cannot be measured is as wide as the text."""
    sizes = []
    for name, path in sorted(images.items()):
        try:
            with Image.open(path) as image:
                sizes.append((name, f"{image.width / PIXELS_PER_INCH * _POINTS_PER_INCH:.2f}pt"))
        except (OSError, Image.DecompressionBombError):
            continue
    return sizes
