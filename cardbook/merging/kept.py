"""The points that an answer has so far, and the quick way to those that may say what another one says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from cardbook.merging.content import Content
from cardbook.merging.units import Unit

FEW = 80
"""So many points are all compared."""
LOOKED_AT = 1000
"""Entries of the index that are read for one point, its rarest words first."""
COMPARED = 40
"""Points that are compared then."""


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """The smallest thing that is kept or left out: a list item, or a unit of prose.

    `titled` is its content together with the heading above it: what it says of others' points. `head` is how
    much its name tells (see `covers`); `after` the spot behind which it belongs, `into` the list that takes it in,
    `before` what says the item before it in its own list.
    """

    text: str
    file: str
    unit: Unit
    content: Content
    titled: Content
    head: float = 0.0
    after: Spot | None = None
    into: Spot | None = None
    before: Point | None = None


@dataclass(slots=True, eq=False)
class Spot:
    """A unit of the answer in the making, and the points that stand in it now."""

    unit: Unit
    file: str
    points: list[Point] = field(default_factory=list)
    below: dict[Point, list[Point]] = field(default_factory=dict)
    """What others say of an item of the same name, to stand below it."""
    between: bool = False
    """Whether it was put between the units of the frame, without its headings."""

    def swap(self, gone: Point, instead: Point) -> None:
        """Let `instead` stand where `gone` stands."""
        row = next(row for row in (self.points, *self.below.values()) if gone in row)
        row[row.index(gone)] = instead
        if gone in self.below:
            self.below[instead] = self.below.pop(gone)


class Kept:
    """The points of the answer. Finding those that are like another one stays quick however many there are."""

    def __init__(self) -> None:
        self._order: dict[Point, int] = {}
        self._spot: dict[Point, Spot] = {}
        self._with: dict[str, dict[Point, None]] = defaultdict(dict)
        self._texts: dict[str, Point] = {}
        self.grams: Counter[str] = Counter()
        self.hard: Counter[str] = Counter()

    def add(self, point: Point, spot: Spot) -> None:
        """Note that `point` stands in `spot`."""
        self._order[point] = len(self._order)
        self._spot[point] = spot
        self._texts.setdefault(point.text, point)
        self.grams.update(point.titled.grams.keys() | point.titled.numbers)
        self.hard.update(point.titled.hard)
        for key in _keys(point.titled):
            self._with[key][point] = None

    def remove(self, point: Point) -> None:
        """Note that `point` stands nowhere any more; its text may come back."""
        del self._spot[point]
        if self._texts.get(point.text) is point:
            del self._texts[point.text]
        self.grams.subtract(point.titled.grams.keys() | point.titled.numbers)
        self.hard.subtract(point.titled.hard)
        for key in _keys(point.titled):
            del self._with[key][point]

    def spot(self, point: Point) -> Spot:
        """Where `point` stands."""
        return self._spot[point]

    def spots(self) -> dict[Spot, None]:
        """Where points stand, in the order in which they came."""
        return dict.fromkeys(self._spot.values())

    def same(self, text: str) -> Point | None:
        """The point with exactly this text."""
        return self._texts.get(text)

    def like(self, content: Content) -> Iterator[Point]:
        """The points that may say what `content` says, in the order in which they came."""
        if len(self._spot) <= FEW:
            yield from self._spot
            return
        found: Counter[Point] = Counter()
        looked = 0
        for key in sorted(_keys(content), key=lambda key: (len(self._with[key]), key)):
            if looked and looked + len(self._with[key]) > LOOKED_AT:
                break
            looked += len(self._with[key])
            found.update(self._with[key].keys())
        best = sorted(found, key=lambda point: (-found[point], self._order[point]))[:COMPARED]
        yield from sorted(best, key=self._order.__getitem__)


def _keys(content: Content) -> frozenset[str]:
    """Its words, its formulas and pictures, and the words of the names by which it begins."""
    return content.hard | content.grams.keys() | {f"^{unit}" for head in content.heads for unit in head}
