"""How alike two cards are whose questions are worded differently, and which of many continues which.

Character ratios are useless for answers: unrelated texts of one language share half of their characters in
order. Two neighbouring words (or Chinese characters) are shared by chance far more rarely.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

_TOKEN = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\W\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)
# Beyond so many pairs, only those that share something rare are compared.
_ALL_PAIRS = 10_000
_MOST_CANDIDATES = 12
_COMMON = 60

# What counts, found on edits of real notes (tests/test_identity.py). An answer of 100 tokens speaks as loud as
# the question.
FULL_VOICE = 100
SAME_FILE = 0.08
NEIGHBOUR = 0.06
ENOUGH = 0.6
ANSWER_AT_LEAST = 0.25
ALMOST_SAME_QUESTION = 0.92
SAME_ANSWER = 0.9
LONG = 0.4
MORE_THAN_A_WORD = 0.15


@dataclass(frozen=True, slots=True)
class Kin:
    """What tells a card's family: its wordings, the grams of its answer, its files, and the drafts around it."""

    wordings: tuple[str, ...]
    answer: frozenset[int]
    files: frozenset[str]
    around: tuple[int | None, int | None] = (None, None)


def grams(text: str) -> frozenset[int]:
    """Hashes of all pairs of neighbouring words (Chinese: characters) of `text`, and of the first alone."""
    tokens = _TOKEN.findall(text.casefold())
    pairs = zip(["", *tokens], tokens, strict=False)
    return frozenset(zlib.crc32(f"{left}\0{right}".encode("utf-8", "surrogatepass")) for left, right in pairs)


def alike(a: frozenset[int], b: frozenset[int]) -> float:
    """Dice's coefficient of two sets of grams, in [0, 1]; two empty answers are alike."""
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0


def score(a: Kin, b: Kin) -> float:
    """How sure it is that `a` continues `b`, in [0, 1.2]; 0 below what is enough."""
    question = max(fuzz.ratio(x, y) for x in a.wordings[:8] for y in b.wordings[:8]) / 100
    answer = alike(a.answer, b.answer)
    voice = min(1.0, min(len(a.answer), len(b.answer)) / FULL_VOICE)
    if answer < ANSWER_AT_LEAST and question < ALMOST_SAME_QUESTION:
        return 0.0
    likeness = (question + voice * answer) / (1 + voice)
    if (answer >= SAME_ANSWER and voice >= LONG) or (answer == 1 and voice >= MORE_THAN_A_WORD):
        # A long answer is nobody else's, nor is the very same sentence.
        likeness = max(likeness, answer * 0.8)
    near = sum(x is not None and x == y for x, y in zip(a.around, b.around, strict=True))
    total = likeness + SAME_FILE * bool(a.files & b.files) + NEIGHBOUR * near
    return total if total >= ENOUGH else 0.0


def likely(new: Sequence[Kin], lost: Sequence[Kin]) -> list[tuple[int, int]]:
    """Pairs of `new` and `lost` (indices), the surest first; each is used once at most.

    Not the assignment with the highest sum of scores: that one gives up a sure pair to save two weak ones.
    """
    scores = {(i, j): score(new[i], lost[j]) for i, j in _candidates(new, lost)}
    scores = {pair: value for pair, value in scores.items() if value}
    return sorted(_surest_first(scores))


def _candidates(new: Sequence[Kin], lost: Sequence[Kin]) -> Iterable[tuple[int, int]]:
    if len(new) * len(lost) <= _ALL_PAIRS:
        return [(i, j) for i in range(len(new)) for j in range(len(lost))]
    index: dict[int, list[int]] = defaultdict(list)
    for j, kin in enumerate(lost):
        for gram in _marks(kin):
            index[gram].append(j)
    pairs = []
    for i, kin in enumerate(new):
        shared = Counter(
            j for gram in _marks(kin) if len(index.get(gram, ())) <= _COMMON for j in index.get(gram, ())
        )
        pairs += [
            (i, j) for j, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:_MOST_CANDIDATES]
        ]
    return pairs


def _marks(kin: Kin) -> set[int]:
    """A bounded number of grams to look a card up by: the smallest hashes of its answer, and of its questions."""
    words = set().union(*map(grams, kin.wordings[:8]))
    return set(sorted(kin.answer)[:48]) | set(sorted(words)[:48])


def _surest_first(scores: dict[tuple[int, int], float]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    used: tuple[set[int], set[int]] = (set(), set())
    for i, j in sorted(scores, key=lambda pair: (-scores[pair], pair)):
        if i not in used[0] and j not in used[1]:
            pairs.append((i, j))
            used[0].add(i)
            used[1].add(j)
    return pairs
