"""From a card back to the notes: where in whose file does this text stand?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cardbook.diagnostics import Span
from cardbook.model import Book, RawNote


@dataclass(frozen=True, slots=True)
class Places:
    """The raw notes behind each card, by its id."""

    notes: Mapping[str, tuple[RawNote, ...]]

    def find(self, card_id: str, text: str = "") -> Span | None:
        """The place of `text` in one of the card's notes, else of the card's first question.

        `None` for a card that has no notes in this build.
        """
        notes = self.notes.get(card_id, ())
        question = notes[0].span if notes else None
        return next(_occurrences(notes, text), question) if text else question

    def questions(self, card_id: str) -> tuple[Span, ...]:
        """The places of all questions that went into the card."""
        return tuple(note.span for note in self.notes.get(card_id, ()))


def places(notes: Iterable[RawNote], book: Book) -> Places:
    """Which of `notes` stand behind which card: a card names its sources by file and wording."""
    by_source: defaultdict[tuple[str, str], list[RawNote]] = defaultdict(list)
    for note in notes:
        by_source[note.span.file, note.question].append(note)
    return Places(
        {
            card.id: tuple(note for s in card.sources for note in by_source[s.file, s.question])
            for card in book.entries
        }
    )


def _occurrences(notes: tuple[RawNote, ...], text: str) -> Iterator[Span]:
    for note in notes:
        for block in note.blocks:
            offset = block.text.find(text)
            if offset >= 0:
                yield block.place(offset)
