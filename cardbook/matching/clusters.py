"""From judged pairs to a partition that no pair inside contradicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

Pair = tuple[int, int]
WITNESSES = 12
"""So many members of each side are asked before two clusters join."""


class Partition:
    """Clusters of the numbers 0 … n-1 that grow by joining, smallest member first."""

    def __init__(self, size: int, forbidden: Iterable[Pair] = ()) -> None:
        self._cluster: list[list[int]] = [[i] for i in range(size)]
        self._forbidden: dict[int, set[int]] = {}
        for a, b in forbidden:
            self._forbidden.setdefault(a, set()).add(b)
            self._forbidden.setdefault(b, set()).add(a)

    def cluster(self, member: int) -> Sequence[int]:
        """The members that are together with `member`, ascending."""
        return self._cluster[member]

    def together(self, a: int, b: int) -> bool:
        """Whether both are in one cluster."""
        return self._cluster[a] is self._cluster[b]

    def forbids(self, a: int, b: int) -> bool:
        """Whether a member of `a`'s cluster must stay apart from one of `b`'s."""
        other = set(self._cluster[b])
        return any(self._forbidden.get(member, set()) & other for member in self._cluster[a])

    def join(self, a: int, b: int) -> None:
        """Make the clusters of `a` and `b` one."""
        if self.together(a, b):
            return
        joined = sorted((*self._cluster[a], *self._cluster[b]))
        for member in joined:
            self._cluster[member] = joined

    def clusters(self) -> list[Sequence[int]]:
        """All clusters, by first member."""
        return [cluster for i, cluster in enumerate(self._cluster) if cluster[0] == i]


def join_sure(
    partition: Partition, sure: Iterable[tuple[float, Pair]], against: Callable[[int, int], bool]
) -> dict[Pair, Pair | None]:
    """Join the `sure` pairs, best first, unless a pair across the two clusters speaks `against` it.

    Returns the pairs that were held back, each with the pair that contradicts (None: a person said so).
    """
    held: dict[Pair, Pair | None] = {}
    for _, (a, b) in sorted(sure, key=lambda item: (-item[0], item[1])):
        if partition.together(a, b):
            continue
        if partition.forbids(a, b):
            held[a, b] = None
            continue
        witness = _contradiction(partition.cluster(a), partition.cluster(b), against)
        if witness:
            held[a, b] = witness
        else:
            partition.join(a, b)
    return held


def join_decided(
    clusters: Sequence[Sequence[int]], decided: Iterable[Pair], forbidden: Iterable[Pair]
) -> Partition:
    """The `clusters`, joined where a person `decided` so: what was together stays together.

    Only what a person forbids is left out of a joined cluster, and stays together then.
    """
    partition = Partition(sum(map(len, clusters)), forbidden)
    for a, b in decided:
        partition.join(a, b)
    seeds = {a for pair in decided for a in pair}
    for cluster in clusters:
        rest: list[int] = []
        first = next((member for member in cluster if member in seeds), cluster[0])
        for member in cluster:
            if not partition.forbids(first, member):
                partition.join(first, member)
            elif not partition.together(first, member):
                rest.append(member)
        for member in rest[1:]:
            if not partition.forbids(rest[0], member):
                partition.join(rest[0], member)
    return partition


def _contradiction(
    left: Sequence[int], right: Sequence[int], against: Callable[[int, int], bool]
) -> Pair | None:
    for x in left[:WITNESSES]:
        for y in right[:WITNESSES]:
            pair = (min(x, y), max(x, y))
            if against(*pair):
                return pair
    return None
