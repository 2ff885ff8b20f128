"""A list item or paragraph as a question with its answer behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cardbook.dialects.asking import ENDS, NOMINAL, Title, bold_lead, title
from cardbook.dialects.furniture import is_reference
from cardbook.dialects.marks import Mark
from cardbook.dialects.pieces import Page, Piece, indent

MAX_QUESTION = 300
"""Characters; what is longer tells rather than asks."""
MAX_HEAD = 60
"""Characters of a first line that can stand for a question by its place alone."""
ANSWER = re.compile(r"\s*(?:[-—–:：]+|(?:答案?|解析?|[Aa]nswer|A)\s*[:：])\s*")


REMARK = re.compile(r"\n\s*[(（][^\n]{0,100}[)）]\s*")
"""A remark in brackets on the line below a question; it belongs to the question."""


def item_mark(item: Piece, page: Page, by_line: bool = False) -> Mark | None:
    """The question with which a list item begins, answered by the rest of the item.

    `by_line`: its first line is the question, even if it does not ask.
    """
    children = unwrapped(item)
    if not children or children[0].kind not in ("paragraph", "heading"):
        return None
    first, below = children[0], children[1:]
    head, found, tail = split(first, page, by_line)
    if len(found.text) > MAX_QUESTION or not re.search(r"\w", found.text):
        return None
    if not below and not page.linked and found.anchors:
        return None
    if found.asks < NOMINAL and not below and is_reference(first, page.lines):
        return None
    head = replace(head, start=item.start, column=item.column)
    return Mark(found, head, (*tail, *below))


def unwrapped(item: Piece) -> tuple[Piece, ...]:
    """The blocks of a list item; `- 1. What …?` is an item in an item to CommonMark, and one to its author."""
    first = item.children[0] if item.children else None
    if (
        first
        and first.kind in ("bullets", "ordered")
        and len(first.children) == 1
        and first.start == item.start
    ):
        return (*first.children[0].children, *item.children[1:])
    return item.children


def split(piece: Piece, page: Page, by_line: bool = False) -> tuple[Piece, Title, tuple[Piece, ...]]:
    """A paragraph cut into the question at its beginning and the answer that follows on the same or next lines."""
    source = piece.title
    lead = bold_lead(source)
    if lead and _leads(lead, page.cards):
        return _cut(piece, page, len(lead[0]))
    line = source.split("\n", 1)[0]
    if REMARK.fullmatch(source[len(line) :]):
        return piece, title(source), ()
    if len(line) < len(source.rstrip()) and (_asks(line) or (by_line and len(line) <= MAX_HEAD)):
        return _cut(piece, page, len(line))
    return piece, title(source), ()


def _leads(lead: tuple[str, str], term: bool) -> bool:
    """Whether a bold beginning is the question, and the rest its answer. `term`: so is one that does not ask."""
    bold, after = lead
    if not after.strip(" \t\n:：。.?？"):
        return False
    if after.startswith("\n") or ENDS.search(bold.strip("*_ ")):
        return True
    closed = ANSWER.match(after) or bold.strip("*_ ").endswith((".", "。", ":", "："))
    return bool(closed) and (term or _asks(bold))


def _asks(line: str) -> bool:
    return title(line).asks >= NOMINAL and len(line) <= MAX_QUESTION


def _cut(piece: Piece, page: Page, offset: int) -> tuple[Piece, Title, tuple[Piece, ...]]:
    """The paragraph cut at `offset` in its source: question, and answer as a piece with its place."""
    source = piece.title
    skipped = ANSWER.match(source, offset)
    tail = rest(piece, page, skipped.end() if skipped else offset)
    if tail is None:
        return piece, title(source), ()
    head_end = piece.start + source[:offset].count("\n") + 1
    stop = tail.column if head_end - 1 == tail.start else None
    head = replace(piece, end=head_end, title=source[:offset], stop=stop)
    return head, title(source[:offset]), (tail,)


def rest(piece: Piece, page: Page, offset: int) -> Piece | None:
    """What follows `offset` in the source of a paragraph, as a piece with its place; None if that is nothing, or
    not to be found because the parser changed the line (a tab, an escape)."""
    source = piece.title
    offset += len(source[offset:]) - len(source[offset:].lstrip())
    if offset >= len(source):
        return None
    start = piece.start + source[:offset].count("\n")
    own = page.lines[start]
    column = own.find(source[offset:].split("\n", 1)[0], piece.column if start == piece.start else 0)
    return replace(piece, start=start, column=column, title=source[offset:]) if column >= 0 else None


def cut(piece: Piece, starts: Sequence[int], page: Page) -> Iterator[Piece]:
    """A paragraph, cut before these of its lines (counted from 0, rising)."""
    texts = piece.title.split("\n")
    for first, last in zip([0, *starts], [*starts, len(texts)], strict=True):
        if first < last:
            start = piece.start + first
            yield replace(
                piece, start=start, end=piece.start + last, title="\n".join(texts[first:last]),
                column=piece.column if first == 0 else indent(page.lines[start]),
                stop=piece.stop if last == len(texts) else None,
            )  # fmt: skip
