"""Which pairs are worth judging: an inverted index, never all pairs.

Every subject is filed under its rarest keys. A key that many subjects share is only followed to the nearest
neighbours in the subjects' own order, so that the work stays near-linear whatever the notes repeat.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence

KEYS = 6
"""So many of the rarest keys of a subject are followed."""
CROWD = 40
"""A key with more subjects than this is followed to neighbours only."""
NEIGHBOURS = 6


def candidates(keys: Sequence[frozenset[Hashable]]) -> list[tuple[int, int]]:
    """Pairs `(i, j)`, i < j, sorted, of positions in `keys` that share a rare key or are neighbours under one."""
    index: dict[Hashable, list[int]] = {}
    for position, own in enumerate(keys):
        for key in own:
            index.setdefault(key, []).append(position)
    return sorted(set(_pairs(keys, index)))


def _pairs(
    keys: Sequence[frozenset[Hashable]], index: dict[Hashable, list[int]]
) -> Iterator[tuple[int, int]]:
    for position, own in enumerate(keys):
        rare = sorted(own, key=lambda key: (len(index[key]), str(key)))[:KEYS]
        for key in rare:
            for other in _near(index[key], position):
                if other != position:
                    yield min(position, other), max(position, other)


def _near(posting: list[int], position: int) -> list[int]:
    if len(posting) <= CROWD:
        return posting
    at = bisect_left(posting, position)
    return posting[max(at - NEIGHBOURS, 0) : at + NEIGHBOURS + 1]
