"""The values that pass between the stages. All are frozen; sequences inside are tuples.

A `RawNote` is what someone wrote in one place. A `Card` is what we hold true, from one or many places.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cardbook.diagnostics import Span


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of notes, decoded. Line k of `text` is line k of the user's own file.

    `path` is relative to the sources folder, with `/`; `text` has LF line ends and no BOM, and still holds
    the front matter, which ends before line `body_line` (1-based).
    """

    path: str
    text: str
    encoding: str = "utf-8"
    front_matter: Mapping[str, Any] = field(default_factory=dict)
    body_line: int = 1


class Fate(enum.Enum):
    """Where a block of a source file ends up."""

    QUESTION = "question"
    ANSWER = "answer"
    REFERENCE = "reference"
    TOPIC = "topic"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level Markdown block of an answer: a slice of the author's lines, dedented.

    `span` is the place of its first character; `indent` the number of characters that were cut off the
    left of each of its lines, so that any place inside can be found again with `place`.
    """

    text: str
    span: Span
    indent: int = 0

    def place(self, offset: int) -> Span:
        """The place in the user's file of the character at `offset` in `text`."""
        before = self.text[:offset]
        line = before.count("\n")
        column = offset - (before.rfind("\n") + 1)
        first = self.span.column if line == 0 else self.indent + 1
        return Span(self.span.file, self.span.line + line, first + column)


@dataclass(frozen=True, slots=True)
class Accounted:
    """What became of one block of a file: nothing lost, nothing silent. `reason` is filled for `SKIPPED`."""

    span: Span
    fate: Fate
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RawNote:
    """One question as one author wrote it, and the blocks that answer it (none: unanswered).

    `question` is one line of Markdown, without numbering and heading markup. `topics` are the titles of the
    chapters above it, outermost first. `references` are URLs that the note cites.
    """

    question: str
    blocks: tuple[Block, ...]
    span: Span
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()

    @property
    def answer(self) -> str:
        """The answer as Markdown, blocks separated by a blank line."""
        return "\n\n".join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a dialect found in one file: its notes in order, and an account of every block."""

    file: SourceFile
    dialect: str
    notes: tuple[RawNote, ...]
    account: tuple[Accounted, ...]


class Verdict(enum.Enum):
    """What a careful editor would say of two notes."""

    SAME = "same"
    DOUBTFUL = "doubtful"
    RELATED = "related"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Decision:
    """Why notes `a` and `b` (indices, a < b) were judged as they were. `score` is in [0, 1]."""

    a: int
    b: int
    verdict: Verdict
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """A partition of the notes' indices into clusters (ordered by first member), and the decisions behind it.

    `decisions` holds every candidate pair that is not plainly different.
    """

    clusters: tuple[tuple[int, ...], ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A note that went into a card: the file, and its question as its author wrote it."""

    file: str
    question: str


@dataclass(frozen=True, slots=True)
class Covered:
    """A block left out of an answer because the block `by` says it already, with `score` in [0, 1]."""

    file: str
    text: str
    by: str
    score: float


@dataclass(frozen=True, slots=True)
class Draft:
    """A merged card before it has an identity. `related` are indices into the list of drafts.

    `notes` are the raw notes that went into it. A draft without an answer is an unanswered question.
    """

    question: str
    answer: str
    notes: tuple[RawNote, ...]
    aliases: tuple[str, ...] = ()
    topic: str = ""
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    covered: tuple[Covered, ...] = ()
    related: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One question with one answer, as it stands in `canonical.yaml`.

    `id` is the Anki GUID. `sources[0]` is the note that the id came from. `digest` is of the generated
    question, answer, topic and tags, so that a hand edit shows; `rendered` is of the rendered Anki fields, and
    `modified` (UTC, whole seconds) moves only with it. `created` is when the id was given, `None` for a card
    that never changed since.
    """

    id: str
    question: str
    answer: str
    topic: str
    modified: datetime
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    covered: tuple[Covered, ...] = ()
    created: datetime | None = None
    digest: str = ""
    rendered: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that no note answers: never a card, listed at the end of the handbook."""

    question: str
    sources: tuple[Source, ...] = ()
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """What a person had typed into `canonical.yaml` for a card that is retired now, to come back with it."""

    question: str
    answer: str
    topic: str = ""
    tags: tuple[str, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Retired:
    """An id that was a card once, and what brings it back as it was.

    `replaced_by` is the id of the card that took its place, or empty. `aliases` are the wordings under which
    the notes may ask it again; the rest is as in `Card`.
    """

    id: str
    question: str
    replaced_by: str = ""
    aliases: tuple[str, ...] = ()
    created: datetime | None = None
    modified: datetime | None = None
    rendered: str = ""
    edited: Edited | None = None


@dataclass(frozen=True, slots=True)
class NoteType:
    """The Anki note type as last written: `modified` moves only when `digest` does."""

    digest: str
    modified: datetime


@dataclass(frozen=True, slots=True)
class Book:
    """All that the writers need, and all that `canonical.yaml` holds."""

    title: str
    entries: tuple[Card, ...]
    unanswered: tuple[Unanswered, ...] = ()
    retired: tuple[Retired, ...] = ()
    author: str = ""
    language: str = "zh-CN"
    notetype: NoteType | None = None
