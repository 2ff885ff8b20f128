"""Whether two questions are one: subject first, then what is wanted of it, then the answers.

Precision first. `SAME` needs the same subject (or one that differs only by context) and wants that go together;
whatever an editor would have to look up is `DOUBTFUL`.
"""

from __future__ import annotations

from dataclasses import dataclass

from cardbook.matching.concepts import Glossary
from cardbook.matching.intent import BLUNT, Intent, kinship
from cardbook.matching.question import Ask, Question, words
from cardbook.model import Verdict

SURE = 0.8
"""From this score on two notes are one card."""
OPEN = 0.5
"""From this score on a person should look."""
AGREE = 0.45
"""Answers that share so much of the smaller one say the same."""
COVER = 0.25
"""Answers that share so much speak of the same things."""

_SYMMETRIC = frozenset({Intent.DIFFERENCE, Intent.RELATION, Intent.LIST, Intent.TOPIC, Intent.DEFINITION})


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its score in [0, 1] and the reasons in words."""

    verdict: Verdict
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """What the subject of one ask has that the other's lacks, both ways. Context and function words are out."""

    left: frozenset[str]
    right: frozenset[str]
    shared: bool

    @property
    def same(self) -> bool:
        return self.shared and not self.left and not self.right


def apart(a: Ask, b: Ask, glossary: Glossary) -> Apart:
    """Compare the subjects of two asks."""
    left = _lacking(a, b)
    right = _lacking(b, a)
    shared = bool(a.units & b.units) or bool(_pairs(a) & _pairs(b))
    context = glossary.context
    bare_left, bare_right = left - context, right - context
    kept = (a.units & b.units) - context or _pairs(a) & _pairs(b)
    if not kept and (left or right):
        return Apart(left, right, shared)
    return Apart(bare_left, bare_right, shared)


def _pairs(ask: Ask) -> frozenset[str]:
    return frozenset(run[i : i + 2] for run in ask.han for i in range(max(len(run) - 1, 1)))


def _lacking(a: Ask, b: Ask) -> frozenset[str]:
    """Units and pieces of Chinese text of `a` that `b` has not."""
    known = _pairs(b)
    pieces = (piece for run in a.han for piece in _uncovered(run, known))
    return frozenset(
        (a.units - b.units) | {piece for piece in pieces if not set(piece) <= words().characters}
    )


def _uncovered(run: str, known: frozenset[str]) -> list[str]:
    """The pieces of `run` that no pair of characters in `known` touches."""
    if len(run) == 1:
        return [] if run in known else [run]
    covered = [False] * len(run)
    for i in range(len(run) - 1):
        if run[i : i + 2] in known:
            covered[i] = covered[i + 1] = True
    marked = "".join("\0" if c else character for c, character in zip(covered, run, strict=True))
    return [piece for piece in marked.split("\0") if piece]


def judge(a: Question, b: Question, answers: float | None, glossary: Glossary) -> Judgement:
    """Judge two questions. `answers` is the overlap of the answers, `None` when one has none."""
    if a.wording == b.wording and not all(ask.empty for ask in a.asks):
        return Judgement(Verdict.SAME, 1.0, ("the same words",))
    meets = [(x, y, _meet(x, y, glossary)) for x in a.asks for y in b.asks]
    left_open = [x for x in _sharp(a.asks) if not any(s >= SURE for p, _, s in meets if p is x)]
    right_open = [y for y in _sharp(b.asks) if not any(s >= SURE for _, q, s in meets if q is y)]
    best = max(score for _, _, score in meets)
    if best == 0.0:
        return _unrelated(a, b, glossary)
    if not left_open and not right_open:
        return Judgement(Verdict.SAME, best, _why(a, b, "same subject, same wants", glossary))
    return _weigh(a, b, best, bool(left_open) and bool(right_open), answers, glossary)


def _sharp(asks: tuple[Ask, ...]) -> tuple[Ask, ...]:
    """The asks that matter: a definition beside a sharper want is only its preamble."""
    sharp = tuple(ask for ask in asks if ask.wants - {Intent.DEFINITION, Intent.TOPIC})
    return sharp or asks


def _meet(a: Ask, b: Ask, glossary: Glossary) -> float:
    """How far two asks are one: 0 for different subjects, else how far their wants go together."""
    if a.empty or b.empty or a.negated != b.negated or not apart(a, b, glossary).same:
        return 0.0
    if not _same_direction(a, b):
        return 0.3
    return max(0.3, _wants(a, b, glossary))


def _wants(a: Ask, b: Ask, glossary: Glossary) -> float:
    """The worst want of one ask is as good as its best counterpart in the other."""
    fights = bool((a.units | b.units) & glossary.problems)
    one = min(max(_kin(x, y, fights) for y in b.wants) for x in a.wants)
    other = min(max(_kin(x, y, fights) for x in a.wants) for y in b.wants)
    if min(one, other) >= SURE:
        return min(one, other)
    return min(max(one, other), 0.6)


def _kin(a: Intent, b: Intent, fights: bool) -> float:
    if fights and {a, b} == {Intent.PREVENT, Intent.SOLVE}:
        return 0.95
    return kinship(a, b)


def _same_direction(a: Ask, b: Ask) -> bool:
    """Whether "what X does to Y" is asked both times, and not once the other way round."""
    if (a.wants | b.wants) & _SYMMETRIC or len(a.order) < 2:
        return True
    common = a.units & b.units
    return [u for u in a.order if u in common] == [u for u in b.order if u in common] or not (
        (a.wants | b.wants) & {Intent.PROS, Intent.CONS, Intent.EFFECT, Intent.WHY, Intent.NEED}
    )


def _unrelated(a: Question, b: Question, glossary: Glossary) -> Judgement:
    shared = (a.units & b.units) - glossary.context
    pairs = frozenset().union(*map(_pairs, a.asks)) & frozenset().union(*map(_pairs, b.asks))
    if shared or pairs:
        return Judgement(Verdict.RELATED, 0.2, _why(a, b, "different subjects", glossary))
    return Judgement(Verdict.DIFFERENT, 0.0, ("nothing in common",))


def _weigh(
    a: Question, b: Question, best: float, crossed: bool, answers: float | None, glossary: Glossary
) -> Judgement:
    """Same subject, but the wants differ or one side wants more."""
    score = min(best, 0.6 if crossed else 0.7)
    if answers is None and (_is_stub(a) or _is_stub(b)):
        score = max(score, OPEN)
    if answers is not None and score >= OPEN and answers >= (0.7 if crossed else AGREE):
        reason = f"the answers share {answers:.0%}"
        return Judgement(Verdict.SAME, SURE, (*_why(a, b, "same subject, kindred wants", glossary), reason))
    if score >= OPEN:
        return Judgement(
            Verdict.DOUBTFUL, score, _why(a, b, "same subject, but one asks otherwise", glossary)
        )
    return Judgement(Verdict.RELATED, score, _why(a, b, "same subject, different wants", glossary))


def _is_stub(question: Question) -> bool:
    return all(ask.wants <= set(BLUNT) for ask in question.asks)


def _why(a: Question, b: Question, verdict: str, glossary: Glossary) -> tuple[str, ...]:
    return (verdict, describe(a, glossary), describe(b, glossary))


def describe(question: Question, glossary: Glossary) -> str:
    """The asks of a question in words: `过拟合: definition; 过拟合: remedy`."""
    return "; ".join(_describe(ask, glossary) for ask in question.asks)


def _describe(ask: Ask, glossary: Glossary) -> str:
    subject = " + ".join([*map(glossary.label, ask.order), *ask.han]) or "no subject"
    wants = " + ".join(sorted(want.value for want in ask.wants))
    return f"{subject}: {'not ' if ask.negated else ''}{wants}"
