"""How fast a build is, as ratios in one run, so that the machine does not matter.

The floor F is what nobody can save: pandoc reading the same Markdown once and writing HTML and LaTeX once, two
XeLaTeX passes on the same body, and genanki writing the same notes. Each time is the best of several.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD = [sys.executable, str(ROOT / "build.py")]
SYLLABLES = "批量归一化残差注意力卷积循环梯度下降正则损失函数激活池化嵌入编码解码采样蒸馏剪枝量化迁移对抗生成判别特征样本"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a program took: seconds on the clock, seconds of all its processors, megabytes at its peak."""

    wall: float
    cpu: float
    peak: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak))


def cost(
    command: Sequence[str], folder: Path, stdin: Path | None = None, environment: dict[str, str] | None = None
) -> Cost:
    """Run a program to its end, and all that it starts. Raises `RuntimeError` when it fails."""
    with (stdin or Path(os.devnull)).open("rb") as given:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, stdin=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit {process.returncode}")
    return Cost(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def best(times: int, measure: Callable[[], Cost]) -> Cost:
    """The fastest of several runs."""
    return min((measure() for _ in range(times)), key=lambda c: c.wall)


def generate(folder: Path, count: int = 1000) -> None:
    """`count` notes of our own, in files of 50: no two alike, with formulas, lists, tables and code."""
    chance = random.Random(7)
    folder.mkdir(parents=True)

    def words(length: int) -> str:
        return "".join(chance.choices(SYLLABLES, k=length))

    for number in range(0, count, 50):
        notes = [f"# 第 {number // 50 + 1} 章 {words(4)}"]
        for k in range(number, min(number + 50, count)):
            notes += [
                f"## {words(5)}{k}{words(3)}的原理是什么？",
                "，".join(words(9) for _ in range(5))
                + f"，其中 $x_{{{k}}} = \\alpha^{{{k % 7}}} + \\beta$。",
                "\n".join(f"- {words(12)}，`f{k}(x)` 与 {words(6)}" for _ in range(3)),
                f"$$\nL = \\sum_{{i=1}}^{{{k + 1}}} (y_i - \\hat y_i)^2\n$$",
                f"```python\ndef f{k}(x):\n    return x + {k}\n```" if k % 3 == 0 else f"> {words(25)}。",
            ]
        (folder / f"{number:04}.md").write_text("\n\n".join(notes) + "\n", encoding="utf-8")


def floor(project: Path) -> Cost:
    """F, measured on what the cold build has just made."""
    text = project / "all.md"
    files = sorted(path for path in (project / "sources").rglob("*") if path.suffix in (".md", ".txt"))
    text.write_text("\n\n".join(path.read_text(encoding="utf-8") for path in files), encoding="utf-8")
    import pypandoc

    pandoc = [pypandoc.get_pandoc_path(), "lua", str(ROOT / "benchmarks" / "speed.lua")]
    return (
        best(3, lambda: cost(pandoc, project, text))
        + best(2, lambda: two_passes(project))
        + best(3, lambda: cost([sys.executable, "-m", "benchmarks.speed", "genanki", str(project)], ROOT))
    )


def two_passes(project: Path) -> Cost:
    """XeLaTeX twice on the handbook's own body, from nothing."""
    work = project / "floor"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    shutil.copy(project / "dist" / "handbook.tex", work)
    if (project / "dist" / "images").is_dir():
        shutil.copytree(project / "dist" / "images", work / "images")
    xelatex = ["xelatex", "-interaction=nonstopmode", "-no-shell-escape", "handbook.tex"]
    return cost(xelatex, work) + cost(xelatex, work)


def write_with_genanki(project: Path) -> None:
    """The same notes by genanki alone."""
    import sqlite3
    import zipfile

    import genanki

    with zipfile.ZipFile(project / "dist" / "deck.apkg") as archive:
        (project / "floor.anki2").write_bytes(archive.read("collection.anki2"))
    database = sqlite3.connect(project / "floor.anki2")
    rows = [row.split("\x1f") for (row,) in database.execute("select flds from notes")]
    database.close()
    fields = [{"name": f"F{k}"} for k in range(len(rows[0]))]
    model = genanki.Model(
        1, "floor", fields=fields, templates=[{"name": "1", "qfmt": "{{F0}}", "afmt": "{{F1}}"}]
    )
    deck = genanki.Deck(2, "floor")
    for row in rows:
        deck.add_note(genanki.Note(model=model, fields=row))
    genanki.Package(deck).write_to_file(str(project / "floor.apkg"))


class Project:
    """A folder of notes in which one answer is edited again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._edits = 0

    def build(self, *options: str) -> Cost:
        return cost(
            [*BUILD, "--offline", *options], self.folder, environment={"SOURCE_DATE_EPOCH": "1700000000"}
        )

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


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what was measured, its cost, what it is compared with, and the most it may be."""

    name: str
    cost: Cost
    base: Cost
    most: float

    def __str__(self) -> str:
        ratio = self.cost.wall / self.base.wall
        return (
            f"{self.name:34} {self.cost.wall:7.2f} s {ratio:6.2f} {self.cost.cpu / self.base.cpu:6.2f}"
            f" {self.most:6.2f}  {'ok' if ratio <= self.most else 'OVER':4} {self.cost.peak:6.0f} MB"
        )


def measure(project: Project) -> list[Row]:
    """All ratios of one project."""
    cold = best(2, project.cold)
    project.build("--only", "handbook")  # for its LaTeX, whole
    base = floor(project.folder)
    project.build()
    unchanged = best(5, project.build)
    with_pdf = best(3, lambda: project.edited())
    without = best(3, lambda: project.edited("--only", "deck"))
    return [
        Row("floor F", base, base, 1.0),
        Row("cold build", cold, base, 1.5),
        Row("nothing changed", unchanged, base, 0.1),
        Row("one answer changed", with_pdf, base, 0.5),
        Row("one answer changed, no PDF", without, base, 0.15),
    ]


def startup(folder: Path) -> Row:
    """`--help` against Python with click."""
    bare = best(7, lambda: cost([sys.executable, "-c", "import click"], folder))
    return Row(
        "--help (against python + click)", best(7, lambda: cost([*BUILD, "--help"], folder)), bare, 3.0
    )


def seeds() -> Path | None:
    """The seed documents, if they stand beside this checkout or the one that it is a worktree of."""
    found = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    places = [ROOT.parent, Path(found.stdout.strip() or ROOT).parents[1]]
    return next((p / "shared" / "seeds" for p in places if (p / "shared" / "seeds").is_dir()), None)


def main() -> None:
    """Print the table."""
    os.environ.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # else every call compiles our modules, which no user's does
    head = f"{'':34} {'time':>9} {'ratio':>6} {'cpu':>6} {'most':>6}  {'':4} {'peak':>9}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(folder / "thousand" / "sources")
        (folder / "shipped").mkdir()
        shutil.copytree(seeds() or ROOT / "sources", folder / "shipped" / "sources")
        print(f"{head}\n{startup(folder)}")
        for title, project in (
            ("seeds" if seeds() else "sources/", "shipped"),
            ("1,000 generated notes", "thousand"),
        ):
            print(f"{title}", flush=True)
            for row in measure(Project(folder / project)):
                print(f"  {row}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["genanki"]:
        write_with_genanki(Path(sys.argv[2]))
    else:
        main()
