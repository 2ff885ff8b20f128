"""One answer out of several: the frame stays as it is, and takes in what the others add.

Points that the answer says already are recorded with the point that covers them. An item of a list that says
the same at greater length takes the place of the shorter one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from cardbook.merging.content import Content, Reader, both_define, covers, same_head, sentences, share
from cardbook.merging.frame import points
from cardbook.merging.pieces import Piece, title
from cardbook.merging.units import Unit
from cardbook.model import Covered

ENOUGH = 0.6
"""From this score on a point is superfluous. Chosen by reading merges of notes of strangers."""
SAME_DEFINITION = 0.3
"""Two definitions of one thing are told apart by less: both name the thing, in other words."""
ALL_SAID = 0.85
"""From this part on, a point whose words stand here and there in the whole answer is superfluous."""
FULLER = 1.6
"""An item that says so many times as much replaces the other."""
HEAD = 0.6
UNSURE_HEAD = 0.3
KNOWN = 0.75
"""A point named as one that is covered already is covered by the same point, at so much of the likeness of names."""


@dataclass(frozen=True, slots=True)
class Point:
    """The smallest thing that is kept or left out: a list item, or a unit of prose.

    `titled` is its content together with the heading above it: what it says of others' points. `head` is how
    much its name tells (see `covers`); `after` the spot behind which it belongs.
    """

    text: str
    file: str
    unit: Unit
    content: Content
    titled: Content
    head: float = 0.0
    after: Spot | None = None


@dataclass(slots=True)
class Spot:
    """A unit of the answer in the making, and the points that stand in it now."""

    unit: Unit
    file: str
    points: list[Point] = field(default_factory=list)
    between: bool = False
    """Whether it was put between the units of the frame, without its headings."""


class Weaver:
    """Weaves answers into a frame. Feed the answers best first; `spots` is the result, `more` its appendix."""

    def __init__(self, read: Reader, asked: str) -> None:
        self._read = read
        self._asked = read(asked)
        self._dull = frozenset(self._asked.grams)
        self._hosts: dict[int, Spot | None] = {}
        self._left: list[tuple[Point, Point, float]] = []
        self.spots: list[Spot] = []
        self.more: list[Spot] = []

    def frame(self, answer: Sequence[Unit], file: str) -> None:
        """Take the units of the best answer as they are."""
        for unit in answer:
            self.spots.append(Spot(unit, file, self._points(unit, answer, file)))

    def add(self, answer: Sequence[Unit], file: str) -> None:
        """Take in the points of a further answer that are not there yet."""
        for unit in answer:
            for point in self._points(unit, answer, file):
                for part in self._parts(point):
                    self._weigh(part)

    def covered(self) -> Iterator[Covered]:
        """The points that were left out, with the point of the answer that covers each."""
        for point, by, score in self._left:
            yield Covered(point.file, point.text, by.text, round(score, 2))

    def shown(self) -> Iterator[str]:
        """The headings of the answer, and the lines that introduce something in it."""
        for spot in self.all():
            yield from () if spot.between else spot.unit.headings
            yield from (piece.text for piece in spot.unit.lead)

    def hidden(self, unit: Unit) -> Iterator[Piece]:
        """The headings and introducing lines of a unit that the answer goes without."""
        spot = next((spot for spot in self.all() if spot.unit is unit), None)
        shown = () if spot is None or spot.between else unit.headings
        yield from (heading for heading in unit.opens if heading.text not in shown)
        if spot is None and (unit.listed or not unit.body):
            yield from unit.lead

    def _points(self, unit: Unit, answer: Sequence[Unit], file: str) -> list[Point]:
        named = title(unit.headings[-1]) if unit.headings else ""
        prefix = f"{named}：\n\n" if named and not unit.listed else ""
        return [
            Point(
                text, file, unit, self._read(text), self._read(prefix + text), self._trust(text, unit, answer)
            )
            for text in points(unit)
        ]

    def _trust(self, text: str, unit: Unit, answer: Sequence[Unit]) -> float:
        """How much the name of an item tells: little if the answer has two items of that name."""
        if not unit.listed:
            return 0.0
        heads = set(self._read(text).heads)
        alike = sum(
            bool(heads & set(self._read(item.text).heads)) for other in answer for item in other.items
        )
        return UNSURE_HEAD if alike > 1 else HEAD

    def _parts(self, point: Point) -> tuple[Point, ...]:
        """A second definition falls apart into the defining sentence, which goes, and what it adds."""
        if point.unit.listed or len(point.unit.body) != 1 or not self._defined(point):
            return (point,)
        first, *rest = sentences(point.text)
        texts = [first, point.text[point.text.index(first) + len(first) :].strip()] if rest else [first]
        place = self._defined(point)
        return tuple(
            replace(point, text=text, content=self._read(text), titled=self._read(text), after=place)
            for text in texts
        )

    def _defined(self, point: Point) -> Spot | None:
        """The spot that defines the same thing as `point`, if there is one."""
        for spot in self.all():
            if not spot.unit.listed and any(both_define(kept.content, point.content) for kept in spot.points):
                return spot
        return None

    def all(self) -> Iterator[Spot]:
        """The spots of the answer and of its appendix."""
        yield from self.spots
        yield from self.more

    def _weigh(self, point: Point) -> None:
        """Leave the point out, let it take the place of a shorter one, or add it."""
        spot, kept, score = self._nearest(point)
        if kept is None or spot is None or score < self._enough(point, kept):
            self._place(point)
        elif self._fuller(point, kept):
            spot.points[spot.points.index(kept)] = point
            self._reconsider(kept, point)
        else:
            self._left.append((point, kept, score))

    def _enough(self, point: Point, kept: Point) -> float:
        return SAME_DEFINITION if self._redefines(point, kept) else ENOUGH

    def _redefines(self, point: Point, kept: Point) -> bool:
        return (
            not point.unit.listed
            and len(sentences(point.text)) == 1
            and both_define(kept.content, point.content)
        )

    def _nearest(self, point: Point) -> tuple[Spot | None, Point | None, float]:
        best: tuple[Spot | None, Point | None, float] = (None, None, 0.0)
        for spot in self.all():
            for kept in spot.points:
                score = self._score(kept, point)
                if score > best[2] or (score and score == best[2] and _tighter(kept, best[1], point)):
                    best = (spot, kept, score)
        if best[1] and best[2] < ENOUGH and self._all_said(point.content) >= ALL_SAID:
            return best[0], best[1], self._all_said(point.content)
        return best

    def _score(self, kept: Point, point: Point) -> float:
        head = min(point.head, kept.head or (HEAD if kept.unit.headings else 0.0))
        score = covers(kept.titled, point.content, head=head, dull=self._dull)
        known = (other for other, by, _ in self._left if by is kept and other.unit.listed)
        if head and not point.content.hard - kept.content.hard:
            score = max([score, *(KNOWN * same_head(other.content, point.content) for other in known)])
        return score

    def _all_said(self, content: Content) -> float:
        kept = [point.titled for spot in self.all() for point in spot.points]
        if len(content.grams) < 6 or content.hard - frozenset().union(*(k.hard for k in kept)):
            return 0.0
        return share(content.grams, frozenset().union(*(k.grams for k in kept)), self._dull)

    def _fuller(self, point: Point, kept: Point) -> bool:
        return (
            point.unit.listed
            and kept.unit.listed
            and point.content.weight >= FULLER * kept.content.weight
            and self._score(point, kept) >= ENOUGH
        )

    def _reconsider(self, gone: Point, instead: Point) -> None:
        """`gone` covers nothing any more: what it covered is weighed again."""
        self._left.append((gone, instead, self._score(instead, gone)))
        again = [point for point, by, _ in self._left if by is gone]
        self._left = [entry for entry in self._left if entry[1] is not gone]
        for point in again:
            self._weigh(point)

    def _place(self, point: Point) -> None:
        spot = self._host(point.unit) if point.unit.listed else None
        if spot is None:
            spot = Spot(point.unit, point.file)
            self._insert(spot, point)
            if point.unit.listed:
                self._hosts[id(point.unit)] = spot
        spot.points.append(point)

    def _insert(self, spot: Spot, point: Point) -> None:
        if point.after in self.spots:
            spot.between = True
            self.spots.insert(self.spots.index(point.after) + 1, spot)
        elif not point.unit.listed and self._introduces(point):
            spot.between = True
            self.spots.insert(0, spot)
        else:
            self.more.append(spot)

    def _introduces(self, point: Point) -> bool:
        """Whether the point defines what the question is about."""
        return bool(point.content.defines) and point.content.defines <= set(self._asked.grams) | _characters(
            self._asked
        )

    def _host(self, unit: Unit) -> Spot | None:
        """The list that takes in the items of `unit`."""
        if id(unit) not in self._hosts:
            self._hosts[id(unit)] = self._find_host(unit)
        return self._hosts[id(unit)]

    def _find_host(self, unit: Unit) -> Spot | None:
        lists = [spot for spot in self.all() if spot.unit.listed]
        items = [
            Point(item.text, "", unit, self._read(item.text), self._read(item.text), HEAD)
            for item in unit.items
        ]
        hits = [sum(any(self._score(k, i) >= ENOUGH for k in spot.points) for i in items) for spot in lists]
        if hits and max(hits) >= max(1, len(items) / 5):
            return lists[hits.index(max(hits))]
        return None


def _tighter(one: Point, other: Point | None, point: Point) -> bool:
    """Of two that say all of `point`: whether `one` says less besides."""
    said = point.content.grams
    return other is not None and share(one.content.grams, said) > share(other.content.grams, said)


def _characters(content: Content) -> set[str]:
    return {unit for head in content.heads for unit in head}
