"""`Q:` and `A:`, `问：` and `答：`, bold or not, on lines of their own or in one paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cardbook.dialects.asking import title
from cardbook.dialects.marks import Event, Mark
from cardbook.dialects.pieces import Page, Piece

QUESTION = re.compile(
    r"\s*(?:[*_]{1,3})?\s*(?:Q(?:uestion)?|问题?)\s*\d{0,4}\s*[.、]?\s*(?:[*_]{1,3})?\s*[:：](?:[*_]{1,3})?"
)
ANSWER = re.compile(
    r"\s*(?:[*_]{1,3})?\s*(?:A(?:ns(?:wer)?)?|答案?|回答)\s*\d{0,4}\s*[.、]?\s*(?:[*_]{1,3})?\s*[:：](?:[*_]{1,3})?\s*"
)


def pairs(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """Each paragraph cut where a line of it begins with `Q:` or `A:`."""
    return [event for piece in pieces for event in _events(piece, page)]


def _events(piece: Piece, page: Page) -> Iterator[Event]:
    if piece.kind != "paragraph":
        yield piece
        return
    texts = piece.title.split("\n")
    starts = [k for k, text in enumerate(texts) if QUESTION.match(text) or ANSWER.match(text)]
    if not starts:
        yield piece
        return
    for first, last in zip([0, *starts], [*starts, len(texts)], strict=True):
        if first < last:
            yield _part(piece, texts, first, last, page)


def _part(piece: Piece, texts: Sequence[str], first: int, last: int, page: Page) -> Event:
    start = piece.start + first
    line = page.lines[start]
    column = piece.column if first == 0 else len(line) - len(line.lstrip())
    part = replace(
        piece, start=start, end=piece.start + last, column=column, title="\n".join(texts[first:last]),
        stop=piece.stop if last == len(texts) else None,
    )  # fmt: skip
    if match := QUESTION.match(texts[first]):
        return Mark(title(part.title[match.end() :]), part, explicit=True)
    if match := ANSWER.match(texts[first]):
        return replace(part, column=column + match.end(), title=part.title[match.end() :])
    return part
