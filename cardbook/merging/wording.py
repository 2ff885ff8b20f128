"""The clearest of several wordings of one question."""

from __future__ import annotations

from collections.abc import Sequence

from cardbook.matching.concepts import Glossary
from cardbook.matching.intent import Intent
from cardbook.matching.question import parse
from cardbook.matching.wording import same_string

LONG = 60
"""A question of more characters is rather a paragraph."""


def wording(questions: Sequence[str], glossary: Glossary) -> tuple[str, tuple[str, ...]]:
    """The best wording, and the others in order; wordings that differ in case and marks only count once."""
    distinct: dict[str, str] = {}
    for question in questions:
        distinct.setdefault(same_string(question), question)
    best = max(distinct.values(), key=lambda question: (*_clarity(question, glossary), question))
    return best, tuple(question for question in distinct.values() if question != best)


def _clarity(question: str, glossary: Glossary) -> tuple[float, float]:
    """More wants named, a real question, a subject that stands in it; then rather short than long."""
    asks = parse(question, glossary).asks
    wants = {want for ask in asks for want in ask.wants} - {Intent.TOPIC}
    named = any(not ask.empty for ask in asks)
    real = question.rstrip().endswith(("?", "？"))
    return 2.0 * named + len(wants) + 0.5 * real - (len(question) > LONG), -abs(len(question) - 20)
