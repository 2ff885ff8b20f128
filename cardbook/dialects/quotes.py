"""Questions in boxes: a callout (`> [!question] What …?`) or an admonition (`??? question "What …?"`) holds its
answer, a quoted line is answered below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from cardbook.dialects.asking import ENDS, NOMINAL, title
from cardbook.dialects.furniture import source
from cardbook.dialects.items import MAX_QUESTION, rest
from cardbook.dialects.marks import Event, Mark
from cardbook.dialects.pieces import BOX, Page, Piece
from cardbook.dialects.words import pattern

CALLOUT = pattern(r"\[!{callouts}\][+-]?[ \t]*(.*)$")


ADMONITION = pattern(r'(?:!!!|\?\?\?\+?)[ \t]+{callouts}\b[^"\n]*"([^"\n]+)"[ \t]*(?:\n|$)')


def quotes(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """Each box that its author called a question, and each quote of one line that ends as a question; a box around
    such boxes is a chapter."""
    events = [callout(piece, page) or _line(piece, page) or piece for piece in pieces]
    return [_chapter(event, after) or event for event, after in zip_longest(events, events[1:])]


def _chapter(event: Event, after: Event | None) -> Piece | None:
    if not isinstance(event, Piece) or not isinstance(after, Mark) or not BOX.match(event.title):
        return None
    return replace(event, kind="chapter") if after.head.margin > event.margin else None


def _admonition(piece: Piece, page: Page) -> Mark | None:
    box = ADMONITION.match(piece.title) if piece.kind == "paragraph" else None
    if not box:
        return None
    answer = rest(piece, page, box.end())
    return Mark(
        title(box[1]), replace(piece, end=piece.start + 1), (answer,) if answer else (), explicit=True
    )


def callout(piece: Piece, page: Page) -> Mark | None:
    """A callout or admonition that its author called a question."""
    if piece.kind != "quote":
        return _admonition(piece, page)
    first, *below = [line.strip() for line in source(piece, page.lines).split("\n")]
    found = CALLOUT.match(first)
    if found and found[1]:
        head = replace(piece, end=piece.start + 1)
        return Mark(title(found[1]), head, _rest(piece, below, 1), explicit=True)
    if found and below:
        head = replace(piece, start=piece.start + 1, end=piece.start + 2)
        return Mark(title(below[0]), head, _rest(piece, below[1:], 2), explicit=True)
    return None


def _line(piece: Piece, page: Page) -> Mark | None:
    """A quote of one line that ends as a question."""
    first, *below = source(piece, page.lines).strip().split("\n") if piece.kind == "quote" else ("",)
    found = title(first)
    if below or found.asks < NOMINAL or not ENDS.search(found.text) or len(first) > MAX_QUESTION:
        return None
    return Mark(found, piece)


def _rest(piece: Piece, below: Sequence[str], skipped: int) -> tuple[Piece, ...]:
    """The quote without its first lines, if anything stands on the others."""
    return (
        (replace(piece, start=piece.start + skipped),)
        if any(line for line in below if line.strip("> "))
        else ()
    )
