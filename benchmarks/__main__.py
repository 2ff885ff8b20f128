"""`python -m benchmarks [PART…]`: every figure of every part, or of those named, in one table. See docs/benchmarks.md."""

from __future__ import annotations

import compileall
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cardbook
from benchmarks import matching, others, reading, speed, table
from benchmarks.table import Row

PARTS: dict[str, Callable[[], Iterator[Row]]] = {
    "reading": reading.rows,
    "matching": matching.rows,
    "speed": speed.rows,
    "others": others.rows,
}


def main(names: list[str]) -> int:
    """Print the table; how many parts broke."""
    if unknown := set(names) - PARTS.keys():
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    # As after anybody's first build, also where PYTHONDONTWRITEBYTECODE keeps Python from doing it.
    compileall.compile_dir(Path(cardbook.__file__).parent, quiet=1)
    started = time.monotonic()
    print(f"{os.cpu_count()} processors, {table.load()}, Python {platform.python_version()}\n\n{table.HEAD}")
    missed, broken = [], 0
    for name in names or PARTS:
        try:
            missed += table.section(name, PARTS[name]())
        except (OSError, RuntimeError) as error:
            print(f"  broke off: {error}", flush=True)
            broken += 1
    names_missed = "; ".join(f"{row.what} ({row.on})" for row in missed) or "none"
    print(f"\nmissed: {names_missed}\n{time.monotonic() - started:.0f} s, {table.load()}")
    return broken


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
