"""How well notes are matched, held against labels; the figures are floors, `make bench` prints all of them."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from benchmarks.matching import Pair, baselines, ours, pairs, quality
from cardbook import dialects
from cardbook.config import Config
from cardbook.diagnostics import Log
from cardbook.matching import match
from cardbook.model import RawNote
from cardbook.reading.read import read
from cardbook.tidy import tidy

SEEDS_KEY = Path(__file__).parent / "seeds.tsv"


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


def seed_notes(seeds: Path) -> list[RawNote]:
    log, config = Log(), Config()
    files = read(seeds, config, log)
    return [tidy(note, log) for file in files for note in dialects.parse(file, config, log).notes]


def places(clusters: list[list[str]]) -> set[tuple[str, str]]:
    return {pair for cluster in clusters for pair in combinations(sorted(cluster), 2)}


def test_seeds_as_a_careful_editor_would(seeds: Path) -> None:
    """The seed documents fall into the cards of the key: almost all of them, and hardly a wrong merge."""
    notes = seed_notes(seeds)
    lines = SEEDS_KEY.read_text(encoding="utf-8").splitlines()
    wanted = places([line.split("\t") for line in lines if not line.startswith("#")])
    clusters = match(notes, Config()).clusters
    found = places([[f"{notes[i].span.file}:{notes[i].span.line}" for i in cluster] for cluster in clusters])
    assert len(found & wanted) / len(found) >= 0.99
    assert 2 * len(found & wanted) / (len(found) + len(wanted)) >= 0.95
