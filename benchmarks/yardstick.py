"""Labels that matching is held against: pairs of questions by us, and the key of the seed documents.

The pairs of `tests/matching/pairs.tsv` fall into two halves by a hash of their text: what has thresholds or cues is
tuned on one half (dev), and only counted on the other (test).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from cardbook import dialects
from cardbook.config import Config
from cardbook.diagnostics import Log
from cardbook.matching import match
from cardbook.model import RawNote, SourceFile
from cardbook.reading.read import read
from cardbook.tidy import tidy

FOLDER = Path(__file__).parents[1] / "tests" / "matching"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions and what an editor says of them: `same`, `related` or `different`."""

    verdict: str
    category: str
    one: str
    other: str

    @property
    def same(self) -> bool:
        return self.verdict == "same"

    @property
    def half(self) -> str:
        """`dev` or `test`, by a hash of the text; what was written to be tuned on is `dev`."""
        if self.category.startswith("public"):
            return "dev"
        return "test" if hashlib.sha256(f"{self.one}\t{self.other}".encode()).digest()[0] & 1 else "dev"


@dataclass(frozen=True, slots=True)
class Quality:
    """Counts of a yes/no judgement against the labels; `apart` are the rightly denied."""

    right: int
    wrong: int
    missed: int
    apart: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.right + self.missed, 1)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)

    def __str__(self) -> str:
        if not self.right + self.missed:
            return f"{self.wrong} wrong of {self.wrong + self.apart}"
        return f"P {self.precision:.3f}  R {self.recall:.3f}  F1 {self.f1:.3f}  of {self.right + self.missed}"


def counted(found: Iterable[object], wanted: Iterable[object]) -> Quality:
    """What of `wanted` was found, and what else."""
    ours, key = set(found), set(wanted)
    return Quality(len(ours & key), len(ours - key), len(key - ours))


def pairs(path: Path = FOLDER / "pairs.tsv") -> list[Pair]:
    """The labelled pairs."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Pair(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def quality(sample: Sequence[Pair], says: Callable[[Pair], bool]) -> Quality:
    """Count what `says` gets right on `sample`."""
    counts = Counter((pair.same, says(pair)) for pair in sample)
    return Quality(counts[True, True], counts[False, True], counts[True, False], counts[False, False])


def seed_quality(seeds: Path) -> Quality:
    """Pairs of notes on one card, as matched, against the cards of a careful editor."""
    log, config = Log(), Config()
    notes = [
        tidy(note, log) for f in read(seeds, config, log) for note in dialects.parse(f, config, log).notes
    ]
    places = [f"{note.span.file}:{note.span.line}" for note in notes]
    found = [[places[i] for i in cluster] for cluster in match(notes, config).clusters]
    lines = (FOLDER / "seeds.tsv").read_text(encoding="utf-8").splitlines()
    return counted(_joined(found), _joined(line.split("\t") for line in lines if not line.startswith("#")))


def collections() -> dict[str, Quality]:
    """Pairs of notes on one card, for each collection of `tests/matching/notes`."""
    return {path.stem: _collection_quality(path) for path in sorted((FOLDER / "notes").glob("*.txt"))}


def _collection_quality(path: Path) -> Quality:
    """A collection is several files after `=== name`; each question ends in its card `<!--a-->`.

    `<!--a~b-->` is card a; to put it on card b as well is neither right nor wrong.
    """
    log, config = Log(), Config()
    notes: list[RawNote] = []
    cards: list[list[str]] = []
    for part in re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
        name, text = part.split("\n", 1)
        labels = [_CARD.search(line) for line in text.split("\n")]
        source = SourceFile(name, _CARD.sub("", text))
        for note in dialects.parse(source, config, log).notes:
            label = labels[note.span.line - 1]
            notes.append(tidy(note, log))
            cards.append(label[1].split("~") if label else [f"{name}:{note.span.line}"])
    found = {pair for cluster in match(notes, config).clusters for pair in combinations(cluster, 2)}
    pairs = list(combinations(range(len(notes)), 2))
    same = {(a, b) for a, b in pairs if cards[a][0] == cards[b][0]}
    open_to_both = {(a, b) for a, b in pairs if set(cards[a]) & set(cards[b])} - same
    return counted(found - open_to_both, same)


_CARD = re.compile(r" ?<!--(.*?)-->")


def _joined(clusters: Iterable[Sequence[str]]) -> set[tuple[str, str]]:
    return {pair for cluster in clusters for pair in combinations(sorted(cluster), 2)}
