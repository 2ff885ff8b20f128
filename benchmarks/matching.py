"""How well, and how fast, notes are matched: ours beside four baselines, then growing collections.

`python -m benchmarks.matching COUNT` matches that many generated questions, for the clock and the memory.
"""

from __future__ import annotations

import math
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.baselines import baselines
from benchmarks.measure import Cost, run
from benchmarks.notes import ROOT, seeds
from benchmarks.table import Row, Target
from benchmarks.yardstick import Pair, Quality, collections, pairs, quality, seed_quality
from cardbook.config import Config
from cardbook.diagnostics import Span
from cardbook.matching import match
from cardbook.model import Matching, RawNote

SIZES = (1_000, 10_000, 100_000)
SECONDS = {10_000: 20, 100_000: 300}
MEGABYTES = 4096


def notes(questions: Iterable[str]) -> list[RawNote]:
    """Unanswered notes that ask `questions`, one a line of one file."""
    return [RawNote(question, (), Span("generated.md", i + 1)) for i, question in enumerate(questions)]


def matching(pair: Pair) -> Matching:
    """Our judgement of the two alone."""
    return match(notes((pair.one, pair.other)), Config())


def ours(pair: Pair) -> bool:
    """Whether we make one card of the pair."""
    return len(matching(pair).clusters) == 1


def accuracy() -> Iterator[Row]:
    """Ours and the baselines on both halves, ours by category on the one that nothing was tuned on, and the seeds."""
    sample = pairs()
    halves = {name: [pair for pair in sample if pair.half == name] for name in ("dev", "test")}
    judges = baselines(halves["dev"])
    for half, chosen in halves.items():
        found = quality(chosen, ours)
        yield Row("cardbook", half, str(found), target=_sure(found, 0.97, 0.9) if half == "test" else None)
        for name, says in judges.items():
            theirs = quality(chosen, says)
            behind = Target("F1 ours − 0.25", theirs.f1 <= found.f1 - 0.25) if half == "test" else None
            yield Row(name, half, str(theirs), target=behind)
    for category in sorted({pair.category for pair in halves["test"]}):
        chosen = [pair for pair in halves["test"] if pair.category == category]
        yield Row(f"  cardbook, {category}", "test", str(quality(chosen, ours)))
    for name, found in collections().items():
        yield Row(f"  cardbook, {name}", "notes", str(found))
    if folder := seeds():
        found = seed_quality(folder)
        yield Row("cardbook, pairs on one card", "seeds", str(found), target=_sure(found, 0.99, 0.95))


def _sure(found: Quality, precision: float, f1: float) -> Target:
    return Target(f"P {precision:g}, F1 {f1:g}", found.precision >= precision and found.f1 >= f1)


_WANTS = ("什么是{}？", "{}的原因是什么", "如何解决{}", "{}有什么作用", "{}的优缺点", "{}的应用场景有哪些")


def generated(size: int) -> list[RawNote]:
    """`size` notes: every subject is asked about in several ways, every tenth question twice."""
    syllables = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    questions = []
    for i in range(size):
        number = i - 1 if i % 10 == 9 else i
        subject, want = divmod(number, len(_WANTS))
        name = "".join(syllables[(subject // len(syllables) ** k + k * 7) % len(syllables)] for k in range(4))
        questions.append(_WANTS[want].format(f"{name}{subject % 97}"))
    return notes(questions)


def timed(size: int) -> str:
    """Seconds to match generated questions, and what came of them."""
    sample = generated(size)
    match(generated(10), Config())  # what is loaded once
    start = time.perf_counter()
    clusters = match(sample, Config()).clusters
    seconds = time.perf_counter() - start
    return (
        f"{seconds} {len(clusters)} cards, {_twice(sample, clusters)} twice, {_wrong(sample, clusters)} wrong"
    )


def _twice(sample: Sequence[RawNote], clusters: Iterable[Iterable[int]]) -> int:
    """Cards that ask what another asks."""
    cards = defaultdict(set)
    for number, cluster in enumerate(clusters):
        for i in cluster:
            cards[sample[i].question].add(number)
    return sum(len(found) - 1 for found in cards.values())


def _wrong(sample: Sequence[RawNote], clusters: Iterable[Iterable[int]]) -> int:
    """Cards of more than one question."""
    return sum(len({sample[i].question for i in cluster}) > 1 for cluster in clusters)


def growth() -> Iterator[Row]:
    """Seconds and memory for growing collections, each in a process of its own, and the exponent of growth."""
    seconds = []
    for size in SIZES:
        took, said = run([sys.executable, "-m", "benchmarks.matching", str(size)], ROOT)
        first, result = said.strip().split(" ", 1)
        seconds.append(float(first))
        shown = Cost(seconds[-1], took.cpu, took.peak)
        most = SECONDS.get(size)
        target = most and Target(f"≤ {most} s, 4 GB", seconds[-1] <= most and took.peak <= MEGABYTES)
        yield Row("cardbook, questions alone", f"{size:,} generated", result, shown, target or None)
    exponent = math.log(seconds[-1] / seconds[0]) / math.log(SIZES[-1] / SIZES[0])
    yield Row("growth", "the same", f"exponent {exponent:.2f}", target=Target("≤ 1.2", exponent <= 1.2))


def rows() -> Iterator[Row]:
    """Accuracy, then growth."""
    yield from accuracy()
    yield from growth()


if __name__ == "__main__":
    print(timed(int(sys.argv[1])))
