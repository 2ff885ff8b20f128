"""Questions as paragraphs of their own: a bold line, or a numbered line that Markdown takes for text (`1、什么…`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from cardbook.dialects.asking import ENDS, NOMINAL, Title
from cardbook.dialects.items import MAX_QUESTION, split
from cardbook.dialects.marks import SHAPED, Event, Mark
from cardbook.dialects.pieces import Page, Piece


def bold(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """Paragraphs that are, or begin with, a bold line; of a numbered series only its members."""
    marks = [_mark(piece, page, bold=True) for piece in pieces]
    return _events(pieces, marks)


def lines(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """Paragraphs that begin with a line that asks; of a numbered series only its members."""
    marks = [_mark(piece, page, bold=False) for piece in pieces]
    return _events(pieces, marks)


def _mark(piece: Piece, page: Page, bold: bool) -> Mark | None:
    if piece.kind != "paragraph":
        return None
    head, title, tail = split(piece, page)
    if not title.text or len(title.text) > MAX_QUESTION or title.anchors or (bold and not title.bold):
        return None
    if not bold and not _asks(title, page):
        return None
    return Mark(title, head, tail)


def _asks(title: Title, page: Page) -> bool:
    """Whether a line of text is a question, and not only a sentence with a word of asking in it."""
    if page.chosen:
        return bool(title.number) or title.asks >= NOMINAL
    return title.asks >= NOMINAL and bool(title.number or ENDS.search(title.text))


def _events(pieces: Sequence[Piece], marks: Sequence[Mark | None]) -> list[Event]:
    series = _series(marks)
    events: list[Event] = []
    for piece, mark in zip(pieces, marks, strict=True):
        if mark and series and mark.title.number:
            events.append(replace(mark, weight=SHAPED))
        elif mark and not series:
            events.append(mark)
        else:
            events.append(piece)
    return events


def _series(marks: Sequence[Mark | None]) -> bool:
    """Whether the numbers of the marks count up, so that those without a number are no questions."""
    numbers = [int(found[0]) for mark in marks if mark and (found := re.search(r"\d+", mark.title.number))]
    rising = sum(b == a + 1 for a, b in pairwise(numbers))
    return len(numbers) >= 2 and rising >= 0.7 * (len(numbers) - 1)
