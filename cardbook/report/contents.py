"""What the page shows, as values: merges, pairs, files, repairs, findings, changes."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from cardbook.diagnostics import CODES, Diagnostic, Log, Severity, Span
from cardbook.edition import Compiled
from cardbook.identity import Changes
from cardbook.merging.pieces import take_apart
from cardbook.model import Accounted, Book, Card, Covered, Decision, Fate, Parsed, RawNote, Verdict

_REPAIR = re.compile(r"`(.*)` → `(.*)`", re.DOTALL)
_MARKERS = re.compile(r"[#\s]+")
SHOWN = ("question", "answer", "topic", "tags", "aliases", "related", "references", "sources")


@dataclass(frozen=True, slots=True)
class Point:
    """A block or list item of a note: in the card's answer, or left out because `covered.by` says it.

    Of a point that is in the answer `partly` holds the sentences that were left out.
    """

    text: str
    covered: Covered | None = None
    partly: tuple[Covered, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A note of a merged card, taken apart."""

    note: RawNote
    points: tuple[Point, ...]

    @property
    def covered(self) -> int:
        """How many of its points the card leaves out."""
        return sum(point.covered is not None for point in self.points)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two notes that were compared, the cards that they went to (`None`: unanswered), and what was said."""

    a: RawNote
    b: RawNote
    cards: tuple[Card | None, Card | None]
    score: float
    reasons: tuple[str, ...]

    @property
    def line(self) -> str:
        """The line that decides it, below `merge:` or `separate:` in `cardbook.yaml`."""
        return f"- [{', '.join(json.dumps(n.question, ensure_ascii=False) for n in (self.a, self.b))}]"


@dataclass(frozen=True, slots=True)
class Merge:
    """A card from several notes, and why they are one."""

    card: Card
    members: tuple[Member, ...]
    why: tuple[Pair, ...]

    @property
    def left_out(self) -> tuple[Covered, ...]:
        """What the card leaves out beside the points of its notes."""
        points = [point for member in self.members for point in member.points]
        shown = {one for point in points for one in (point.covered, *point.partly)}
        return tuple(one for one in self.card.covered if one not in shown)


@dataclass(frozen=True, slots=True)
class FileAccount:
    """What became of one file: how many of its blocks met which fate, and which were skipped."""

    parsed: Parsed
    fates: Mapping[Fate, int]
    cards: int

    @property
    def skipped(self) -> tuple[Accounted, ...]:
        """The blocks that are in no note, each with its reason."""
        return tuple(one for one in self.parsed.account if one.fate is Fate.SKIPPED)

    @property
    def unanswered(self) -> int:
        """How many of its questions have nothing below them."""
        return sum(not note.blocks for note in self.parsed.notes)


@dataclass(frozen=True, slots=True)
class Repaired:
    """One repair: what was typed at `span`, and what it became."""

    span: Span | None
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Group:
    """All repairs or findings of one code, with what the code means."""

    code: str
    meaning: str
    severity: Severity
    repairs: tuple[Repaired, ...] = ()
    found: tuple[Diagnostic, ...] = ()

    @property
    def hint(self) -> str:
        """What to do, if it is the same for all of them."""
        hints = {diagnostic.hint for diagnostic in self.found}
        return hints.pop() if len(hints) == 1 else ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A card that looks different, and in what."""

    card: Card
    fields: tuple[str, ...]
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    """The lines of the answer that went, and those that came."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The whole page."""

    book: Book
    first_build: bool
    changes: Changes
    changed: tuple[Changed, ...]
    merges: tuple[Merge, ...]
    doubtful: tuple[Pair, ...]
    related: tuple[Pair, ...]
    unanswered: tuple[tuple[RawNote, ...], ...]
    files: tuple[FileAccount, ...]
    repairs: tuple[Group, ...]
    findings: tuple[Group, ...]
    members: Mapping[str, tuple[RawNote, ...]]
    """The notes behind each card, by its id."""

    @property
    def chapters(self) -> tuple[tuple[str, tuple[Card, ...]], ...]:
        """The cards by topic, in the order of the book."""
        return tuple(
            (topic, tuple(cards)) for topic, cards in groupby(self.book.entries, key=lambda c: c.topic)
        )

    @property
    def heirs(self) -> Mapping[str, Card | None]:
        """For each card that was retired just now, the one that took its place."""
        living = {card.id: card for card in self.book.entries}
        replaced = {item.id: item.replaced_by for item in self.book.retired}
        return {card.id: living.get(replaced.get(card.id, "")) for card in self.changes.retired}


def gather(compiled: Compiled, book: Book, changes: Changes, log: Log) -> Contents:
    """Collect what the page shows from what a build knows."""
    members = {card.id: _once(compiled.places.notes.get(card.id, ())) for card in book.entries}
    owner = {note: card for card in book.entries for note in members[card.id]}
    pairs = _Pairs(compiled, owner)
    repairs, findings = _groups(log)
    return Contents(
        book=book,
        first_build=compiled.previous is None,
        changes=changes,
        changed=tuple(_changed(compiled.previous, changes.changed)),
        merges=tuple(_merge(c, members[c.id], pairs) for c in book.entries if len(members[c.id]) > 1),
        doubtful=pairs.across(Verdict.DOUBTFUL),
        related=pairs.across(Verdict.RELATED),
        unanswered=tuple(d.notes for d in compiled.drafts if d.notes[0] not in owner),
        files=tuple(_account(parsed, owner) for parsed in compiled.parsed),
        repairs=repairs,
        findings=findings,
        members=members,
    )


def _once(notes: Iterable[RawNote]) -> tuple[RawNote, ...]:
    return tuple(dict.fromkeys(notes))


class _Pairs:
    """The decisions of the matcher, by where the two notes ended up."""

    def __init__(self, compiled: Compiled, owner: Mapping[RawNote, Card]) -> None:
        self._notes, self._owner = compiled.notes, owner
        self._home = {note: k for k, cluster in enumerate(compiled.matching.clusters) for note in cluster}
        self._inside: defaultdict[int, list[Pair]] = defaultdict(list)
        self._across: defaultdict[Verdict, list[Pair]] = defaultdict(list)
        for decision in compiled.matching.decisions:
            if self._home[decision.a] == self._home[decision.b]:
                self._inside[self._home[decision.a]].append(self._pair(decision))
            else:
                self._across[decision.verdict].append(self._pair(decision))
        self._number = {note: i for i, note in enumerate(compiled.notes)}

    def _pair(self, decision: Decision) -> Pair:
        a, b = self._notes[decision.a], self._notes[decision.b]
        return Pair(a, b, (self._owner.get(a), self._owner.get(b)), decision.score, decision.reasons)

    def inside(self, note: RawNote) -> tuple[Pair, ...]:
        """What was said of pairs within the cluster of `note`."""
        return tuple(self._inside[self._home[self._number[note]]])

    def across(self, verdict: Verdict) -> tuple[Pair, ...]:
        """The pairs that were kept apart with this verdict, closest first."""
        return tuple(sorted(self._across[verdict], key=lambda p: (-p.score, p.a.span, p.b.span)))


def _merge(card: Card, notes: Sequence[RawNote], pairs: _Pairs) -> Merge:
    return Merge(card, tuple(_member(note, card) for note in notes), pairs.inside(notes[0]))


def _member(note: RawNote, card: Card) -> Member:
    # What several files say in the same words is recorded once.
    every = {_squeezed(one.text): one for one in card.covered}
    own = {_squeezed(one.text): one for one in card.covered if one.file == note.span.file}
    answer = _squeezed(card.answer)
    return Member(note, tuple(_point(text, own, every, answer) for text in _points(note.answer)))


def _point(text: str, own: Mapping[str, Covered], every: Mapping[str, Covered], answer: str) -> Point:
    """What was left out is a point, several in a row, or a sentence of one."""
    squeezed = _squeezed(text)
    if squeezed in own:
        return Point(text, own[squeezed])
    if squeezed not in answer:
        for left, one in every.items():
            if squeezed in left:
                return Point(text, one)
    return Point(text, partly=tuple(one for left, one in own.items() if left in squeezed))


def _points(answer: str) -> Iterator[str]:
    """The blocks of an answer, and each item of its lists."""
    for piece in take_apart(answer):
        yield from ((item.text for item in piece.items) if piece.items else (piece.text,))


def _squeezed(text: str) -> str:
    return _MARKERS.sub("", text)


def _account(parsed: Parsed, owner: Mapping[RawNote, Card]) -> FileAccount:
    fates = Counter(one.fate for one in parsed.account)
    homes = {card.id for note, card in owner.items() if note.span.file == parsed.file.path}
    return FileAccount(parsed, {fate: fates[fate] for fate in Fate if fates[fate]}, len(homes))


def _changed(previous: Book | None, cards: Iterable[Card]) -> Iterator[Changed]:
    before = {card.id: card for card in previous.entries} if previous else {}
    for card in cards:
        old = before[card.id]
        fields = tuple(name for name in SHOWN if getattr(card, name) != getattr(old, name))
        yield Changed(
            card, fields or ("look",), _gone(old.answer, card.answer), _gone(card.answer, old.answer)
        )


def _gone(before: str, after: str) -> tuple[str, ...]:
    """The lines of `before` that are not in `after`."""
    left = Counter(after.split("\n"))
    left.subtract(before.split("\n"))
    return tuple(line for line in dict.fromkeys(before.split("\n")) if left[line] < 0 and line.strip())


def _groups(log: Log) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """Repairs, which show before and after, and everything else, the gravest first."""
    by_code: defaultdict[tuple[int, str], list[Diagnostic]] = defaultdict(list)
    for diagnostic in log:
        by_code[-diagnostic.severity, diagnostic.code].append(diagnostic)
    groups = [_group(-severity, code, by_code[severity, code]) for severity, code in sorted(by_code)]
    return tuple(g for g in groups if g.repairs), tuple(g for g in groups if not g.repairs)


def _group(severity: int, code: str, found: Sequence[Diagnostic]) -> Group:
    told = [_REPAIR.fullmatch(diagnostic.message) for diagnostic in found]
    repairs = tuple(
        Repaired(d.span, match[1], match[2]) for d, match in zip(found, told, strict=True) if match
    )
    if severity > Severity.INFO or len(repairs) < len(found):
        return Group(code, CODES[code], Severity(severity), found=tuple(found))
    return Group(code, CODES[code], Severity(severity), repairs=repairs)
