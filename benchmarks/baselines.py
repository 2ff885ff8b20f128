"""What similarity of strings alone can tell: four baselines, each with the threshold that suits it best on `dev`."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from benchmarks.yardstick import Pair, quality
from cardbook.matching.wording import same_string

Scorer = Callable[[str, str], float]


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
