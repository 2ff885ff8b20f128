"""Cards of Obsidian's spaced repetition: `question::answer` on a line, or question, a line `?`, and the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cardbook.dialects.asking import MAX_TITLE, title
from cardbook.dialects.items import cut, rest
from cardbook.dialects.marks import Event, Mark
from cardbook.dialects.pieces import Page, Piece
from cardbook.dialects.quotes import callout
from cardbook.dialects.vault import is_furniture

COLONS = re.compile(r"(?<=[^\s:])\s?:::?\s?(?=[^\s:])")
BETWEEN = re.compile(r"\?\??\s*")
"""The line between the question and the answer of a card."""
COMMENT = re.compile(r"\s*<!--.*?-->")
"""What the plugin keeps behind a card."""


def flashcards(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """Each line with `::` in it, and each paragraph with a line `?`, when all lines of a paragraph are such cards; the
    callouts among them too."""
    texts = [text for piece in pieces if piece.kind == "paragraph" for text in piece.title.split("\n")]
    sure = any(map(_is_sure, texts))
    found: list[tuple[Piece, list[Event]]] = [(piece, [*_cards(piece, page, sure)]) for piece in pieces]
    return [event for piece, cards in found for event in cards or [piece]]


def _cards(piece: Piece, page: Page, sure: bool) -> Iterator[Mark]:
    if mark := callout(piece, page):
        yield mark
    if piece.kind != "paragraph" or is_furniture(piece.title):
        return
    texts = piece.title.split("\n")
    between = [k for k, text in enumerate(texts) if BETWEEN.fullmatch(text)]
    if len(between) == 1 and between[0] > 0:
        yield from _mark(
            piece, page, sum(map(len, texts[: between[0]])) + between[0], len(texts[between[0]]) + 1
        )
    elif sure and all(map(_colons, texts)):
        for line in cut(piece, range(1, len(texts)), page):
            colons = _colons(line.title)
            yield from _mark(line, page, colons.start(), len(colons[0])) if colons else ()


def _mark(piece: Piece, page: Page, at: int, skipped: int) -> Iterator[Mark]:
    """The card whose question ends at offset `at` of the paragraph, its answer `skipped` characters behind."""
    found = title(COMMENT.sub("", piece.title[:at]))
    answer = rest(piece, page, at + skipped)
    if found.text:
        yield Mark(found, piece, (answer,) if answer else (), explicit=True)


def _colons(text: str) -> re.Match[str] | None:
    """The colons between question and answer, unless they stand in code."""
    found = COLONS.search(text[:MAX_TITLE])
    return found if found and text[: found.start()].count("`") % 2 == 0 else None


def _is_sure(text: str) -> bool:
    """Whether a line is `question::answer` and not `std::move`: its question is more than a word."""
    colons = _colons(text)
    question = text[: colons.start()] if colons else ""
    return " " in question or not question.isascii()
