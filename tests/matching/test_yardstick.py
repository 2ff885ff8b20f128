"""How well notes are matched, held against labels; the figures are floors, `make bench` prints all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.baselines import baselines
from benchmarks.matching import ours
from benchmarks.yardstick import Pair, collections, pairs, quality, seed_quality


@pytest.fixture(scope="module")
def yardstick() -> list[Pair]:
    return pairs()


def half(yardstick: list[Pair], name: str) -> list[Pair]:
    return [pair for pair in yardstick if pair.half == name]


def test_the_yardstick_is_large_and_mixed(yardstick: list[Pair]) -> None:
    """At least 300 different pairs, both halves with many of each verdict, no pair twice."""
    assert len({frozenset((pair.one, pair.other)) for pair in yardstick}) == len(yardstick) >= 300
    for name in ("dev", "test"):
        assert (
            min(sum(p.same for p in half(yardstick, name)), sum(not p.same for p in half(yardstick, name)))
            > 60
        )


def test_sure_and_far_ahead_of_word_statistics(yardstick: list[Pair]) -> None:
    """On the half that nothing was tuned on: few wrong merges, and far better than any similarity of strings."""
    test = half(yardstick, "test")
    found = quality(test, ours)
    assert found.precision >= 0.97
    assert found.f1 >= FLOOR
    for name, says in baselines(half(yardstick, "dev")).items():
        assert found.f1 - quality(test, says).f1 > 0.25, name


FLOOR = 0.87


def test_whole_notes_of_several_authors() -> None:
    """Collections with answers, several files on one subject: hardly a wrong card, and most of what belongs together."""
    found = collections().values()
    right, wrong, missed = (sum(getattr(f, name) for f in found) for name in ("right", "wrong", "missed"))
    assert right + missed > 200
    assert right / (right + wrong) >= 0.99
    assert right / (right + missed) >= 0.8


def test_seeds_as_a_careful_editor_would(seeds: Path) -> None:
    """The seed documents fall into the cards of the key: almost all of them, and hardly a wrong merge."""
    found = seed_quality(seeds)
    assert found.precision >= 0.99
    assert found.f1 >= 0.95
