"""What the dialects hand back, and how well it reads as questions and answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cardbook.dialects import furniture
from cardbook.dialects.asking import NOMINAL, STRONG, Title
from cardbook.dialects.pieces import Page, Piece


@dataclass(frozen=True, slots=True)
class Mark:
    """A question: its `title`, the piece in which it stands (`head`), and the pieces that answer it.

    `explicit` if its author marked it as a question (`Q:`, a table headed 问题), however it reads; `weight` is how
    much its shape speaks for it (0 to 1: a numbered series, a list of short lines with something below each).
    """

    title: Title
    head: Piece
    body: tuple[Piece, ...] = ()
    explicit: bool = False
    weight: float = 0.0
    dialect: str = "headings"
    topics: tuple[str, ...] = ()

    def followed_by(self, *pieces: Piece) -> Mark:
        """The mark with more pieces in its answer."""
        return replace(self, body=(*self.body, *pieces))


@dataclass(frozen=True, slots=True)
class Left:
    """A piece that is neither question nor answer: a chapter title (`topic`), or skipped with a reason."""

    piece: Piece
    reason: str = ""
    topic: bool = False


SHAPED = 0.6
"""The weight of a shape that notes of questions and answers often have, and other texts seldom."""

Entry = Mark | Left
Event = Mark | Piece


@dataclass(frozen=True, slots=True)
class Dialect:
    """A way to write questions below one heading. `marks` turns the blocks there into questions and the rest, in
    order; `floor` is the mean of how much they ask that they must reach together to be believed."""

    name: str
    marks: Callable[[Sequence[Piece], Page], list[Event]]
    floor: float = 0.6


@dataclass(frozen=True, slots=True)
class Reading:
    """A run of blocks as one dialect reads it: what stands before the first question, the questions, and titles of
    chapters among them (pieces of kind `chapter`)."""

    dialect: str = ""
    lead: tuple[Piece, ...] = ()
    marks: tuple[Mark, ...] = ()
    chapters: tuple[Piece, ...] = ()
    value: float = 0.0

    @property
    def strong(self) -> int:
        """How many of the questions plainly ask."""
        return sum(mark.explicit or mark.title.asks >= NOMINAL for mark in self.marks)


def interpret(pieces: Sequence[Piece], page: Page, dialect: Dialect) -> Reading:
    """Read the blocks in a dialect: what follows a question, up to the next, belongs to its answer."""
    lead: list[Piece] = []
    marks: list[Mark] = []
    chapters: list[Piece] = []
    for event in dialect.marks(pieces, page):
        if isinstance(event, Mark):
            marks.append(replace(event, dialect=dialect.name))
        elif event.kind == "chapter":
            chapters.append(event)
        elif marks:
            marks[-1] = marks[-1].followed_by(event)
        else:
            lead.append(event)
    return Reading(dialect.name, tuple(lead), tuple(marks), tuple(chapters), _value(lead, marks, page))


def _value(lead: Sequence[Piece], marks: Sequence[Mark], page: Page) -> float:
    """How much asks, less what would have to be passed over before the first question; nothing without one."""
    if not marks:
        return 0.0
    before = sum(not furniture.reason(piece, page.lines) for piece in lead)
    return sum(_asks(mark) for mark in marks) - 0.5 * before


def _asks(mark: Mark) -> float:
    return STRONG if mark.explicit else max(mark.title.asks, mark.weight)


def best(pieces: Sequence[Piece], page: Page, dialects: Sequence[Dialect]) -> Reading:
    """The reading that finds most, or an empty one when no dialect is convincing."""
    found = [interpret(pieces, page, dialect) for dialect in dialects]
    sound = [r for r, d in zip(found, dialects, strict=True) if page.chosen or _believed(r, d)]
    plain = max(sound, key=lambda reading: reading.value, default=Reading())
    return next((reading for reading in sound if _holds(reading, plain)), plain)


def _holds(reading: Reading, other: Reading) -> bool:
    """Whether what another reading takes for questions stands in the answers to those that are marked as such."""
    marked = bool(reading.marks) and all(mark.explicit for mark in reading.marks)
    first = reading.marks[0].head.start if marked and not reading.lead else None
    return first is not None and all(first < mark.head.start for mark in other.marks)


def _believed(reading: Reading, dialect: Dialect) -> bool:
    if not reading.marks or reading.value <= 0:
        return False
    mean = sum(map(_asks, reading.marks)) / len(reading.marks)
    return mean >= dialect.floor
