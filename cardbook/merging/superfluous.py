"""Whether an answer says already what a further point says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cardbook.merging.content import (
    Content,
    Reader,
    both_define,
    covers,
    lacks,
    said_by,
    same_head,
    sentences,
    share,
)
from cardbook.merging.kept import Kept, Point, Spot
from cardbook.merging.rows import row

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
"""How much the name of an item tells, and of prose under a heading."""
KNOWN = 0.75
"""A point of the same name as one that is covered already is covered by the same point, with this score."""

NEW, NEW_DEFINITION = 0.4, 0.6
"""A point, or a second definition, of which so much stands nowhere in the answer adds something."""
FACT = 3.0
"""And at least so many words."""

SEVERAL = 3
"""So many names are a list."""
_COUNTS_UP = re.compile(
    r"(?<![一举])[如像](?!果|何|此|下|图)|包括|诸如|等(?:方法|技术|手段|策略|措施|操作)|\bsuch as\b|\bincluding\b|\be\.g\."
)

_LEANS = re.compile(
    r"因此|所以|于是|从而|但|而|然而|不过|这|那|它|他|其|此|同时|另外|此外|并且|也|还|又|再|否则|即|换句话|也就是|反之|例如|比如|如果不"
    r"|(?:it|its|they|this|these|that|those|but|so|thus|hence|however|therefore|also|otherwise|then|instead)\b",
    re.I,
)


class Said:
    """What the `kept` points of an answer say; `dull` are the words of the question.

    `names` holds for a point the names of the items that it covers.
    """

    def __init__(self, read: Reader, kept: Kept, dull: frozenset[str]) -> None:
        self._read, self._kept, self._dull = read, kept, dull
        self.names: dict[Point, set[frozenset[str]]] = defaultdict(set)

    def nearest(self, point: Point) -> tuple[Point | None, float]:
        """The point that says most of `point`, and how much that is, in [0, 1]."""
        best: Point | None = None
        most = 0.0
        like = list(self._kept.like(point.content))
        for kept in like:
            score = self.score(kept, point)
            if score > most or (score and score == most and _tighter(kept, best, point)):
                best, most = kept, score
        if any(self._read.gainsays(kept.content, point.content) for kept in like):
            return best, most
        if best and most < ENOUGH and (whole := self._all_said(point.content)) >= ALL_SAID:
            return best, whole
        if best and most < ENOUGH and (retold := self._retold(point)):
            return retold, KNOWN
        return best, most

    def _retold(self, point: Point) -> Point | None:
        """The first of the items that a point only counts up once more ("some methods, such as A, B and C")."""
        others = [] if point.unit.listed else self._others(point.content, point)
        if by := self._enumerated(point.text, others):
            return by
        content = point.content
        names = {gram for gram in content.grams if self._read.names(gram) and gram not in self._dull}
        if len(names) < SEVERAL or content.hard or content.numbers or not _COUNTS_UP.search(content.plain):
            return None
        items = [
            kept
            for kept in self._kept.like(content)
            if kept.unit.listed and names & kept.content.grams.keys()
        ]
        told = {gram for kept in items for gram in kept.content.grams}
        return items[0] if len(items) > 1 and names <= told else None

    def enough(self, point: Point, kept: Point) -> float:
        """From which score on `kept` makes `point` superfluous."""
        return SAME_DEFINITION if self._redefines(point, kept) else ENOUGH

    def adds(self, point: Point, kept: Point) -> bool:
        """Whether `point` says what stands nowhere in the answer: a name, or much of all that it says."""
        return self._new(point, NEW_DEFINITION if self._redefines(point, kept) else NEW)

    def tells(self, point: Point, *, whole: bool) -> bool:
        """Whether a line that may only introduce something tells something new; with nothing below it (`whole`) it
        was written to tell something.
        """
        content = point.content
        facts = content.names | content.numbers
        if whole:
            facts |= content.grams.keys()
        return any(not self._kept.grams[fact] and fact not in self._dull for fact in facts)

    def _new(
        self, point: Point, much: float, gone: Point | None = None, instead: Point | None = None
    ) -> bool:
        """Whether so much of `point` is new, when `instead` takes the place of `gone`."""

        def told(gram: str) -> bool:
            if instead and gram in instead.titled.grams:
                return True
            return self._kept.grams[gram] > (gone is not None and gram in gone.titled.grams)

        content = point.content
        if not all(told(name) or name in self._dull for name in content.names):
            return True
        new = {
            gram: weight
            for gram, weight in content.grams.items()
            if gram not in self._dull and not told(gram)
        }
        return sum(new.values()) >= max(FACT, much * sum(content.grams.values()))

    def fuller(self, point: Point, kept: Point) -> bool:
        """Whether the item `point` says all that `kept` says, and much more."""
        return (
            point.unit.listed
            and kept.unit.listed
            and point.content.weight >= FULLER * kept.content.weight
            and self.score(point, kept) >= ENOUGH
            and not self._new(kept, NEW, gone=kept, instead=point)
        )

    def shorter(self, point: Point) -> Point | None:
        """An item of the same name of which `point` says all and much more."""
        if not point.unit.listed:
            return None
        like = (
            kept for kept in self._kept.like(point.content) if same_head(kept.content, point.content) == 1
        )
        return next((kept for kept in like if self.fuller(point, kept)), None)

    def parts(self, point: Point, place: Spot | None) -> Iterator[Point]:
        """A point; or of a paragraph the sentences at its ends that are said already, each, and the rest.

        All of it belongs behind `place`, if that is one.
        """
        alone = not point.unit.listed and not point.after and len(point.unit.body) == 1
        if not alone or len(parts := sentences(point.text)) < 2 or "".join(parts) not in point.text:
            yield replace(point, after=place) if alone and place else point
            return
        first = 1 if place else 0
        while first < len(parts) and self._told(parts[first], point):
            first += 1
        last = len(parts)
        while last > first and self._told(parts[last - 1], point):
            last -= 1
        if first < last and place is None and _leans(parts[first]):
            counted = parts[first - 1] if first else ""
            listed = self._enumerated(counted, self._others(self._read(counted), point))
            if listed and listed.unit.listed:
                place = self._kept.spot(listed)  # "其中 …" speaks of the items of that list
            else:
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
        if not all(self._kept.grams[name] or name in self._dull for name in content.names):
            return False
        others = self._others(content, point)
        if any(self._retells(kept, content) for kept in others):
            return True
        return self._enumerated(sentence, others) is not None

    def _others(self, content: Content, point: Point) -> list[Point]:
        return [kept for kept in self._kept.like(content) if kept.unit is not point.unit]

    def _enumerated(self, text: str, others: Sequence[Point]) -> Point | None:
        """The first of `others` that say the parts of a list in all but its form, if each part is said."""
        parts = row(text.strip())
        said = [
            kept
            for part in map(self._read, parts)
            if (kept := next((k for k in others if self._says(k, part)), None))
        ]
        return said[0] if parts and len(said) == len(parts) else None

    def _retells(self, kept: Point, content: Content) -> bool:
        if self._read.gainsays(kept.content, content):
            return False
        return said_by(kept.titled, content, self._dull) >= SENTENCE

    def _says(self, kept: Point, part: Content) -> bool:
        return covers(kept.titled, part, head=HEAD, dull=self._dull) >= ENOUGH

    def score(self, kept: Point, point: Point) -> float:
        """How far `kept` makes `point` superfluous, in [0, 1]."""
        head = min(point.head, kept.head or (HEAD if kept.unit.headings else 0.0))
        score = covers(kept.titled, point.content, head=head, dull=self._dull)
        if self._read.gainsays(kept.content, point.content):
            return 0.0
        named = head and not self.names[kept].isdisjoint(point.content.heads)
        if named and not lacks(kept.content, point.content):
            return max(score, KNOWN)
        return score

    def _all_said(self, content: Content) -> float:
        there = self._kept
        if len(content.grams) < 6 or any(not there.hard[thing] for thing in content.hard):
            return 0.0
        if any(not there.grams[number] for number in content.numbers):
            return 0.0
        return share(content.grams, {gram for gram in content.grams if there.grams[gram]}, self._dull)

    def _redefines(self, point: Point, kept: Point) -> bool:
        return (
            not point.unit.listed
            and len(sentences(point.text)) == 1
            and both_define(kept.content, point.content)
        )


def _tighter(one: Point, other: Point | None, point: Point) -> bool:
    """Of two that say all of `point`: whether `one` says less besides."""
    said = point.content.grams
    return other is not None and share(one.content.grams, said) > share(other.content.grams, said)


def _leans(sentence: str) -> bool:
    """Whether a sentence needs the one before it."""
    return bool(_LEANS.match(sentence.strip()))
