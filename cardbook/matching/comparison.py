"""Two questions side by side: how far their subjects, their wants and their answers are one."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Postfix, Prefix

from cardbook.matching.ask import Ask
from cardbook.matching.concepts import Glossary
from cardbook.matching.direction import same_direction
from cardbook.matching.evidence import Answer, Evidence
from cardbook.matching.intent import Intent, kinship
from cardbook.matching.meeting import GENERAL, meet
from cardbook.matching.question import Question
from cardbook.matching.subject import Apart, apart
from cardbook.matching.wording import HAN
from cardbook.model import Verdict

SURE = 0.8
"""From this score on two notes are one card."""
OPEN = 0.5
"""From this score on a person should look."""
SPOKEN = 0.2
"""So much of the smaller answer in the larger: where all else agrees, nothing speaks against it."""
COVERED = 0.3
"""So much of the smaller answer in the larger: they speak of the same things."""
AGREED = 0.5
"""So much: they say the same."""
ALIKE = 0.65
"""So much: they say the same, whatever words the questions use."""
COPIED = 0.85
"""So much: one was copied from the other, or both from a third."""

KINDRED, RETOLD, TWIN = 0.2, 0.3, 0.45
"""So much of what is rare in one answer is in the other: enough where only ordinary words differ on one side; on
both; where one side names something more."""

SIBLING = 12
"""A name is no longer than this."""

_DESCRIBES = frozenset(
    {
        Intent.NEED,
        Intent.PURPOSE,
        Intent.PROS,
        Intent.CONS,
        Intent.FEATURES,
        Intent.PARTS,
        Intent.MECHANISM,
        Intent.WORKS,
        Intent.PROCESS,
        Intent.APPLICATION,
        Intent.MEANING,
    }
)
"""What whoever tells of a thing tells as well."""
_MEANT = frozenset({Intent.WORKS, Intent.MECHANISM})
"""What a question for the thing itself means as well."""
_PURPOSES = frozenset({Intent.PURPOSE, Intent.NEED})
_MECHANISMS = frozenset({Intent.WHY, Intent.NEED, Intent.MECHANISM})

Want = tuple[int, Intent]
"""The number of an ask in its question, and one of its wants."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its score in [0, 1] and the reasons in words."""

    verdict: Verdict
    score: float
    reasons: tuple[str, ...]


class Comparison:
    """Two questions side by side."""

    def __init__(self, a: Question, b: Question, evidence: Evidence, glossary: Glossary) -> None:
        self._a, self._b, self._evidence, self._glossary = a, b, evidence, glossary
        self._apart = [[apart(x, y, glossary) for y in b.asks] for x in a.asks]
        self._left, self._right = _wants(a), _wants(b)
        self._meets = {(x, y): self._meet(x, y) for x in self._left for y in self._right}

    def _meet(self, x: Want, y: Want) -> float:
        """How far two wants are one: 0 for different subjects."""
        (i, want), (j, other) = x, y
        if not self._apart[i][j].same:
            return 0.0
        return meet(self._a.asks[i], self._b.asks[j], want, other, self._glossary)

    def result(self) -> Judgement:
        """What comes of it."""
        best = max(self._meets.values())
        if best == 0.0:
            return self._other_subject()
        open_left = [x for x in _sharp(self._left) if max(self._meets[x, y] for y in self._right) < SURE]
        open_right = [y for y in _sharp(self._right) if max(self._meets[x, y] for x in self._left) < SURE]
        if best >= SURE and not open_left and not open_right:
            return Judgement(Verdict.SAME, best, ("same subject, same wants",))
        if best >= SURE and not (open_left and open_right):
            return self._broader(open_left, open_right)
        if best >= SURE:
            return self._doubt(0.6, COPIED, "each asks something that the other does not")
        return self._other_wants(best)

    def _broader(self, open_left: list[Want], open_right: list[Want]) -> Judgement:
        """One asks all that the other asks, and more."""
        more, narrow = (open_left, self._right) if open_left else (open_right, self._left)
        broad, small = self._evidence.left, self._evidence.right
        if not open_left:
            broad, small = small, broad
        elsewhere = self._elsewhere(more, left=bool(open_left))
        if elsewhere and _is_general(narrow) and self._evidence.overlap < COVERED:
            return Judgement(Verdict.RELATED, 0.4, ("what one asks the other only defines in passing",))
        if broad and not small:
            return Judgement(Verdict.SAME, SURE, ("an unanswered question that the other answers too",))
        if len(_sharp(narrow)) > len(_sharp(more)) and not _is_general(narrow):
            return Judgement(Verdict.SAME, SURE, ("one asks a little more than the other",))
        return self._doubt(0.7, self._covering(narrow, more, elsewhere), "one asks more than the other")

    def _covering(self, narrow: list[Want], more: list[Want], elsewhere: bool) -> float:
        """From which overlap on the broader answer covers the narrower one."""
        broad = self._right if narrow is self._left else self._left
        told = any(want in GENERAL for _, want in broad) and {want for _, want in more} <= _DESCRIBES
        if told and not elsewhere and _is_general(narrow):
            return SPOKEN
        if elsewhere and _is_general(narrow):
            return ALIKE
        return AGREED if elsewhere or _is_general(narrow) else COVERED

    def _elsewhere(self, wants: list[Want], *, left: bool) -> bool:
        """Whether one of `wants` is about a subject that the other question is not about at all."""
        columns = self._apart if left else [list(column) for column in zip(*self._apart, strict=True)]
        return any(
            not any(parts.shared and not (parts.left if left else parts.right) for parts in columns[i])
            for i, _ in wants
        )

    def _other_wants(self, best: float) -> Judgement:
        """The same subject, but none of the wants is the same."""
        e = self._evidence
        if self._turned():
            agreed = e.overlap >= AGREED or e.rare >= TWIN
            verdict = Verdict.DOUBTFUL if agreed else Verdict.RELATED
            return Judgement(verdict, OPEN if agreed else 0.3, ("asked the other way round", *self._told()))
        if _is_general(self._left) != _is_general(self._right):
            if _is_general(self._left):
                return self._general(self._left, self._right, e.left, e.right)
            return self._general(self._right, self._left, e.right, e.left)
        if best >= OPEN:
            told = {want for _, want in (*self._left, *self._right)} <= GENERAL | _DESCRIBES
            return self._doubt(best, COVERED if told else AGREED, "kindred wants")
        return Judgement(Verdict.RELATED, max(best, 0.3), ("same subject, different wants",))

    def _turned(self) -> bool:
        """Whether what both name has another part in each."""
        return any(
            self._apart[i][j].same and kinship(want, other) >= SURE
            and not same_direction(self._a.asks[i], self._b.asks[j])
            for i, want in self._left for j, other in self._right
        )  # fmt: skip

    def _general(
        self, general: list[Want], sharp: list[Want], answer: Answer | None, sharp_answer: Answer | None
    ) -> Judgement:
        """One asks in general ("什么是 X", or just "X") what the other asks in particular."""
        asked = {want for _, want in sharp}
        if not answer and {want for _, want in general} == {Intent.BARE}:
            if sharp_answer and len(asked) > 1:
                return Judgement(
                    Verdict.SAME, SURE, ("an unanswered heading beside an answer to several questions",)
                )
            return Judgement(Verdict.DOUBTFUL, OPEN, ("an unanswered heading",))
        if answer and self._evidence.overlap >= COVERED:
            told = len(asked) > 1 and asked <= answer.tells
            open_ended = {want for _, want in general} & {Intent.EXPLAIN, Intent.BARE}
            meant = _DESCRIBES if open_ended else _MEANT
            enough = COVERED if told or asked <= meant else AGREED if asked <= _DESCRIBES else COPIED
            return self._doubt(0.6, enough, "one asks in general what the other asks in particular")
        best = max(self._meets.values())
        if best >= OPEN:
            return Judgement(Verdict.DOUBTFUL, best, ("kindred wants",))
        return Judgement(Verdict.RELATED, max(best, 0.3), ("same subject, different wants",))

    def _other_subject(self) -> Judgement:
        mechanism = self._mechanism_of_purpose()
        if mechanism:
            return mechanism
        asked = [(i, j) for i, _ in _sharp(self._left) for j, _ in _sharp(self._right)]
        best = max((self._apart[i][j] for i, j in asked), key=_nearness)
        if not best.shared:
            return self._other_words()
        only = [
            f"only one names {' + '.join(sorted(map(self._glossary.label, side)))}"
            for side in (best.left, best.right)
            if side
        ]
        far = Judgement(
            Verdict.RELATED, 0.3 if len(only) < 2 else 0.2, tuple(only) or ("asked the other way round",)
        )
        names = self._names(best)
        siblings = _siblings(self._a.wording, self._b.wording)
        if siblings and all(names):
            return far
        alike = self._alike_wants()
        told = self._told_alike(best) if alike and not _numbered(best) else 0.0
        if told and not siblings:
            return self._doubt(OPEN, told, *only)
        rare = self._evidence.rare
        if rare >= (ALIKE if alike else COPIED) and not (siblings or all(names) or _numbered(best)):
            return Judgement(Verdict.SAME, SURE, (*only, *self._told()))
        if rare >= (ALIKE if siblings else RETOLD if alike else TWIN):
            return Judgement(Verdict.DOUBTFUL, OPEN, (*only, *self._told()))
        return far

    def _other_words(self) -> Judgement:
        """The questions have no word in common."""
        siblings = _siblings(self._a.wording, self._b.wording) and self._a.units and self._b.units
        if not siblings and self._evidence.rare >= TWIN and self._alike_wants():
            return Judgement(
                Verdict.DOUBTFUL, OPEN, ("other words, but the answers say the same", *self._told())
            )
        return Judgement(Verdict.DIFFERENT, 0.0, ("nothing in common",))

    def _alike_wants(self) -> bool:
        """Whether, subjects aside, each side wants what the other wants, both in the same sense."""
        left, right = _sharp(self._left), _sharp(self._right)
        negated = {ask.negated for ask in (*self._a.asks, *self._b.asks)}
        return len(negated) == 1 and (
            {want for _, want in (*left, *right)} <= GENERAL | {Intent.WORKS}
            or (
                all(any(kinship(x, y) >= SURE for _, y in right) for _, x in left)
                and all(any(kinship(x, y) >= SURE for _, x in left) for _, y in right)
            )
        )

    def _told_alike(self, parts: Apart) -> float:
        """From which overlap on the answers outweigh that the subjects differ by `parts`; 0 when nothing does.

        A name on one side only (a concept, a Latin word, a number) weighs more than other words; names on both
        sides weigh more than any answer.
        """
        names = self._names(parts)
        overlap, rare = self._evidence.overlap, self._evidence.rare
        both = bool(parts.left and parts.right)
        if rare >= (RETOLD if both else KINDRED) and not any(names):
            return SPOKEN
        if rare >= TWIN and not all(names):
            return SPOKEN
        if all(names) or overlap < AGREED:
            return 0.0
        return COPIED if any(names) or (parts.left and parts.right) else ALIKE

    def _names(self, parts: Apart) -> list[bool]:
        """Whether what only one side has is a name, for each side."""
        if self._translated(parts.left, parts.right) or self._translated(parts.right, parts.left):
            return [False, False]
        return [
            any(not HAN.match(part) for part in side - self._glossary.fields)
            for side in (parts.left, parts.right)
        ]

    def _translated(self, latin: frozenset[str], han: frozenset[str]) -> bool:
        """Whether one side may only say in Latin letters what the other says in Chinese ("slice", "切片")."""
        return (
            bool(han)
            and all(map(HAN.match, han))
            and len(latin) == 1
            and all(part.isascii() and part.isalpha() for part in latin)
        )

    def _mechanism_of_purpose(self) -> Judgement | None:
        """ "X 的作用" and "X 为什么能防止 P" are one when the answer about X's purpose begins with P."""
        for i, a in enumerate(self._a.asks):
            for j, b in enumerate(self._b.asks):
                parts = self._apart[i][j]
                found = self._explains(a, b, parts.right, parts, self._evidence.left)
                found = found or self._explains(b, a, parts.left, parts, self._evidence.right)
                if found:
                    return found
        return None

    def _explains(
        self, purpose: Ask, why: Ask, extra: frozenset[str], parts: Apart, answer: Answer | None
    ) -> Judgement | None:
        problem = extra - {"prevent"}
        explained = problem and extra == parts.left | parts.right
        explained = explained and ("prevent" in extra or problem <= self._glossary.problems)
        asked = purpose.wants <= _PURPOSES and why.wants <= _MECHANISMS
        lead = answer.lead if answer else frozenset()
        told = lead if "prevent" in extra else lead & self._evidence.common
        if explained and asked and problem <= told:
            named = " + ".join(map(self._glossary.label, problem))
            return self._doubt(0.6, SPOKEN, f"the purpose of the one is {named}, which the other explains")
        return None

    def _doubt(self, score: float, enough: float, *reasons: str) -> Judgement:
        """Doubtful, unless the answers overlap `enough`."""
        overlap, told = self._evidence.overlap, self._told()
        if overlap >= enough or self._evidence.rare >= TWIN:
            return Judgement(Verdict.SAME, SURE, (*reasons, *told))
        return Judgement(Verdict.DOUBTFUL, score, (*reasons, *told))

    def _told(self) -> tuple[str, ...]:
        """How much the answers have in common, in words."""
        both = self._evidence.left and self._evidence.right
        return (f"the answers share {self._evidence.overlap:.0%}",) if both else ()


def _numbered(parts: Apart) -> bool:
    """Whether one is another of its kind: an ordinal, a figure or a version, which no answer outweighs."""
    return any(part.replace(".", "").isdecimal() for part in parts.left | parts.right)


def _siblings(one: str, other: str) -> bool:
    """Whether the questions differ in one name only, each in its own ("X 罪的构成要件"): their answers are alike in
    form, and prove nothing.
    """
    start = Prefix.similarity(one, other)
    end = Postfix.similarity(one[start:], other[start:])
    middle = len(one) - start - end, len(other) - start - end
    return min(middle) > 0 and max(middle) <= SIBLING and start + end >= max(middle)


def _nearness(parts: Apart) -> tuple[bool, int]:
    return parts.shared, -len(parts.left) - len(parts.right)


def _wants(question: Question) -> list[Want]:
    return [(i, want) for i, ask in enumerate(question.asks) for want in ask.wants]


def _sharp(wants: list[Want]) -> list[Want]:
    """The wants that matter: a definition beside a sharper want is only its preamble."""
    return [(ask, want) for ask, want in wants if want not in GENERAL] or wants


def _is_general(wants: list[Want]) -> bool:
    return {want for _, want in wants} <= GENERAL
