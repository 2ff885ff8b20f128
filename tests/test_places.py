"""From a card back to the line in the notes."""

from __future__ import annotations

from datetime import UTC, datetime

from cardbook.diagnostics import Span
from cardbook.model import Block, Book, Card, RawNote, Source
from cardbook.places import places

NOTE = RawNote(
    "What?", (Block("first\nsecond $x$", Span("a.md", 3, 5), indent=4),), Span("a.md", 1), topics=("t",)
)
CARD = Card("id", "What?", "…", "t", datetime(2026, 1, 1, tzinfo=UTC), sources=(Source("a.md", "What?"),))
PLACES = places([NOTE], Book("title", (CARD,)))


def test_a_text_is_found_at_its_line_and_column() -> None:
    """Lines and columns are those of the author's file, indentation included."""
    assert PLACES.find("id", "$x$") == Span("a.md", 4, 12)


def test_what_is_not_found_has_the_place_of_the_question() -> None:
    """A text that merging or tidying changed still leads to the right note."""
    assert PLACES.find("id", "elsewhere") == Span("a.md", 1) == PLACES.find("id")


def test_an_unknown_card_has_no_place() -> None:
    """A card that a person typed into canonical.yaml has no note."""
    assert PLACES.find("other") is None
    assert PLACES.questions("id") == (Span("a.md", 1),)
