"""Questions as items of a list, their answers inside the item: `- **什么是…？**`, `1. What is …?`.

Bullets and ordered items, bold or plain; also ordered items whose answers stand below them without indentation,
so that Markdown sees many lists of one item.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from cardbook.dialects.asking import ENDS, STRONG, Title, bold_lead, title
from cardbook.dialects.marks import Event, Mark
from cardbook.dialects.pieces import Page, Piece

MAX_QUESTION = 300
"""Characters; what is longer tells rather than asks."""
ANSWER = re.compile(r"\s*(?:[-—–:：]+|(?:答案?|解析?|[Aa]nswer|A)\s*[:：])\s*")


def bullets(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """Every item of a bullet list of which most ask."""
    return _events(pieces, page, "bullets")


def ordered(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """Every item of an ordered list of which most ask, or which goes on counting where the last question was."""
    return _events(pieces, page, "ordered")


def _events(pieces: Sequence[Piece], page: Page, kind: str) -> list[Event]:
    events: list[Event] = []
    last: int | None = None
    for piece in pieces:
        if piece.kind != kind:
            events.append(piece)
            continue
        marks = [mark for item in piece.children if (mark := item_mark(item, page))]
        follows = kind == "ordered" and last is not None and piece.children[0].number == last + 1
        if marks and (_asking(marks, piece) or follows):
            events.extend(_with_rest(piece, marks))
            last = piece.children[-1].number
        else:
            events.append(piece)
    return events


def _asking(marks: Sequence[Mark], piece: Piece) -> bool:
    """Whether most items of a list ask; bold ones with an answer inside need to ask less."""
    asked = sum(mark.title.asks for mark in marks)
    whole = len(piece.children)
    if sum(mark.title.asks >= STRONG for mark in marks) >= 0.6 * whole:
        return True
    answered = sum(bool(mark.body) and mark.title.bold for mark in marks)
    return answered >= 0.8 * whole and asked >= 0.4 * whole and whole > 1


def _with_rest(piece: Piece, marks: Sequence[Mark]) -> list[Event]:
    """The marks, and between them the items that hold no question."""
    at = {mark.head.start: mark for mark in marks}
    return [
        at.get(item.start) or replace(piece, start=item.start, end=item.end, children=(item,))
        for item in piece.children
    ]


def item_mark(item: Piece, page: Page) -> Mark | None:
    """The question with which a list item begins, answered by the rest of the item."""
    if not item.children or item.children[0].kind not in ("paragraph", "heading"):
        return None
    first, rest = item.children[0], item.children[1:]
    head, found, tail = split(first, page)
    if len(found.text) > MAX_QUESTION or not found.text:
        return None
    head = replace(head, start=item.start, column=item.column)
    return Mark(found, head, (*tail, *rest))


def split(piece: Piece, page: Page) -> tuple[Piece, Title, tuple[Piece, ...]]:
    """A paragraph cut into the question at its beginning and the answer that follows on the same or next lines."""
    source = piece.title
    lead = bold_lead(source)
    if lead and _leads(lead):
        return _cut(piece, page, len(lead[0]))
    line = source.split("\n", 1)[0]
    if len(line) < len(source.rstrip()) and _asks(line):
        return _cut(piece, page, len(line))
    return piece, title(source), ()


def _leads(lead: tuple[str, str]) -> bool:
    """Whether a bold beginning is the question, and the rest its answer."""
    bold, rest = lead
    if not rest.strip(" \t\n:：。.?？"):
        return False
    return (
        rest.startswith("\n")
        or bool(ENDS.search(bold.strip("*_ ")))
        or bool(ANSWER.match(rest) and _asks(bold))
    )


def _asks(line: str) -> bool:
    return title(line).asks >= STRONG and len(line) <= MAX_QUESTION


def _cut(piece: Piece, page: Page, offset: int) -> tuple[Piece, Title, tuple[Piece, ...]]:
    """The paragraph cut at `offset` in its source: question, and answer as a piece with its place."""
    source = piece.title
    skipped = ANSWER.match(source, offset)
    answer = max(skipped.end() if skipped else offset, offset)
    answer += len(source[answer:]) - len(source[answer:].lstrip())
    found = title(source[:offset])
    before = source[:answer]
    start = piece.start + before.count("\n")
    if answer >= len(source):
        return piece, title(source), ()
    own = page.lines[start]
    tail_line = source[answer:].split("\n", 1)[0]
    column = own.find(tail_line, piece.column if start == piece.start else 0)
    if column < 0:  # the parser changed the line (a tab, an escape); keep the paragraph whole
        return piece, title(source), ()
    tail = replace(piece, start=start, column=column, title=source[answer:])
    head_end = piece.start + source[:offset].count("\n") + 1
    head = replace(piece, end=head_end, title=source[:offset], stop=column if head_end - 1 == start else None)
    return head, found, (tail,)
