"""What the answers say about whether two questions are one.

An answer becomes the set of its concepts, Latin words and pairs of neighbouring Chinese characters; the evidence
is how much of the smaller set lies in the larger one (the overlap coefficient, Szymkiewicz-Simpson).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from cardbook.matching.concepts import Glossary, is_concept
from cardbook.matching.intent import Intent
from cardbook.matching.wording import HAN, normalise, stem
from cardbook.matching.words import words

MAX_CHARS = 4000
"""So much of an answer is read; the first pages say what it is about."""
LEAD_CHARS = 160
"""The first sentences, which say what matters most."""
ENOUGH = 6
"""Fewer things than this prove nothing."""
PRIOR = 50

_CODE = re.compile(r"```.*?(?:```|\Z)", re.S)
_ADDRESS = re.compile(r"https?://\S+|!\[[^\]]*\]\([^)]*\)")
_TOKEN = re.compile(r"[a-z][a-z0-9]+|(?:[^\W\d_a-z]|[\ue000-\uf8ff\U000F0000-\U000FFFFD])+")


def said(answer: str, glossary: Glossary) -> frozenset[str]:
    """The things that `answer` (Markdown) speaks of."""
    text = _ADDRESS.sub(" ", _CODE.sub(" ", answer[:MAX_CHARS]))
    things: set[str] = set()
    for token in _TOKEN.findall(glossary.mark(normalise(text))):
        if HAN.match(token) or is_concept(token[0]):
            _add_run(token, things)
        elif token not in words().words:
            things.add(stem(token))
    return frozenset(things)


def _add_run(token: str, things: set[str]) -> None:
    small = words().characters
    for left, right in zip(token, token[1:] + "\0", strict=True):
        if is_concept(left):
            things.add(left)
        elif HAN.match(left) and HAN.match(right) and left not in small and right not in small:
            things.add(left + right)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer speaks of, at all and in its first sentences, and which wants it speaks to ("由于 …": why)."""

    things: frozenset[str]
    lead: frozenset[str]
    tells: frozenset[Intent]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The answers of two questions (`None`: unanswered), how far they overlap, and what both speak of."""

    left: Answer | None = None
    right: Answer | None = None
    overlap: float = 0.0
    common: frozenset[str] = frozenset()
    rare: float = 0.0
    """The overlap, in which what few answers speak of counts more (inverse document frequency)."""


def read(answer: str, glossary: Glossary) -> Answer:
    """Take an answer (Markdown) apart."""
    text = answer[:MAX_CHARS]
    tells = frozenset(want for want, cue in _TELLS if cue.search(text))
    return Answer(said(text, glossary), said(text[:LEAD_CHARS], glossary), tells)


_TELLS = (
    (Intent.WHY, re.compile(r"因为|由于|原因|导致|引起|because|due to|caused? by|reason")),
    (Intent.SOLVE, re.compile(r"解决|缓解|避免|防止|应对|克服|solv|mitigat|prevent|avoid|remed")),
    (Intent.PREVENT, re.compile(r"解决|缓解|避免|防止|应对|预防|solv|mitigat|prevent|avoid")),
    (Intent.PROS, re.compile(r"优点|优势|好处|advantage|benefit")),
    (Intent.CONS, re.compile(r"缺点|不足|劣势|局限|drawback|disadvantage|limitation")),
    (Intent.FORMULA, re.compile(r"\$|公式|formula|equation")),
    (Intent.PURPOSE, re.compile(r"作用|用于|用来|目的|purpose|used (?:to|for)")),
    (Intent.APPLICATION, re.compile(r"应用|场景|用于|used (?:in|for)|application")),
)


class Rarity:
    """How much it says that an answer speaks of a thing: ln((N + `PRIOR`) / n), when n of N answers do.

    Spärck Jones's inverse document frequency; `PRIOR` answers that speak of nothing keep a few notes from deciding.
    """

    def __init__(self, answers: Iterable[Answer | None]) -> None:
        told = [answer.things for answer in answers if answer]
        self._count = Counter(thing for things in told for thing in things)
        self._total = len(told) + PRIOR

    def __call__(self, things: Iterable[str]) -> float:
        """The sum over `things`."""
        return sum(math.log(self._total / max(self._count[thing], 1)) for thing in things)


def weigh(
    left: Answer | None, right: Answer | None, rarity: Rarity, asked: frozenset[str] = frozenset()
) -> Evidence:
    """Compare two answers; `None` is no answer. Answers too small to prove anything overlap 0.

    What both questions name (`asked`) is in every answer about it, and not rare there.
    """
    if left is None or right is None:
        return Evidence(left, right)
    common = left.things & right.things
    if min(len(left.things), len(right.things)) < ENOUGH:
        return Evidence(left, right, common=common)
    share = len(common) / min(len(left.things), len(right.things))
    least = min(rarity(left.things - asked), rarity(right.things - asked))
    rare = rarity(common - asked) / least if least else 0.0
    return Evidence(left, right, share, common, rare)
