"""How far two wants of one subject are one want."""

from __future__ import annotations

from cardbook.matching.ask import Ask
from cardbook.matching.concepts import Glossary
from cardbook.matching.direction import same_direction
from cardbook.matching.intent import Intent, kinship
from cardbook.matching.subject import pieces

GENERAL = frozenset({Intent.DEFINITION, Intent.TOPIC, Intent.BARE, Intent.EXPLAIN})
"""Wants of a thing as such."""
_ATTRIBUTE = frozenset({*GENERAL, Intent.LIST, Intent.COUNT, Intent.CASES})
_LISTED = frozenset({Intent.BARE, Intent.LIST, Intent.COUNT})
_ACTION = frozenset({Intent.BARE, Intent.LIST, Intent.METHOD, Intent.PROCESS})
_TOLD_APART = frozenset({Intent.BARE, Intent.EXPLAIN, Intent.FEATURES})
"""What of several things side by side is asked by asking what tells them apart."""
_COMPARED = frozenset(
    {*GENERAL, Intent.NEED, Intent.WHY, Intent.PROS, Intent.IMPROVE, Intent.APPLICATION, Intent.CHOOSE}
)
"""What may be asked of one thing beside another, and is in what tells them apart."""


def meet(a: Ask, b: Ask, want: Intent, other: Intent, glossary: Glossary) -> float:
    """How far wanting `want` in `a` is wanting `other` in `b`, in [0, 1]; both are about the same."""
    wants = {want, other}
    if a.empty or b.empty or a.negated != b.negated:
        return 0.0
    if not same_direction(a, b):
        return 0.2
    if wants == {Intent.PREVENT, Intent.SOLVE} and a.units & glossary.problems:
        return 0.95
    if want is not other and _named(a, b, wants, glossary):
        return 0.85
    return max(_side_by_side(a, b, wants, glossary), kinship(want, other), 0.2)


def _named(a: Ask, b: Ask, wants: set[Intent], glossary: Glossary) -> bool:
    """Whether the subject itself names what is wanted ("死锁的必要条件"), so that blunt cues add nothing."""
    if max(pieces(a, glossary), pieces(b, glossary)) > 1:
        return wants <= _ATTRIBUTE or (Intent.METHOD in wants and wants <= _ACTION)
    return wants <= _LISTED and any(len(run) >= 6 for run in a.han)


def _side_by_side(a: Ask, b: Ask, wants: set[Intent], glossary: Glossary) -> float:
    """How far what tells several things apart is what else is asked of them side by side ("A 和 B")."""
    if Intent.DIFFERENCE not in wants or len((a.units & b.units) - glossary.context) < 2:
        return 0.0
    both_sides = {Intent.PROS, Intent.CONS}
    told_apart = wants & _TOLD_APART or both_sides <= a.wants or both_sides <= b.wants
    return 0.85 if told_apart else 0.6 if wants & _COMPARED else 0.0
