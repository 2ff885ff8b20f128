"""How well, and how fast, notes are matched: ours beside four baselines.

The labelled pairs of `tests/matching/pairs.tsv` fall into two halves by a hash of their text. Thresholds of the
baselines are chosen on one half (dev); the other (test) is only reported.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from cardbook.config import Config
from cardbook.diagnostics import Span
from cardbook.matching import match
from cardbook.matching.wording import same_string
from cardbook.model import Matching, RawNote

PAIRS = Path(__file__).parents[1] / "tests" / "matching" / "pairs.tsv"
Scorer = Callable[[str, str], float]


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
    """Counts of a yes/no judgement against the labels."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.right + self.missed, 1)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)


def pairs(path: Path = PAIRS) -> list[Pair]:
    """The yardstick."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Pair(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def notes(questions: Iterable[str]) -> list[RawNote]:
    """Unanswered notes that ask `questions`, one a line of one file."""
    return [RawNote(question, (), Span("generated.md", i + 1)) for i, question in enumerate(questions)]


def matching(pair: Pair) -> Matching:
    """Our judgement of the two alone."""
    return match(notes((pair.one, pair.other)), Config())


def ours(pair: Pair) -> bool:
    """Whether we make one card of the pair."""
    return len(matching(pair).clusters) == 1


def quality(sample: Sequence[Pair], says: Callable[[Pair], bool]) -> Quality:
    """Count what `says` gets right on `sample`."""
    counts = Counter((pair.same, says(pair)) for pair in sample)
    return Quality(counts[True, True], counts[False, True], counts[True, False])


def _exact(one: str, other: str) -> float:
    return float(same_string(one) == same_string(other))


def _rapidfuzz(one: str, other: str) -> float:
    return fuzz.token_sort_ratio(same_string(one), same_string(other)) / 100


def _grams(text: str) -> list[str]:
    plain = same_string(text)
    return [plain[i : i + n] for n in (1, 2, 3) for i in range(len(plain) - n + 1)]


def _tfidf(texts: Sequence[str]) -> Scorer:
    """Cosine of character 1- to 3-grams, weighted as scikit-learn's `TfidfVectorizer` does by default."""
    seen = Counter(gram for text in texts for gram in set(_grams(text)))

    def vector(text: str) -> dict[str, float]:
        counts = Counter(_grams(text))
        weights = {g: n * (math.log((1 + len(texts)) / (1 + seen[g])) + 1) for g, n in counts.items()}
        length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        return {g: w / length for g, w in weights.items()}

    def cosine(one: str, other: str) -> float:
        a, b = vector(one), vector(other)
        return sum(weight * b.get(gram, 0.0) for gram, weight in a.items())

    return cosine


def _minhash(one: str, other: str, size: int = 128) -> float:
    """Share of `size` smallest salted hashes of character bigrams that agree: an estimate of Jaccard."""

    def sketch(text: str) -> list[int]:
        plain = same_string(text)
        grams = {plain[i : i + 2] for i in range(max(len(plain) - 1, 1))}
        bases = [int.from_bytes(hashlib.blake2b(g.encode(), digest_size=8).digest()) for g in grams]
        return [
            min((base * (2 * k + 1) + k * 0x9E3779B97F4A7C15) % (1 << 61) for base in bases)
            for k in range(size)
        ]

    a, b = sketch(one), sketch(other)
    return sum(x == y for x, y in zip(a, b, strict=True)) / size


def baselines(dev: Sequence[Pair]) -> dict[str, Callable[[Pair], bool]]:
    """Each baseline with the threshold that gives it the best F1 on `dev`."""
    texts = [text for pair in dev for text in (pair.one, pair.other)]
    scorers = {"exact": _exact, "RapidFuzz": _rapidfuzz, "TF-IDF": _tfidf(texts), "MinHash": _minhash}
    return {name: _tuned(scorer, dev) for name, scorer in scorers.items()}


def _tuned(scorer: Scorer, dev: Sequence[Pair]) -> Callable[[Pair], bool]:
    scored = [(scorer(pair.one, pair.other), pair) for pair in dev]
    by_pair = {pair: score for score, pair in scored}
    steps = sorted({score for score, _ in scored if score > 0})
    best = max(steps, key=lambda step: quality(dev, lambda pair: by_pair[pair] >= step).f1, default=1.0)
    return lambda pair: scorer(pair.one, pair.other) >= best


def report_quality() -> None:
    """Print precision, recall and F1 of ours and the baselines, then ours by category."""
    sample = pairs()
    dev = [pair for pair in sample if pair.half == "dev"]
    judges = {"cardbook": ours, **baselines(dev)}
    for half in ("dev", "test"):
        chosen = [pair for pair in sample if pair.half == half]
        print(f"\n{half}: {len(chosen)} pairs, {sum(pair.same for pair in chosen)} of them the same")
        for name, says in judges.items():
            _print(name, quality(chosen, says))
        for category in sorted({pair.category for pair in chosen}):
            _print(f"  {category}", quality([p for p in chosen if p.category == category], ours))


def _print(name: str, found: Quality) -> None:
    figures = f"P {found.precision:.3f}  R {found.recall:.3f}  F1 {found.f1:.3f}"
    print(f"{name:18} {figures}   right {found.right}, wrong {found.wrong}, missed {found.missed}")


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


def report_speed(sizes: Sequence[int] = (1_000, 10_000, 100_000)) -> None:
    """Print seconds for growing collections, and the exponent of growth."""
    match(generated(10), Config())
    seconds = []
    for size in sizes:
        sample = generated(size)
        start = time.perf_counter()
        found = match(sample, Config())
        seconds.append(time.perf_counter() - start)
        print(
            f"{size:7} notes: {seconds[-1]:7.2f} s, {len(found.clusters)} clusters, {len(found.decisions)} decisions"
        )
    growth = math.log(seconds[-1] / seconds[0]) / math.log(sizes[-1] / sizes[0])
    print(f"growth exponent {growth:.2f}")


def main() -> None:
    """Print quality and speed."""
    print("matching: quality")
    report_quality()
    print("\nmatching: speed")
    report_speed()


if __name__ == "__main__":
    main()
