"""Which answer of several is the best one to start from."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cardbook.matching.intent import Intent
from cardbook.matching.question import Question
from cardbook.merging.content import Content, Reader
from cardbook.merging.units import Unit
from cardbook.model import RawNote

_LISTS = frozenset(
    {Intent.LIST, Intent.SOLVE, Intent.PREVENT, Intent.METHOD, Intent.PROS, Intent.CONS, Intent.APPLICATION}
)
_SHOWS = frozenset({Intent.DERIVATION, Intent.FORMULA, Intent.IMPLEMENT})


def rank(
    notes: Sequence[tuple[RawNote, Sequence[Unit]]], asked: Question, read: Reader
) -> list[tuple[RawNote, Sequence[Unit]]]:
    """The notes with the best frame first; the order of the input makes no difference."""
    return sorted(notes, key=lambda entry: (-goodness(entry[1], asked, read), entry[0].answer, entry[0].span))


def goodness(answer: Sequence[Unit], asked: Question, read: Reader) -> float:
    """How good a frame an answer makes: the sum of its points, more for each want of the question that it meets.

    A point counts with the logarithm of its length, so that many points count for more than many words.
    """
    said = [read(text) for unit in answer for text in points(unit)]
    worth = sum(math.log2(1 + content.weight / 4) for content in said)
    wants = frozenset(want for ask in asked.asks for want in ask.wants)
    return worth * (1 + 0.3 * _met(wants, answer, said))


def _met(wants: frozenset[Intent], answer: Sequence[Unit], said: Sequence[Content]) -> int:
    met = 0
    if Intent.DEFINITION in wants:
        met += any(content.defines for content in said[:2])
    if wants & _LISTS:
        met += any(len(unit.items) > 1 for unit in answer)
    if wants & _SHOWS:
        met += any(content.hard for content in said)
    return met


def points(unit: Unit) -> tuple[str, ...]:
    """The texts of the points of a unit: its items, or its whole."""
    if unit.listed:
        return tuple(item.text for item in unit.items)
    return (unit.text,) if unit.body else ()
