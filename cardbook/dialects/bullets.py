"""Questions as items of a list, their answers inside the item: `- **什么是…？**`, `1. What is …?`.

Bullets and ordered items, bold or plain; also items whose answers stand below them without indentation, so that
Markdown sees many lists of one item.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from cardbook.dialects.asking import NOMINAL, bold_lead, title
from cardbook.dialects.furniture import is_reference, item_sources
from cardbook.dialects.items import MAX_HEAD, item_mark, unwrapped
from cardbook.dialects.marks import SHAPED, Event, Mark
from cardbook.dialects.outline import count_off, is_part, share
from cardbook.dialects.pieces import Page, Piece


def bullets(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """Every item of a bullet list of which most ask."""
    return _events(pieces, page, "bullets")


def ordered(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """Every item of an ordered list of which most ask, or which goes on counting where the last question was."""
    return _events(pieces, page, "ordered")


def _events(pieces: Sequence[Piece], page: Page, kind: str) -> list[Event]:
    events: list[Event] = []
    last: int | None = None
    cards = page.cards and all(map(_is_card, (i for p in pieces if p.kind == kind for i in p.children)))
    shaped = cards or page.chosen or _is_shaped(pieces, kind)
    for piece in pieces:
        if piece.kind != kind:
            events.append(piece)
            continue
        marks = count_off([mark for item in piece.children if (mark := item_mark(item, page, shaped))])
        follows = kind == "ordered" and last is not None and piece.children[0].number == last + 1
        if marks and (shaped or follows or _asking(marks, piece, page)):
            marks = [replace(m, weight=SHAPED, explicit=cards) for m in marks] if shaped else marks
            events.extend(event for found in _items(piece, marks, page) for event in found)
            last = piece.children[-1].number
        else:
            events.extend(_topics(piece, page) or [piece])
    return events


def _topics(piece: Piece, page: Page) -> list[Event]:
    """A list of topics with lists of questions below them, as chapters and questions; empty if it is none."""
    marks = [m for item in piece.children if (m := item_mark(item, page)) and m.title.asks >= NOMINAL]
    items = _items(piece, marks, page)
    topics = sum(len(events) > 1 for events in items)
    links = sum(is_reference(replace(piece, children=(item,)), page.lines) for item in piece.children)
    told = topics and topics + len(marks) >= 0.5 * (len(items) - links)
    return [event for events in items for event in events] if told else []


def _items(piece: Piece, marks: Sequence[Mark], page: Page) -> list[list[Event]]:
    """For each item of a list its mark, or the topic that it is with what is asked below it, or the item itself."""
    at = {mark.head.start: mark for mark in marks if not is_part(mark.title)}
    asking = {start for start, mark in at.items() if mark.title.asks >= NOMINAL}
    topics = [[] if item.start in asking else _below(item, page) for item in piece.children]
    if share([bool(t) for item, t in zip(piece.children, topics, strict=True) if _listed(item)]) > 0.5:
        items = zip(piece.children, topics, strict=True)
        topics = [t or ([] if item.start in asking else _below(item, page, sure=True)) for item, t in items]
    return [
        below or [at.get(item.start) or replace(piece, start=item.start, end=item.end, children=(item,))]
        for item, below in zip(piece.children, topics, strict=True)
    ]


def _listed(item: Piece) -> Piece | None:
    """The list below a list item that is no more than a line above it."""
    children = unwrapped(item)
    if len(children) != 2 or children[0].kind != "paragraph" or "\n" in children[0].title:
        return None
    return children[1] if children[1].kind in ("bullets", "ordered") else None


def _below(item: Piece, page: Page, sure: bool = False) -> list[Event]:
    """The chapter title and the questions of a list item that is no more than a topic above a list of questions;
    `sure`: so are most items beside it, and what stands below it need not ask."""
    below = _listed(item)
    name = unwrapped(item)[0]
    if below is None or title(name.title).asks >= NOMINAL or is_part(title(name.title)):
        return []
    marks = count_off([mark for inner in below.children if (mark := item_mark(inner, page))])
    if sure or _asking(marks, below, page):
        found = [event for events in _items(below, marks, page) for event in events]
    else:
        found = _topics(below, page)
    if not found:
        return []
    chapter = replace(name, kind="chapter", start=item.start, column=item.column)
    topic = title(name.title).text
    return [
        chapter, *(replace(e, topics=(topic, *e.topics)) if isinstance(e, Mark) else e for e in found)
    ]  # fmt: skip


def _is_shaped(pieces: Sequence[Piece], kind: str) -> bool:
    """Whether all lists of a kind are one list of short lines with something below each: questions by their shape."""
    lists = [(piece, after) for piece, after in zip_longest(pieces, pieces[1:]) if piece.kind == kind]
    items = [
        (item, after if item is piece.children[-1] else None)
        for piece, after in lists
        for item in piece.children
    ]
    return len(items) >= 4 and sum(_is_headed(item, after) for item, after in items) >= 0.8 * len(items)


def _is_card(item: Piece) -> bool:
    """Whether a list item is a term in bold with its meaning behind it."""
    lead = bold_lead(item.children[0].title) if item.children else None
    if lead is None:
        return False
    return lead[0].endswith((":**", "：**")) or bool(re.match(r"\s*[:：—–-]", lead[1]))


def _is_headed(item: Piece, after: Piece | None) -> bool:
    """Whether a list item is a short line with an answer below it, inside or (unindented) `after` it."""
    if not item.children or item.children[0].kind != "paragraph":
        return False
    line, _, rest = item.children[0].title.partition("\n")
    return len(line) <= MAX_HEAD and bool(rest or item.children[1:] or after)


def _asking(marks: Sequence[Mark], piece: Piece, page: Page) -> bool:
    """Whether most items of a list ask; bold ones with an answer inside need to ask less. Links and dots are not
    counted."""
    items = [replace(piece, start=item.start, children=(item,)) for item in piece.children]
    counted = {i.start for i in items if _says(i) and (page.linked or not is_reference(i, page.lines))}
    found = [mark for mark in marks if mark.head.start in counted or not mark.title.references]
    whole = len(counted)
    if sum(mark.title.asks >= NOMINAL for mark in found) >= 0.6 * whole > 0:
        return True
    answered = sum(bool(mark.body) and mark.title.bold for mark in found)
    return answered >= 0.8 * whole and sum(mark.title.asks for mark in found) >= 0.4 * whole and whole > 1


def _says(piece: Piece) -> bool:
    return any(re.search(r"\w", text) for text in item_sources(piece))
