"""What a program takes: time and memory of it and of all that it starts."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

CHILD = Path(__file__).with_name("child.py")
ENVIRONMENT = {
    # else every call compiles our modules, which no user's does
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "SOURCE_DATE_EPOCH": "1700000000",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a program took: seconds on the clock, seconds of all its processors, megabytes at its peak."""

    wall: float
    cpu: float
    peak: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak))


def run(command: Sequence[str | Path], folder: Path, stdin: Path | None = None) -> tuple[Cost, str]:
    """Run a program in `folder` to its end: its cost, and what it printed.

    Raises `RuntimeError` with its own words when it fails.
    """
    with (stdin or Path(os.devnull)).open("rb") as given, tempfile.NamedTemporaryFile() as result:
        done = subprocess.run(
            [sys.executable, "-I", "-S", CHILD, result.name, *command], cwd=folder, stdin=given,
            env=ENVIRONMENT, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip
        figures = [float(word) for word in result.read().split()]
    if not figures or figures[3]:
        raise RuntimeError(_complaint(done.stderr, done.stdout))
    return Cost(figures[0], figures[1], figures[2] / 1024), done.stdout


def cost(command: Sequence[str | Path], folder: Path, stdin: Path | None = None) -> Cost:
    """Run a program for its cost alone."""
    return run(command, folder, stdin)[0]


def best(times: int, measure: Callable[[], Cost]) -> Cost:
    """The fastest of several runs."""
    return min((measure() for _ in range(times)), key=lambda c: c.wall)


def _complaint(errors: str, output: str) -> str:
    """TeX's first error, or the last line."""
    lines = [line for text in (output, errors) for line in text.splitlines() if line.strip()]
    return next((line for line in lines if line.startswith("!")), lines[-1] if lines else "no reason given")
