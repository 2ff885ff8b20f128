"""The numbers behind the charts; `templates/report/charts.html` draws them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, pairwise

from cardbook.report.contents import Contents

WIDTH = 100
"""The length of the longest bar, in units of the drawing."""
MOST_BARS = 30
MOST_FILES = 16
SHADES = 5
LENGTHS = (0, 50, 100, 200, 400, 800, 1600)
"""Upper ends of the classes of answer lengths, in characters."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar chart; `width` of `WIDTH`."""

    label: str
    value: int
    width: float


@dataclass(frozen=True, slots=True)
class Cell:
    """How many cards two files share; `shade` from 0 (none) to `SHADES`."""

    value: int
    shade: int


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Cards that two files share; the diagonal counts each file's cards. `left_out` files have no row."""

    files: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int


def topics(contents: Contents) -> tuple[Bar, ...]:
    """Cards per topic, in the order of the book."""
    counted = Counter(card.topic for card in contents.book.entries)
    shown = list(counted.items())[:MOST_BARS]
    rest = sum(counted.values()) - sum(value for _, value in shown)
    return _bars([*shown, *([(f"{len(counted) - MOST_BARS} more topics", rest)] if rest else [])])


def lengths(contents: Contents) -> tuple[Bar, ...]:
    """Answers by length, in characters of Markdown that are no blanks."""
    counted = Counter(
        bisect_left(LENGTHS, len("".join(card.answer.split()))) for card in contents.book.entries
    )
    labels = [
        "0",
        *(f"{a + 1}–{b}" for a, b in pairwise(LENGTHS)),
        f"over {LENGTHS[-1]}",
    ]
    return _bars([(label, counted[k]) for k, label in enumerate(labels)][1:])


def _bars(values: Sequence[tuple[str, int]]) -> tuple[Bar, ...]:
    most = max((value for _, value in values), default=0) or 1
    return tuple(Bar(label, value, round(WIDTH * value / most, 1)) for label, value in values)


def overlap(contents: Contents) -> HeatMap:
    """How many cards each two files share; of many files those that share most."""
    by_card = [{note.span.file for note in notes} for notes in contents.members.values()]
    every = [account.parsed.file.path for account in contents.files]
    files = _most_shared(every, by_card)
    shared: Counter[tuple[str, str]] = Counter()
    for there in by_card:
        shared.update(combinations_with_replacement([file for file in files if file in there], 2))
    most = max((n for (a, b), n in shared.items() if a != b), default=0) or 1
    rows = tuple(tuple(_cell(a, b, shared, most) for b in files) for a in files)
    return HeatMap(files, rows, len(every) - len(files))


def _most_shared(every: Iterable[str], by_card: Iterable[set[str]]) -> tuple[str, ...]:
    weight: Counter[str] = Counter()
    for there in by_card:
        if len(there) > 1:
            weight.update(there)
    chosen = sorted(every, key=lambda file: (-weight[file], file))[:MOST_FILES]
    return tuple(sorted(chosen))


def _cell(a: str, b: str, shared: Counter[tuple[str, str]], most: int) -> Cell:
    value = shared[min(a, b), max(a, b)]
    return Cell(value, 0 if a == b or not value else max(1, round(SHADES * value / most)))
