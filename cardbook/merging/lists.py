"""Which list of the answer takes in the items of another list, and where in it they belong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from itertools import pairwise

from cardbook.matching.intent import Intent
from cardbook.merging.content import DULL, Content, Reader, same_head, sentences
from cardbook.merging.kept import Kept, Point, Spot
from cardbook.merging.pieces import title
from cardbook.merging.steps import is_sequence
from cardbook.merging.units import Unit

NEAR = 0.3
"""Of the words of the one that says less, so much in common puts two items side by side."""
NAMED = 0.9
"""So near are two of which one speaks of the name of the other."""
ALIKE = 0.75
"""And so are two whose names are so much alike."""
LEAST = 1.5
"""And so many words: one name, or two plain words."""
MUCH, MOST = 2.0, 0.38
"""With so many words in common, and so much of all, one says more of what the other says."""

_LABEL = re.compile(r"[^：:。，,.!?！？\n]{1,20}(?=[：:])")

_KINDS = (
    {Intent.SOLVE, Intent.PREVENT, Intent.IMPROVE, Intent.METHOD, Intent.IMPLEMENT, Intent.PROCESS},
    {Intent.WHY, Intent.NEED, Intent.MECHANISM},
    {Intent.PURPOSE, Intent.APPLICATION, Intent.MEANING},
    {Intent.EFFECT, Intent.FEATURES},
    {Intent.DETECT},
    {Intent.CASES, Intent.WHEN},
    {Intent.PROS},
    {Intent.CONS},
    {Intent.DIFFERENCE},
    {Intent.RELATION},
)
"""What lists are for: those of one kind belong together, those of different kinds never."""


class Host:
    """Finds the list and the place for items of other lists; `dull` are the words of the question."""

    def __init__(self, read: Reader, asked: str, dull: frozenset[str]) -> None:
        self._read = read
        self._dull = dull
        self._wants: dict[str, frozenset[Intent]] = {}
        self._question = asked
        self._beside: dict[Point, Point] = {}
        self._before: dict[int, str] = {}
        self._only: set[int] = set()
        self._asked = self._kinds_of(asked)

    def learn(self, answer: Sequence[Unit]) -> None:
        """Remember what stands before the lists of an answer: a list without a label goes with that."""
        listed = [unit for unit in answer if unit.listed]
        self._only.update(id(unit) for unit in listed if len(listed) == 1)
        for before, unit in pairwise(answer):
            if not before.listed and unit.listed:
                self._before[id(unit)] = before.text

    def find(
        self, items: Sequence[Point], same: Sequence[Spot | None], kept: Kept, taken: Container[Spot | None]
    ) -> Spot | None:
        """The list that `items` belong into; `same` are the lists that say an item already, one for each, and
        `taken` those that took in another list of the same answer: two lists of one answer are for two ends.
        """
        said = Counter(spot for spot in same if spot and spot.unit.listed)
        near: Counter[Spot] = Counter()
        for item in items:
            spots = dict.fromkeys(kept.spot(p) for p in kept.like(item.content) if self.near(item, p))
            near.update(spots.keys())
        for spot in kept.spots() if id(items[0].unit) in self._only else ():
            if id(spot.unit) in self._only and self._kind(items[0].unit) & self._kind(spot.unit):
                near.setdefault(spot, 0)  # each is the list of its answer, for what is asked
        fit = [
            spot for spot in dict.fromkeys([*said, *near])
            if spot.unit.listed and spot not in taken and self._fits(items, spot, said[spot], near[spot])
        ]  # fmt: skip
        return max(fit, key=lambda spot: (said[spot], near[spot]), default=None)

    def _fits(self, items: Sequence[Point], spot: Spot, said: int, near: int) -> bool:
        one, other = self._kind(items[0].unit), self._kind(spot.unit)
        if one and other:
            return bool(one & other)
        if not (one or other) and {id(items[0].unit), id(spot.unit)} <= self._only:
            return said + near >= max(1, len(items) / 4)
        return said >= max(1, len(items) / 5) or near >= max(1, len(items) / 2)

    def _kind(self, unit: Unit) -> frozenset[int]:
        """What the lines above a list say that it is for; empty if they do not say. The only list of an answer
        is for what is asked.
        """
        told = frozenset(kind for label in self._labels(unit) for kind in self._kinds_of(label))
        return told or (self._asked if id(unit) in self._only else told)

    def _labels(self, unit: Unit) -> list[str]:
        labels = [piece.text for piece in unit.lead[-1:]] or [title(head) for head in unit.headings[-1:]]
        before = _LABEL.match(self._before.get(id(unit), ""))
        return labels or ([before[0]] if before else [])

    def is_sequence(self, unit: Unit) -> bool:
        """Whether the items of a list are steps in their order."""
        told = {want for label in self._labels(unit) for want in self._wants_of(label)}
        alone = self._wants_of(self._question) if id(unit) in self._only else frozenset()
        return is_sequence(unit, told or alone)

    def _kinds_of(self, label: str) -> frozenset[int]:
        wants = self._wants_of(label)
        return frozenset(k for k, kind in enumerate(_KINDS) if wants & kind)

    def _wants_of(self, label: str) -> frozenset[Intent]:
        if label not in self._wants:
            asks = self._read.question(label.strip("*_：: ")).asks
            self._wants[label] = frozenset(want for ask in asks for want in ask.wants)
        return self._wants[label]

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

    def _named(self, one: Point, other: Point, *, at_once: bool = False) -> bool:
        """Whether `other` speaks of that by which `one` begins; `at_once`: in its first sentence."""
        names = (head for head in one.content.heads if all(map(self._read.names, head)))
        told = self._read(sentences(other.text)[0]) if at_once else other.content
        return any(head and not head & self._dull and head <= told.grams.keys() for head in names)

    def _weight(self, content: Content, among: Content | None = None) -> float:
        grams = content.grams.items()
        return sum(
            weight * (DULL if gram in self._dull else 1)
            for gram, weight in grams if among is None or gram in among.grams
        )  # fmt: skip

    def insert(self, point: Point, spot: Spot, kept: Kept) -> bool:
        """Put an item below the one that it is a part of, or behind the nearest; at the end if none is near, or it
        speaks of many. Among steps there is place only below one; returns whether there was.
        """
        top = {other: other for other in spot.points}
        top |= {part: other for other, parts in spot.below.items() for part in parts}
        there = [
            other
            for other in kept.like(point.content)
            if other in top and not self._read.gainsays(other.content, point.content)
        ]
        whole = self._whole(point, there, top)
        best, beside = max(
            ((self.near(point, other), other) for other in there),
            key=lambda entry: entry[0],
            default=(0.0, None),
        )
        if whole:
            spot.below.setdefault(whole, []).append(point)
        elif self.is_sequence(spot.unit):
            return False
        elif not best or beside is None or sum(self._named(other, point) for other in there) > 1:
            spot.points.append(point)
        else:
            beside = top[beside]
            self._insert_behind(self._beside.get(beside, beside), point, spot)
        return True

    def insert_after(self, before: Point, point: Point, spot: Spot, *, inside: bool) -> bool:
        """Put an item that leans on what goes before behind that, or `inside` it, if it stands in this list."""
        row = next((row for row in (spot.points, *spot.below.values()) if before in row), None)
        if row is None:
            return False
        if inside and row is spot.points:
            spot.below.setdefault(before, []).append(point)
        else:
            row.insert(row.index(before) + 1, point)
        return True

    def _whole(self, point: Point, there: Sequence[Point], top: Mapping[Point, Point]) -> Point | None:
        """The item of which `point` tells more."""
        namesake = next((other for other in there if self._namesake(point, other)), None)
        if namesake:
            return top[namesake]
        for wider in (self._names_it, self._kind_of):
            named = dict.fromkeys(top[other] for other in there if wider(point, other))
            if named:
                return next(iter(named)) if len(named) == 1 else None
        told = [(*self.tells_more(point, other), other) for other in there if top[other] is other]
        much, _, best = max(told, key=lambda entry: entry[:2], default=(0.0, 0.0, None))
        return top[best] if much and best else None

    def _namesake(self, point: Point, other: Point) -> bool:
        return bool(min(point.head, other.head)) and same_head(other.content, point.content) == 1

    def _names_it(self, point: Point, other: Point) -> bool:
        """Whether `other` is as wide: it names `point` at once, or `point` opens with its name, or one much like it."""
        return (
            self._named(point, other, at_once=True)
            or self._opening(point) in _single(other)
            or same_head(point.content, other.content) >= ALIKE
        )

    def _opening(self, point: Point) -> str | None:
        """The name with which a point opens, also in a whole sentence ("Use dropout …")."""
        opening = (gram for gram in list(point.content.grams)[:2] if self._read.names(gram))
        return next((gram for gram in opening if gram not in self._dull), None)

    def tells_more(self, point: Point, other: Point) -> tuple[float, float]:
        """How much of `point` and of `other` is what both say; nothing unless it is much."""
        common = self._weight(point.content, other.titled)
        share = common / self._weight(point.content) if common else 0.0
        if common < MUCH or share < MOST:
            return 0.0, 0.0
        return share, common / self._weight(other.titled)

    def _kind_of(self, point: Point, other: Point) -> bool:
        """Whether `point` begins with the names of kinds of what `other` begins with ("L1": a regularisation)."""
        implies, wider = self._read.glossary.implies, _single(other)
        kinds = [head for head in point.content.heads if head and all(map(self._read.names, head))]
        if opening := self._opening(point):
            kinds.append(frozenset({opening}))
        return any(all(wider & implies.get(name, frozenset()) for name in head) for head in kinds)

    def _insert_behind(self, beside: Point, point: Point, spot: Spot) -> None:
        at = spot.points.index(beside) + 1 if beside in spot.points else len(spot.points)
        while at < len(spot.points) and self._beside.get(spot.points[at]) is beside:
            at += 1
        self._beside[point] = beside
        spot.points.insert(at, point)


def _single(point: Point) -> frozenset[str]:
    """The names by which a point goes that are of one unit."""
    return frozenset(unit for head in point.content.heads if len(head) == 1 for unit in head)
