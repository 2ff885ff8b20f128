"""Questions as paragraphs of their own: a bold line, or a numbered line that Markdown takes for text (`1、什么…`)."""

from __future__ import annotations

from collections.abc import Sequence

from cardbook.dialects.asking import ENDS, STRONG
from cardbook.dialects.bullets import MAX_QUESTION, split
from cardbook.dialects.marks import Event, Mark
from cardbook.dialects.pieces import Page, Piece


def bold(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """Paragraphs that are, or begin with, a bold line."""
    return [_mark(piece, page, bold=True) or piece for piece in pieces]


def lines(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """Paragraphs that begin with a line that asks; once questions are numbered, only numbered ones."""
    marks = [_mark(piece, page, bold=False) for piece in pieces]
    numbered = sum(bool(mark and mark.title.number) for mark in marks)
    strict = numbered >= 2
    return [
        mark if mark and (mark.title.number or not strict) else piece
        for piece, mark in zip(pieces, marks, strict=True)
    ]


def _mark(piece: Piece, page: Page, bold: bool) -> Mark | None:
    if piece.kind != "paragraph":
        return None
    head, title, tail = split(piece, page)
    if not title.text or len(title.text) > MAX_QUESTION or (bold and not title.bold):
        return None
    if not bold and (title.asks < STRONG or not (title.number or ENDS.search(title.text))):
        return None
    return Mark(title, head, tail)
