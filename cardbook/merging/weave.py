"""One answer out of several: the frame stays as it is, and takes in what the others add.

Points that the answer says already are recorded with the point that covers them. An item of a list that says
the same at greater length takes the place of the shorter one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from cardbook.merging.content import Content, Reader, sentences
from cardbook.merging.frame import points
from cardbook.merging.kept import Kept, Point, Spot
from cardbook.merging.lists import Host
from cardbook.merging.pieces import Item, Piece, take_apart, title
from cardbook.merging.rows import row
from cardbook.merging.steps import same_step
from cardbook.merging.superfluous import ENOUGH, HEAD, KNOWN, Said
from cardbook.merging.units import Unit
from cardbook.model import Covered

UNSURE_HEAD = 0.3
"""How much it tells if the answer has two items of that name."""

_CONTINUES = re.compile(
    r"还?不够|还不行|仍不?|如果还|若还|若仍|再不|否则|接着|然后"
    r"|(?:then|otherwise|after that|if (?:that|this|it) (?:is|does|still)|next)\b",
    re.I,
)
"""How an item begins that makes no sense without the one before it."""


class Weaver:
    """Weaves answers into a frame. Feed the answers best first; `spots` is the result, `more` its appendix."""

    def __init__(self, read: Reader, asked: str) -> None:
        self._read = read
        self._asked = read(asked)
        self._dull = frozenset(self._asked.grams)
        self._host = Host(read, asked, self._dull)
        self._kept = Kept()
        self._of_unit: dict[int, Spot] = {}
        self._behind: dict[Spot, Spot] = {}
        self._fronts: dict[int, Spot] = {}
        self._hosts: dict[int, Spot | None] = {}
        self._subject = _subject(self._asked, read)
        self._said = Said(read, self._kept, self._dull)
        self._left: dict[Point, list[tuple[Point, float]]] = defaultdict(list)
        self._rows: list[Unit] = []
        self._definitions: dict[frozenset[str], Spot] = {}
        self.spots: list[Spot] = []
        self.more: list[Spot] = []

    def frame(self, answer: Sequence[Unit], file: str) -> None:
        """Take the units of the best answer as they are."""
        for unit, found in self._points(answer, file):
            spot = Spot(unit, file)
            self.spots.append(spot)
            self._of_unit[id(unit)] = spot
            for piece in (*unit.opens, *unit.lead):
                told = self._read(piece.text)
                self._kept.grams.update(told.grams.keys() | told.numbers)
            for point in found:
                self._keep(point, spot)
                spot.points.append(point)

    def add(self, answer: Sequence[Unit], file: str) -> None:
        """Take in the points of a further answer that are not there yet."""
        last: Unit | None = None
        taken: set[Spot | None] = set()
        rows = not any(unit.listed for unit in answer)
        for unit, found in self._points(answer, file):
            host = self._hosts[id(unit)] = self._list_for(found, taken) if unit.listed else None
            if rows and not unit.listed and (listed := self._row(unit, found, file)):
                unit, found, host = listed
            taken.add(host)
            if unit.listed and not host:
                found = self._in_sections(found)
            if not unit.listed and (above := self._hosts.get(id(last))):
                found = [replace(p, after=above) if _CONTINUES.match(p.text) else p for p in found]
            last = unit
            before = None
            for point in (*self._said_before(unit, host, file), *found):
                for part in self._said.parts(point, self._definitions.get(point.content.defines)):
                    before = self._weigh(replace(part, into=host, before=before))

    def _row(self, unit: Unit, whole: Sequence[Point], file: str) -> tuple[Unit, list[Point], Spot] | None:
        """A paragraph that is a list in all but its form as one, if a list of the answer takes it in."""
        alone = not unit.lead and not unit.opens and [piece.kind for piece in unit.body] == ["paragraph"]
        parts = row(unit.text) if alone else ()
        if len(parts) < 2 or any(self._said.nearest(point)[1] >= ENOUGH for point in whole):
            return None
        piece = Piece("bullet_list", unit.text, tuple(Item("-", part) for part in parts))
        ((listed, found),) = self._points((replace(unit, body=(piece,)),), file)
        host = self._list_for(found, ())
        known = sum(any(self._alike(point, kept) for kept in host.points) for point in found) if host else 0
        self._rows.append(listed)  # its id must stay its own
        return (listed, found, host) if host and known >= max(2, len(parts) / 3) else None

    def _alike(self, point: Point, kept: Point) -> bool:
        return self._said.score(kept, point) >= ENOUGH or self._host.near(point, kept) > 0

    def _said_before(self, unit: Unit, host: Spot | None, file: str) -> Iterator[Point]:
        """The sentences before the one that introduces a list, where another list takes in the items."""
        for piece in unit.lead if host else ():
            if text := "".join(sentences(piece.text)[:-1]).strip():
                alone = Unit((), (), (), (Piece("paragraph", text),))
                yield Point(text, file, alone, self._read(text), self._read(text))

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

    def keep_telling(self, answer: Sequence[Unit], file: str) -> None:
        """Put at the end what the headings and introducing lines that were left out tell and nothing else does."""
        for unit in answer:
            for piece in self.hidden(unit):
                text = title(piece.text) if piece.kind == "heading" else piece.text
                alone = Unit((), (), (), (Piece("paragraph", text),))
                point = Point(text, file, alone, self._read(text), self._read(text))
                if text and self._said.tells(point, whole=not unit.body) and not self._kept.same(text):
                    spot = Spot(alone, file, [point])
                    self._rows.append(alone)
                    self.more.append(spot)
                    self._keep(point, spot)

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

    def _weigh(self, point: Point) -> Point:
        """Leave the point out, let it take the place of a shorter one, or add it; returns what says it now."""
        if same := self._kept.same(point.text):
            return same
        if step := self._step(point):
            self._leave(point, step, KNOWN)
            return step
        kept, score = self._said.nearest(point)
        if kept is None or score < self._said.enough(point, kept) or self._said.adds(point, kept):
            shorter = self._said.shorter(point)
            if shorter:
                self._replace(shorter, point)
            else:
                self._place(point)
        elif self._said.fuller(point, kept):
            self._replace(kept, point)
        else:
            self._leave(point, kept, score)
            return kept
        return point

    def _step(self, point: Point) -> Point | None:
        """The step that a point names again, among the steps of the list that takes it in."""
        steps = point.into if point.into and self._host.is_sequence(point.into.unit) else None
        return same_step(point, steps.points, self._read) if steps else None

    def _leave(self, point: Point, by: Point, score: float) -> None:
        self._left[by].append((point, score))
        if point.unit.listed:
            self._said.names[by].update(point.content.heads)

    def _replace(self, gone: Point, instead: Point) -> None:
        """`gone` covers nothing any more: what it covered is weighed again."""
        spot = self._kept.spot(gone)
        spot.swap(gone, instead)
        self._kept.remove(gone)
        self._keep(instead, spot)
        again = self._left.pop(gone, [])
        self._said.names.pop(gone, None)
        self._leave(gone, instead, self._said.score(instead, gone))
        for point, _ in again:
            self._weigh(point)

    def _keep(self, point: Point, spot: Spot) -> None:
        self._kept.add(point, spot)
        if point.content.defines and not point.unit.listed:
            self._definitions.setdefault(point.content.defines, spot)

    def _place(self, point: Point) -> None:
        front = self._introduces(point)
        spot = None if front else point.into
        if not spot or not (self._follows(point, spot) or self._host.insert(point, spot, self._kept)):
            spot = self._new_spot(point, front=front)
            spot.points.append(point)
        self._keep(point, spot)

    def _in_sections(self, items: Sequence[Point]) -> list[Point]:
        """Items with the section of the frame that they tell more of: all as a list behind the one of half of them,
        else each as a paragraph behind its own.
        """
        own = [self._section(item) for item in items]
        common = Counter(filter(None, own)).most_common(1)
        if common and common[0][1] >= max(2, len(items) / 2):
            return [replace(item, after=common[0][0]) for item in items]
        return [
            replace(item, unit=Unit((), (), (), take_apart(item.text)), after=spot, head=0.0)
            if spot
            else item
            for item, spot in zip(items, own, strict=True)
        ]

    def _section(self, item: Point) -> Spot | None:
        sections = (p for p in self._kept.like(item.content) if not p.unit.listed and p.unit.headings)
        told = [(*self._host.tells_more(item, other), self._kept.spot(other)) for other in sections]
        much, _, spot = max(told, key=lambda entry: entry[:2], default=(0.0, 0.0, None))
        return spot if much and spot in self.spots else None

    def _follows(self, point: Point, spot: Spot) -> bool:
        """Put an item that leans on the one before it ("if that is not enough, …") behind what says that."""
        before = point.before
        if before is None or not _CONTINUES.match(point.text):
            return False
        return self._host.insert_after(before, point, spot, inside=before.file != point.file)

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

    def _list_for(self, items: Sequence[Point], taken: Container[Spot | None]) -> Spot | None:
        """The list that takes in `items`; those that define what the question is about go to the front."""
        items = [item for item in items if not self._introduces(item)]
        same = [
            self._kept.spot(kept) if kept and score >= ENOUGH else None
            for kept, score in map(self._said.nearest, items)
        ]
        return self._host.find(items, same, self._kept, taken) if items else None


def _subject(asked: Content, read: Reader) -> frozenset[str]:
    """The one concept of a question; empty if it has none, or several."""
    names = frozenset(gram for gram in asked.grams if read.names(gram))
    return names if len(names) == 1 else frozenset()


def _characters(content: Content) -> set[str]:
    return {unit for head in content.heads for unit in head}
