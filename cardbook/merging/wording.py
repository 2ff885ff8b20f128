"""The clearest of several wordings of one question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from cardbook.matching.intent import Intent
from cardbook.matching.wording import same_string
from cardbook.merging.content import Reader

LONG = 60
"""A question of more characters is rather a paragraph."""


def wording(questions: Sequence[str], read: Reader) -> tuple[str, tuple[str, ...]]:
    """The best wording, and the others in order; wordings that differ in case and marks only count once."""
    distinct: dict[str, str] = {}
    for question in questions:
        distinct.setdefault(same_string(question), question)
    if len(distinct) == 1:
        return questions[0], ()
    common = _common(distinct.values(), read)
    best = max(distinct.values(), key=lambda question: (*_clarity(question, common, read), question))
    return best, tuple(question for question in distinct.values() if question != best)


def _common(questions: Collection[str], read: Reader) -> frozenset[str]:
    """What at least half of the wordings name, and the context that makes no difference."""
    named = Counter(unit for question in questions for unit in read.question(question).units)
    return read.glossary.context | {unit for unit, count in named.items() if 2 * count >= len(questions)}


def _clarity(question: str, common: frozenset[str], read: Reader) -> tuple[float, float]:
    """More wants named, a real question, a subject that stands in it and is what the others name too; then rather
    short than long.
    """
    asks = read.question(question)
    wants = {want for ask in asks.asks for want in ask.wants} - {Intent.TOPIC}
    real = question.rstrip().endswith(("?", "？"))
    score = (
        2.0 * (not asks.empty) + len(wants) + 0.5 * real - (len(question) > LONG) - len(asks.units - common)
    )
    return score, -abs(len(question) - 20)
