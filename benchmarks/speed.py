"""How fast a build is, as ratios in one run, so that the machine does not matter. Each time is the best of several."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.floor import floor
from benchmarks.measure import Cost, best, cost
from benchmarks.notes import ROOT, SOURCES, generate, seeds
from benchmarks.table import Row, Target

BUILD = [sys.executable, str(ROOT / "build.py")]


class Project:
    """A folder of notes in which one answer is edited again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._edits = 0

    def build(self, *options: str) -> Cost:
        return cost([*BUILD, "--offline", *options], self.folder)

    def cold(self) -> Cost:
        shutil.rmtree(self.folder / "dist", ignore_errors=True)
        return self.build()

    def edited(self, *options: str) -> Cost:
        """One answer changed since the last build."""
        self.build(*options)
        self._edits += 1
        path = min(path for path in (self.folder / "sources").rglob("*") if path.suffix in (".md", ".txt"))
        lines = path.read_text(encoding="utf-8").split("\n")
        place = next(k for k in range(len(lines) // 2, len(lines)) if len(lines[k]) > 30 and "。" in lines[k])
        lines[place] = lines[place].replace("。", f"（{self._edits}）。", 1)
        path.write_text("\n".join(lines), encoding="utf-8")
        return self.build(*options)


def ratio(what: str, on: str, took: Cost, base: Cost, most: float, unit: str = "F") -> Row:
    """A cost as a multiple of another, on the clock and in processor time, and the most that it may be."""
    share = took.wall / base.wall
    measured = f"{share:.3f} {unit} (cpu {took.cpu / base.cpu:.3f})"
    return Row(what, on, measured, took, Target(f"≤ {most:g} {unit}", share <= most))


def build(project: Project, on: str) -> Iterator[Row]:
    """All ratios of one project."""
    cold = best(2, project.cold)
    project.build("--only", "handbook")  # for its LaTeX, whole
    base = floor(project.folder)
    yield Row("floor F", on, "1 F: pandoc, XeLaTeX twice, genanki", base)
    yield ratio("cold build", on, cold, base, 1.5)
    project.build()
    yield ratio("nothing changed", on, best(5, project.build), base, 0.1)
    yield ratio("one answer changed", on, best(3, project.edited), base, 0.5)
    yield ratio(
        "one answer changed, no PDF", on, best(3, lambda: project.edited("--only", "deck")), base, 0.15
    )


def startup(folder: Path) -> Row:
    """`--help` against Python with click."""
    bare = best(7, lambda: cost([sys.executable, "-c", "import click"], folder))
    return ratio("--help", "", best(7, lambda: cost([*BUILD, "--help"], folder)), bare, 3, "python+click")


def rows() -> Iterator[Row]:
    """Start-up, then real notes (the seeds where they are, else ours), then 1,000 generated ones."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield startup(folder)
        found = seeds()
        shutil.copytree(found or SOURCES, folder / "real" / "sources")
        yield from build(Project(folder / "real"), "seeds" if found else "sources/")
        generate(folder / "generated" / "sources")
        yield from build(Project(folder / "generated"), "1,000 generated")
