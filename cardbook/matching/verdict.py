"""Whether two questions are one: subject first, then what is wanted of it, then the answers.

Precision first. `SAME` needs the same subject (or one that differs only by context) and wants that go together;
whatever an editor would have to look up is `DOUBTFUL`.
"""

from __future__ import annotations

from dataclasses import replace

from cardbook.matching.comparison import KINDRED, OPEN, Comparison, Judgement
from cardbook.matching.concepts import Glossary
from cardbook.matching.evidence import Evidence
from cardbook.matching.pointing import near
from cardbook.matching.question import Question
from cardbook.model import Verdict


def judge(a: Question, b: Question, evidence: Evidence, glossary: Glossary) -> Judgement:
    """Judge two questions, with what their answers say."""
    judgement = _judged(a, b, evidence, glossary)
    return _shown(a, b, judgement) if judgement.verdict is not Verdict.DIFFERENT else judgement


def _shown(a: Question, b: Question, judgement: Judgement) -> Judgement:
    """The same, unless what the questions show, in themselves or below, tells them apart."""
    if a.below != b.below:
        if a.below is None or b.below is None:
            return _no_more_than_doubtful(judgement, "only one points to what stands below it")
        if near(a.below, b.below):
            return Judgement(Verdict.RELATED, 0.4, ("what they point to is close, but not the same",))
        return Judgement(Verdict.DIFFERENT, 0.0, ("they point to different things",))
    if a.code and b.code and a.code != b.code and judgement.verdict is Verdict.SAME:
        if a.around == b.around:
            return Judgement(Verdict.RELATED, 0.4, ("the code in the questions differs",))
        return _no_more_than_doubtful(judgement, "the code in the questions differs")
    return judgement


def _no_more_than_doubtful(judgement: Judgement, reason: str) -> Judgement:
    if judgement.verdict is not Verdict.SAME:
        return judgement
    return Judgement(Verdict.DOUBTFUL, OPEN, (*judgement.reasons, reason))


def _judged(a: Question, b: Question, evidence: Evidence, glossary: Glossary) -> Judgement:
    if a.wording == b.wording and (not a.empty or a.below is not None):
        return Judgement(Verdict.SAME, 1.0, ("the same words",))
    if evidence.rare >= KINDRED:
        a, b = _at_home(a, b, glossary), _at_home(b, a, glossary)
    return Comparison(a, b, evidence, glossary).result()


def _at_home(one: Question, other: Question, glossary: Glossary) -> Question:
    """`one` without the field or system that it names, if `other` names none: that is where it was written down."""
    if other.units & glossary.fields or not one.units & glossary.fields:
        return one
    asks = tuple(
        replace(ask, order=tuple(unit for unit in ask.order if unit not in glossary.fields))
        for ask in one.asks
    )
    return one if any(ask.empty for ask in asks) else replace(one, asks=asks)
