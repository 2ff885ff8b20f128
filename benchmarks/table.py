"""The table that every benchmark writes into: a row for each figure, printed as soon as it is measured."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.measure import Cost


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should be, in words, and whether it is."""

    text: str
    met: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what was measured on which notes, what came out, and where it applies the cost and the target."""

    what: str
    on: str
    measured: str
    cost: Cost | None = None
    target: Target | None = None


LINE = "{:34} {:15} {:>8} {:>8}  {:42} {:17} {}"
HEAD = LINE.format("what", "on", "time", "memory", "measured", "target", "verdict")


def line(row: Row) -> str:
    """A row as it is printed."""
    time = f"{row.cost.wall:.2f} s" if row.cost else ""
    memory = f"{row.cost.peak:.0f} MB" if row.cost and row.cost.peak else ""
    target, verdict = (row.target.text, "ok" if row.target.met else "MISSED") if row.target else ("", "")
    return LINE.format(f"  {row.what}", row.on, time, memory, row.measured, target, verdict).rstrip()


def load() -> str:
    """How busy the machine has been in the last 1, 5 and 15 minutes."""
    return "load {:.2f} {:.2f} {:.2f}".format(*os.getloadavg())


def section(title: str, rows: Iterable[Row]) -> list[Row]:
    """Print the rows of one benchmark, each as it comes; those that missed their target."""
    print(f"{title} ({load()})", flush=True)
    missed = []
    for row in rows:
        print(line(row), flush=True)
        missed += [row] if row.target and not row.target.met else []
    return missed
