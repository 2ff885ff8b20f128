"""What the answers say about whether two questions are one.

An answer becomes the set of its concepts, Latin words and pairs of neighbouring Chinese characters; the evidence
is how much of the smaller set lies in the larger one (the overlap coefficient, Szymkiewicz-Simpson).
"""

from __future__ import annotations

import re

from cardbook.matching.concepts import Glossary, is_concept
from cardbook.matching.question import words
from cardbook.matching.wording import HAN, normalise, stem

MAX_CHARS = 4000
"""So much of an answer is read; the first pages say what it is about."""
ENOUGH = 12
"""Fewer things than this prove nothing."""

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


def overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """How much of the smaller set is in the larger, in [0, 1]; 0 when it is too small to prove anything."""
    smaller, larger = sorted((a, b), key=len)
    if len(smaller) < ENOUGH:
        return 0.0
    return len(smaller & larger) / len(smaller)
