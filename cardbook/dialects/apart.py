"""Cards amid the answer of a heading: callouts and flashcards, which hold both their question and their answer."""

from __future__ import annotations

from dataclasses import replace

from cardbook.dialects.deciding import HABIT, is_content
from cardbook.dialects.flashcards import flashcards
from cardbook.dialects.marks import Mark, Reading
from cardbook.dialects.outline import Section
from cardbook.dialects.pieces import Page, Piece


def set_apart(root: Section, page: Page) -> None:
    """Let such cards be questions of their own, where a file holds several; a single one may be part of an answer."""
    leaves = [s for s in root.walk() if s.heading and not (s.kids or s.furniture)]
    found = [(section, _cards(section, page)) for section in leaves]
    if sum(len(reading.marks) for _, reading in found) < HABIT:
        return
    for section, reading in found:
        other = (
            section.reading.dialect not in ("", "quotes", "flashcards") and section.reading.strong >= HABIT
        )
        listed = other or section.reading.chapters
        if reading.marks and not listed and any(is_content(piece, page) for piece in reading.lead):
            section.reading, section.cards = reading, True


def _cards(section: Section, page: Page) -> Reading:
    """The cards in a section; whatever else stands there is its `lead`."""
    lead: list[Piece] = []
    marks: list[Mark] = []
    last: Mark | None = None
    for event in flashcards(section.body, page):
        if isinstance(event, Mark):
            last = event
            marks.append(last)
        elif last and _goes_on(last, event):
            marks[-1] = last = last.followed_by(event)
        else:
            last = None
            lead.append(event)
    open_ones = [mark.head for mark in marks if not mark.body]
    return Reading(
        "flashcards",
        tuple(sorted((*lead, *open_ones), key=lambda piece: (piece.start, piece.column))),
        tuple(replace(mark, dialect="flashcards") for mark in marks if mark.body),
    )


def _goes_on(card: Mark, piece: Piece) -> bool:
    """Whether a block is the answer of a card: it follows without a blank line, or stands deeper, in its box."""
    end = (card.body or (card.head,))[-1].end
    return piece.start == end or piece.margin > card.head.margin
