"""Which list of the answer takes in the items of another list, and where in it they belong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from cardbook.matching.intent import Intent
from cardbook.matching.question import parse
from cardbook.merging.content import DULL, Content, Reader, same_head
from cardbook.merging.kept import Kept, Point, Spot
from cardbook.merging.pieces import title
from cardbook.merging.units import Unit

NEAR = 0.34
"""Of the words of the one that says less, so much in common puts two items side by side."""
NAMED = 0.9
"""So near are two of which one speaks of the name of the other."""
ALIKE = 0.75
"""And so are two whose names are so much alike."""
LEAST = 1.5
"""And so many words: one name, or two plain words."""

_LABEL = re.compile(r"[^：:。，,.!?！？\n]{1,20}(?=[：:])")

_KINDS = (
    {Intent.SOLVE, Intent.PREVENT, Intent.IMPROVE, Intent.METHOD, Intent.IMPLEMENT, Intent.PROCESS},
    {Intent.WHY, Intent.NEED, Intent.MECHANISM},
    {Intent.PURPOSE, Intent.APPLICATION, Intent.MEANING},
    {Intent.EFFECT, Intent.FEATURES},
    {Intent.DETECT},
    {Intent.PROS},
    {Intent.CONS},
    {Intent.DIFFERENCE},
    {Intent.RELATION},
)
"""What lists are for: those of one kind belong together, those of different kinds never."""


class Host:
    """Finds the list and the place for items of other lists; `dull` are the words of the question."""

    def __init__(self, read: Reader, dull: frozenset[str]) -> None:
        self._read = read
        self._dull = dull
        self._kinds: dict[str, frozenset[int]] = {}
        self._beside: dict[Point, Point] = {}
        self._before: dict[int, str] = {}

    def learn(self, answer: Sequence[Unit]) -> None:
        """Remember what stands before the lists of an answer: a list without a label goes with that."""
        for before, unit in pairwise(answer):
            if not before.listed and unit.listed:
                self._before[id(unit)] = before.text

    def find(self, items: Sequence[Point], same: Sequence[Spot | None], kept: Kept) -> Spot | None:
        """The list that `items` belong into; `same` are the lists that say an item already, one for each."""
        said = Counter(spot for spot in same if spot and spot.unit.listed)
        near: Counter[Spot] = Counter()
        for item in items:
            spots = dict.fromkeys(kept.spot(p) for p in kept.like(item.content) if self.near(item, p))
            near.update(spots.keys())
        fit = [
            spot for spot in dict.fromkeys([*said, *near])
            if spot.unit.listed and self._fits(items, spot, said[spot], near[spot])
        ]  # fmt: skip
        return max(fit, key=lambda spot: (said[spot], near[spot]), default=None)

    def _fits(self, items: Sequence[Point], spot: Spot, said: int, near: int) -> bool:
        one, other = self._kind(items[0].unit), self._kind(spot.unit)
        if one and other:
            return bool(one & other)
        return said >= max(1, len(items) / 5) or near >= max(1, len(items) / 2)

    def _kind(self, unit: Unit) -> frozenset[int]:
        """What the lines above a list say that it is for; empty if they do not say."""
        labels = [piece.text for piece in unit.lead[-1:]] or [title(head) for head in unit.headings[-1:]]
        before = _LABEL.match(self._before.get(id(unit), ""))
        if not labels and before:
            labels = [before[0]]
        return frozenset(kind for label in labels for kind in self._kinds_of(label))

    def _kinds_of(self, label: str) -> frozenset[int]:
        if label not in self._kinds:
            asks = parse(label.strip("*_：: "), self._read.glossary).asks
            wants = {want for ask in asks for want in ask.wants}
            self._kinds[label] = frozenset(k for k, kind in enumerate(_KINDS) if wants & kind)
        return self._kinds[label]

    def near(self, one: Point, other: Point) -> float:
        """How near the subjects of two items are, in [0, 1]; 0 unless they are near enough to stand together."""
        if (
            self._named(one, other)
            or self._named(other, one)
            or same_head(one.content, other.content) >= ALIKE
        ):
            return NAMED
        common = self._weight(one.content, other.content)
        least = min(self._weight(one.content), self._weight(other.content))
        score = common / least if least else 0.0
        return score if common >= LEAST and score >= NEAR else 0.0

    def _named(self, one: Point, other: Point) -> bool:
        """Whether `other` speaks of that by which `one` begins."""
        names = (head for head in one.content.heads if all(map(self._read.names, head)))
        return any(head and not head & self._dull and head <= other.content.grams.keys() for head in names)

    def _weight(self, content: Content, among: Content | None = None) -> float:
        grams = content.grams.items()
        return sum(
            weight * (DULL if gram in self._dull else 1)
            for gram, weight in grams if among is None or gram in among.grams
        )  # fmt: skip

    def insert(self, point: Point, spot: Spot, kept: Kept) -> None:
        """Put an item below its namesake, or behind the nearest; at the end if none is near, or it speaks of many."""
        there = {other: k for k, other in enumerate(spot.points)}
        close = [(self.near(point, other), other) for other in kept.like(point.content) if other in there]
        best, beside = max(close, key=lambda entry: entry[0], default=(0.0, None))
        namesake = next(
            (p for _, p in close if min(point.head, p.head) and same_head(p.content, point.content) == 1),
            None,
        )
        if namesake:
            spot.below.setdefault(namesake, []).append(point)
        elif not best or beside is None or sum(self._named(p, point) for _, p in close) > 1:
            spot.points.append(point)
        else:
            self._insert_behind(self._beside.get(beside, beside), point, spot)

    def _insert_behind(self, beside: Point, point: Point, spot: Spot) -> None:
        at = spot.points.index(beside) + 1 if beside in spot.points else len(spot.points)
        while at < len(spot.points) and self._beside.get(spot.points[at]) is beside:
            at += 1
        self._beside[point] = beside
        spot.points.insert(at, point)
