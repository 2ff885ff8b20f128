"""One answer out of several: the frame stays as it is, and takes in what the others add.

Points that the answer says already are recorded with the point that covers them. An item of a list that says
the same at greater length takes the place of the shorter one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cardbook.merging.content import (
    Content,
    Reader,
    both_define,
    covers,
    said_by,
    same_head,
    sentences,
    share,
)
from cardbook.merging.frame import points
from cardbook.merging.kept import Kept, Point, Spot
from cardbook.merging.lists import Host
from cardbook.merging.pieces import Piece, title
from cardbook.merging.units import Unit
from cardbook.model import Covered

ENOUGH = 0.6
"""From this score on a point is superfluous. Chosen by reading merges of notes of strangers."""
SAME_DEFINITION = 0.3
"""Two definitions of one thing are told apart by less: both name the thing, in other words."""
SENTENCE = 0.8
"""A sentence at the beginning or the end of a paragraph goes alone if so much of it is said elsewhere."""
ALL_SAID = 0.85
"""From this part on, a point whose words stand here and there in the whole answer is superfluous."""
FULLER = 1.6
"""An item that says so many times as much replaces the other."""
HEAD = 0.6
UNSURE_HEAD = 0.3
KNOWN = 0.75
"""A point of the same name as one that is covered already is covered by the same point, with this score."""

_LEANS = re.compile(
    r"因此|所以|于是|从而|但|而|然而|不过|这|那|它|他|其|此|同时|另外|此外|并且|也|还|又|再|否则|即|换句话|也就是|反之|例如|比如|如果不"
    r"|(?:it|its|they|this|these|that|those|but|so|thus|hence|however|therefore|also|otherwise|then|instead)\b",
    re.I,
)


class Weaver:
    """Weaves answers into a frame. Feed the answers best first; `spots` is the result, `more` its appendix."""

    def __init__(self, read: Reader, asked: str) -> None:
        self._read = read
        self._asked = read(asked)
        self._dull = frozenset(self._asked.grams)
        self._host = Host(read, self._dull)
        self._kept = Kept()
        self._of_unit: dict[int, Spot] = {}
        self._behind: dict[Spot, Spot] = {}
        self._fronts: dict[int, Spot] = {}
        self._hosts: dict[int, Spot | None] = {}
        self._subject = _subject(self._asked, read)
        self._names: dict[Point, set[frozenset[str]]] = defaultdict(set)
        self._left: dict[Point, list[tuple[Point, float]]] = defaultdict(list)
        self._definitions: dict[frozenset[str], Spot] = {}
        self.spots: list[Spot] = []
        self.more: list[Spot] = []

    def frame(self, answer: Sequence[Unit], file: str) -> None:
        """Take the units of the best answer as they are."""
        for unit, found in self._points(answer, file):
            spot = Spot(unit, file)
            self.spots.append(spot)
            self._of_unit[id(unit)] = spot
            for point in found:
                self._keep(point, spot)
                spot.points.append(point)

    def add(self, answer: Sequence[Unit], file: str) -> None:
        """Take in the points of a further answer that are not there yet."""
        for unit, found in self._points(answer, file):
            host = self._hosts[id(unit)] = self._list_for(found) if unit.listed else None
            for point in found:
                for part in self._parts(point):
                    self._weigh(replace(part, into=host))

    def covered(self) -> Iterator[Covered]:
        """The points that were left out, with the point of the answer that covers each."""
        for by, points_left in self._left.items():
            for point, score in points_left:
                yield Covered(point.file, point.text, by.text, round(score, 2))

    def shown(self) -> Iterator[str]:
        """The headings of the answer, and the lines that introduce something in it."""
        for spot in self.all():
            yield from () if spot.between else spot.unit.headings
            yield from (piece.text for piece in spot.unit.lead)

    def hidden(self, unit: Unit) -> Iterator[Piece]:
        """The headings and introducing lines of a unit that the answer goes without."""
        placed = self._of_unit.get(id(unit))
        yield from (heading for heading in unit.opens if not placed or heading.text not in unit.headings)
        if (unit.listed and not placed) or not unit.body:
            yield from unit.lead

    def labels(self, unit: Unit) -> Sequence[str]:
        """The lines above the list that took in the items of `unit`."""
        host = self._hosts.get(id(unit))
        return [*host.unit.headings[-1:], *(piece.text for piece in host.unit.lead[-1:])] if host else ()

    def all(self) -> Iterator[Spot]:
        """The spots of the answer and of its appendix."""
        yield from self.spots
        yield from self.more

    def _points(self, answer: Sequence[Unit], file: str) -> Iterator[tuple[Unit, list[Point]]]:
        """Each unit with its points. The name of an item tells little if the answer has two of that name."""
        self._host.learn(answer)
        names = Counter(
            name for unit in answer for item in unit.items for name in set(self._read(item.text).heads)
        )
        for unit in answer:
            named = title(unit.headings[-1]) if unit.headings else ""
            prefix = f"{named}：\n\n" if named and not unit.listed else ""
            found = []
            for text in points(unit):
                content = self._content(text)
                unsure = any(names[name] > 1 for name in content.heads)
                head = 0.0 if not unit.listed else UNSURE_HEAD if unsure else HEAD
                found.append(Point(text, file, unit, content, self._read(prefix + text), head))
            yield unit, found

    def _content(self, text: str) -> Content:
        """What a text says; under the label "definition" it defines what the question is about."""
        content = self._read(text)
        if self._subject and content.defines in self._read.definition_labels:
            return replace(content, defines=self._subject)
        return content

    def _parts(self, point: Point) -> Iterator[Point]:
        """A point; or of a paragraph the sentences at its ends that are said already, each, and the rest."""
        place = self._definitions.get(point.content.defines)
        alone = not point.unit.listed and len(point.unit.body) == 1
        if not alone or len(parts := sentences(point.text)) < 2 or "".join(parts) not in point.text:
            yield replace(point, after=place) if alone else point
            return
        first = 1 if place else 0
        while first < len(parts) and self._told(parts[first], point):
            first += 1
        last = len(parts)
        while last > first and self._told(parts[last - 1], point):
            last -= 1
        if first < last and place is None and _leans(parts[first]):
            first = 0
        for texts in (
            *([part] for part in parts[:first]),
            parts[first:last],
            *([part] for part in parts[last:]),
        ):
            if texts:
                text = "".join(texts).strip()
                yield replace(
                    point, text=text, content=self._read(text), titled=self._read(text), after=place
                )

    def _told(self, sentence: str, point: Point) -> bool:
        content = self._read(sentence)
        return any(
            said_by(kept.titled, content, self._dull) >= SENTENCE
            for kept in self._kept.like(content)
            if kept.unit is not point.unit
        )

    def _weigh(self, point: Point) -> None:
        """Leave the point out, let it take the place of a shorter one, or add it."""
        if self._kept.same(point.text):
            return
        kept, score = self._nearest(point)
        if kept is None or score < self._enough(point, kept):
            shorter = self._shorter(point)
            if shorter:
                self._replace(shorter, point)
            else:
                self._place(point)
        elif self._fuller(point, kept):
            self._replace(kept, point)
        else:
            self._leave(point, kept, score)

    def _leave(self, point: Point, by: Point, score: float) -> None:
        self._left[by].append((point, score))
        if point.unit.listed:
            self._names[by].update(point.content.heads)

    def _enough(self, point: Point, kept: Point) -> float:
        return SAME_DEFINITION if self._redefines(point, kept) else ENOUGH

    def _redefines(self, point: Point, kept: Point) -> bool:
        return (
            not point.unit.listed
            and len(sentences(point.text)) == 1
            and both_define(kept.content, point.content)
        )

    def _nearest(self, point: Point) -> tuple[Point | None, float]:
        best: Point | None = None
        most = 0.0
        for kept in self._kept.like(point.content):
            score = self._score(kept, point)
            if score > most or (score and score == most and _tighter(kept, best, point)):
                best, most = kept, score
        if best and most < ENOUGH and (whole := self._all_said(point.content)) >= ALL_SAID:
            return best, whole
        return best, most

    def _score(self, kept: Point, point: Point) -> float:
        head = min(point.head, kept.head or (HEAD if kept.unit.headings else 0.0))
        score = covers(kept.titled, point.content, head=head, dull=self._dull)
        named = head and not self._names[kept].isdisjoint(point.content.heads)
        if named and not point.content.hard - kept.content.hard:
            return max(score, KNOWN)
        return score

    def _all_said(self, content: Content) -> float:
        there = self._kept
        if len(content.grams) < 6 or any(not there.hard[thing] for thing in content.hard):
            return 0.0
        return share(content.grams, {gram for gram in content.grams if there.grams[gram]}, self._dull)

    def _fuller(self, point: Point, kept: Point) -> bool:
        return (
            point.unit.listed
            and kept.unit.listed
            and point.content.weight >= FULLER * kept.content.weight
            and self._score(point, kept) >= ENOUGH
        )

    def _shorter(self, point: Point) -> Point | None:
        """An item of the same name of which `point` says all and much more."""
        if not point.unit.listed:
            return None
        like = (
            kept for kept in self._kept.like(point.content) if same_head(kept.content, point.content) == 1
        )
        return next((kept for kept in like if self._fuller(point, kept)), None)

    def _replace(self, gone: Point, instead: Point) -> None:
        """`gone` covers nothing any more: what it covered is weighed again."""
        spot = self._kept.spot(gone)
        spot.swap(gone, instead)
        self._kept.remove(gone)
        self._keep(instead, spot)
        again = self._left.pop(gone, [])
        self._names.pop(gone, None)
        self._leave(gone, instead, self._score(instead, gone))
        for point, _ in again:
            self._weigh(point)

    def _keep(self, point: Point, spot: Spot) -> None:
        self._kept.add(point, spot)
        if point.content.defines and not point.unit.listed:
            self._definitions.setdefault(point.content.defines, spot)

    def _place(self, point: Point) -> None:
        front = self._introduces(point)
        spot = None if front else point.into
        if spot:
            self._host.insert(point, spot, self._kept)
        else:
            spot = self._new_spot(point, front=front)
            spot.points.append(point)
        self._keep(point, spot)

    def _new_spot(self, point: Point, *, front: bool) -> Spot:
        """The spot of the unit of a list, or one of its own for each point of prose."""
        place = point.after if point.after in self.spots else None
        spots = self._fronts if front or place else self._of_unit
        if point.unit.listed and (spot := spots.get(id(point.unit))):
            return spot
        spot = spots[id(point.unit)] = Spot(point.unit, point.file, between=bool(front or place))
        if place:
            at = self.spots.index(place) + 1
            while at < len(self.spots) and self._behind.get(self.spots[at]) is place:
                at += 1
            self._behind[spot] = place
            self.spots.insert(at, spot)
        elif front:
            self.spots.insert(0, spot)
        else:
            self.more.append(spot)
        return spot

    def _introduces(self, point: Point) -> bool:
        """Whether the point defines what the question is about, and nothing did before."""
        defines = point.content.defines
        if point.unit.listed and not point.content.verbal:
            return False
        return bool(defines) and defines <= self._asked.grams.keys() | _characters(self._asked)

    def _list_for(self, items: Sequence[Point]) -> Spot | None:
        """The list that takes in `items`; those that define what the question is about go to the front."""
        items = [item for item in items if not self._introduces(item)]
        same = [
            self._kept.spot(kept) if kept and score >= ENOUGH else None
            for kept, score in map(self._nearest, items)
        ]
        return self._host.find(items, same, self._kept) if items else None


def _tighter(one: Point, other: Point | None, point: Point) -> bool:
    """Of two that say all of `point`: whether `one` says less besides."""
    said = point.content.grams
    return other is not None and share(one.content.grams, said) > share(other.content.grams, said)


def _subject(asked: Content, read: Reader) -> frozenset[str]:
    """The one concept of a question; empty if it has none, or several."""
    names = frozenset(gram for gram in asked.grams if read.names(gram))
    return names if len(names) == 1 else frozenset()


def _characters(content: Content) -> set[str]:
    return {unit for head in content.heads for unit in head}


def _leans(sentence: str) -> bool:
    """Whether a sentence needs the one before it."""
    return bool(_LEANS.match(sentence.strip()))
