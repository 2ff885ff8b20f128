"""Questions as paragraphs of their own that begin with a bold line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from cardbook.dialects.items import MAX_QUESTION, split
from cardbook.dialects.marks import SHAPED, Event, Mark
from cardbook.dialects.outline import count_off
from cardbook.dialects.pieces import BOX, Page, Piece


def bold(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """Paragraphs that are, or begin with, a bold line; of a numbered series only its members."""
    marks = [
        mark if mark and mark.title.bold else None
        for piece in pieces
        for mark in [paragraph_mark(piece, page)]
    ]
    counted = iter(count_off([mark for mark in marks if mark]))
    return events(pieces, [mark and next(counted) for mark in marks])


def paragraph_mark(piece: Piece, page: Page) -> Mark | None:
    """The first line of a paragraph as a question, if it could be one, and what follows it as its answer."""
    if piece.kind != "paragraph" or BOX.match(piece.title):
        return None
    head, title, tail = split(piece, page)
    if not title.text or len(title.text) > MAX_QUESTION or title.anchors:
        return None
    return Mark(title, head, tail)


def events(pieces: Sequence[Piece], marks: Sequence[Mark | None]) -> list[Event]:
    """Each piece, or its mark; when the marks are a numbered series, only those with a number count."""
    series = _series(marks)
    found: list[Event] = []
    for piece, mark in zip(pieces, marks, strict=True):
        if mark and series and mark.title.number:
            found.append(replace(mark, weight=SHAPED))
        elif mark and not series:
            found.append(mark)
        else:
            found.append(piece)
    return found


def _series(marks: Sequence[Mark | None]) -> bool:
    """Whether the numbers of the marks count up, so that those without a number are no questions."""
    numbers = [int(found[0]) for mark in marks if mark and (found := re.search(r"\d+", mark.title.number))]
    rising = sum(b > a for a, b in pairwise(numbers))
    return len(numbers) >= 2 and rising >= 0.7 * (len(numbers) - 1)
