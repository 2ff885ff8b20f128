"""Which pairs are worth judging: an inverted index, never all pairs.

Every subject is filed under its keys, and looked up under its rarest ones. A key that many subjects share is only
followed to the nearest neighbours in the subjects' own order, so that the work stays near-linear whatever the
notes repeat; all keys of a subject together are one more key, so that the same subject is found however common its
words are. What shares too little is dropped before anybody looks at it closely.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import nsmallest

KEYS = 4
"""So many of the rarest keys of a subject are followed."""
CROWD = 40
"""A key with more subjects than this is followed to neighbours only."""
NEIGHBOURS = 6
SHARED = 0.5
"""So much of the smaller set of keys must be shared."""

Keys = Sequence[frozenset[str]]


def candidates(subjects: Sequence[Keys]) -> list[tuple[int, int]]:
    """Pairs `(i, j)`, i < j, sorted, of positions in `subjects` that share enough.

    `subjects[i]` holds one set of keys for each thing that subject i asks about.
    """
    index: dict[str | frozenset[str], list[int]] = {}
    for position, asks in enumerate(subjects):
        for key in _filed(asks):
            index.setdefault(key, []).append(position)
    return sorted({pair for pair in _pairs(subjects, index) if _close(subjects[pair[0]], subjects[pair[1]])})


def _filed(asks: Keys) -> set[str | frozenset[str]]:
    return {*asks, *(key for keys in asks for key in keys)}


def _pairs(
    subjects: Sequence[Keys], index: dict[str | frozenset[str], list[int]]
) -> Iterator[tuple[int, int]]:
    for position, asks in enumerate(subjects):
        for key in _rarest(asks, index):
            for other in _near(index[key], position):
                if other != position:
                    yield min(position, other), max(position, other)


def _rarest(asks: Keys, index: dict[str | frozenset[str], list[int]]) -> set[str | frozenset[str]]:
    chosen: set[str | frozenset[str]] = set(asks)
    for keys in asks:
        chosen.update(sorted(keys, key=lambda key: (len(index[key]), key))[:KEYS])
    return chosen


def _near(posting: list[int], position: int) -> list[int]:
    if len(posting) <= CROWD:
        return posting
    at = bisect_left(posting, position)
    return posting[max(at - NEIGHBOURS, 0) : at + NEIGHBOURS + 1]


def _close(one: Keys, other: Keys) -> bool:
    return any(len(a & b) >= SHARED * min(len(a), len(b)) > 0 for a in one for b in other)


FEW = 10
"""What more answers than this speak of tells none of them apart."""
RARE = 12
"""So many of the rarest things of an answer are followed."""
TOGETHER = 4
"""And so many of them must be in the other answer as well."""


def told_alike(answers: Sequence[frozenset[str]]) -> list[tuple[int, int]]:
    """Pairs `(i, j)`, i < j, sorted, of positions in `answers` that speak of the same rare things.

    They may ask the same in other words. An answer is followed under few things, and each to few others, so that
    the work stays near-linear.
    """
    index: dict[str, list[int]] = {}
    for position, things in enumerate(answers):
        for thing in things:
            index.setdefault(thing, []).append(position)
    shared: Counter[tuple[int, int]] = Counter()
    for position, things in enumerate(answers):
        rare = (thing for thing in things if 1 < len(index[thing]) <= FEW)
        for thing in nsmallest(RARE, rare, key=lambda thing: (len(index[thing]), thing)):
            shared.update((position, other) for other in index[thing] if other != position)
    return sorted({(min(pair), max(pair)) for pair, count in shared.items() if count >= TOGETHER})
