"""How many questions are found in notes, at their lines: in the case files, and in the seeds where they are.

The cases are written together with the reader and all of them pass; the figure falls when something breaks.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.notes import generate, seeds
from benchmarks.table import Row, Target
from benchmarks.yardstick import Quality, counted
from cardbook.config import Config
from cardbook.diagnostics import Log
from cardbook.dialects import parse
from cardbook.reading.read import read

Place = tuple[str, int]


def found(folder: Path) -> set[Place]:
    """File and line of every question in the notes of a folder."""
    log = Log()
    return {
        (note.span.file, note.span.line)
        for file in read(folder, Config(), log)
        for note in parse(file, Config(), log).notes
    }


def cases(folder: Path) -> set[Place]:
    """Write the notes of all case files into `folder`, a folder for each; where their questions are."""
    from tests.test_cases import FOLDER, cases

    wanted = set()
    for path in sorted(FOLDER.glob("*.md")):
        for number, case in enumerate(cases(path)):
            name = f"{path.stem}-{number}/{case.name}"
            target = folder / name
            target.parent.mkdir(parents=True)
            target.write_text(case.source, encoding="utf-8")
            wanted |= {(name, int(line)) for line in re.findall(r"^@(\d+)", case.expected, re.MULTILINE)}
    return wanted


def headings(folder: Path) -> set[Place]:
    """The lines of generated notes that ask."""
    return {
        (path.name, number)
        for path in folder.iterdir()
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        if line.startswith("## ")
    }


def seed_places(folder: Path) -> set[Place]:
    """The key of the seed documents."""
    from tests.test_dialects import SEEDS

    return {
        (path.name, line) for path in folder.iterdir() for line in SEEDS.get(path.name.partition("_")[0], ())
    }


def rows() -> Iterator[Row]:
    """Recall and precision."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = cases(folder / "cases")
        yield _row("tests/cases/", counted(found(folder / "cases"), wanted))
        generate(folder / "generated")
        yield _row("1,000 generated", counted(found(folder / "generated"), headings(folder / "generated")))
    if seed := seeds():
        yield _row("seeds", counted(found(seed), seed_places(seed)))


def _row(on: str, quality: Quality) -> Row:
    met = quality.recall >= 0.97 and quality.precision >= 0.95
    return Row("questions found", on, str(quality), target=Target("R 0.97, P 0.95", met))
