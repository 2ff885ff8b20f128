"""What a user would pick instead: time, memory, and what comes of the same notes.

For the deck markdown-anki-decks from PyPI, in a virtual environment of its own; for the PDF plain pandoc. Both get
the same files, seeds as `.md`. mdanki and md2apkg are on npm, and not in every mirror of it.
"""

from __future__ import annotations

import contextlib
import html
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata
import venv
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypandoc
import pypdf

from benchmarks.speed import BUILD, ROOT, Cost, cost, seeds

INSTEAD = ("markdown-anki-decks==1.1.1", "click<8.1")  # with a newer click it does not start
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Row:
    """A tool on one folder of notes: what it took (`None`: it failed), and what came out, in words."""

    tool: str
    took: Cost | None
    result: str

    def __str__(self) -> str:
        took = f"{self.took.wall:6.2f} s {self.took.peak:5.0f} MB" if self.took else f"{'–':>17}"
        return f"  {self.tool:30} {took}   {self.result}"


def install(folder: Path) -> Path | None:
    """The other tool's command, or nothing where it cannot be had."""
    venv.create(folder, with_pip=True)
    done = subprocess.run(
        [folder / "bin" / "pip", "install", "--quiet", *INSTEAD], capture_output=True, check=False
    )
    return folder / "bin" / "mdankideck" if done.returncode == 0 else None


def notes_of(packages: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Front and back of each note, as text."""
    for package in packages:
        with zipfile.ZipFile(package) as archive, tempfile.NamedTemporaryFile() as database:
            Path(database.name).write_bytes(archive.read("collection.anki2"))
            with contextlib.closing(sqlite3.connect(database.name)) as collection:
                for (fields,) in collection.execute("select flds from notes order by id"):
                    yield _sides(fields.split("\x1f"))


def _sides(fields: list[str]) -> tuple[str, str]:
    """Ours begin with an id, theirs with the question."""
    front, back = fields[1:3] if re.fullmatch(r"[0-9a-z]{10}", fields[0]) else fields[:2]
    return _text(front), _text(back) + " ".join(re.findall("<img", back))


def _text(markup: str) -> str:
    return html.unescape(TAG.sub("", markup)).strip()


def deck(packages: Sequence[Path]) -> str:
    """How many cards there are, and how many of them are of no use."""
    sides = list(notes_of(packages))
    words = [re.sub(r"[\W_\d]+", "", unicodedata.normalize("NFKC", front).casefold()) for front, _ in sides]
    twice = len(words) - len(set(words))
    empty = sum(not back for _, back in sides)
    return f"{len(sides)} cards, {twice} ask what another asks in the same words, {empty} have an empty back"


def book(path: Path) -> str:
    """How many pages were printed."""
    return f"{len(pypdf.PdfReader(path).pages)} pages"


def tried(tool: str, command: Sequence[str | Path], folder: Path, result: Callable[[], str]) -> Row:
    """Run a tool; of one that fails, its own words."""
    words = [str(part) for part in command]
    try:
        return Row(tool, cost(words, folder), result())
    except RuntimeError:
        said = subprocess.run(
            words, cwd=folder, capture_output=True, text=True, errors="replace", check=False
        ).stderr
        lines = [line for line in said.splitlines() if line.startswith("!")] or said.splitlines()
        return Row(tool, None, f"fails: {lines[0] if lines else 'no reason given'}")


def compare(notes: Path, work: Path, instead: Path | None) -> Iterator[Row]:
    """Every tool on the notes in `notes`, each cold."""
    files = sorted(notes.glob("*.md"))
    ours = [*BUILD, notes, "-o", work / "ours", "--offline"]
    yield tried(
        "cardbook --only deck", [*ours, "--only", "deck"], work, lambda: deck([work / "ours" / "deck.apkg"])
    )
    if instead:
        (work / "theirs").mkdir()
        command = [instead, notes, work / "theirs"]
        yield tried(
            "markdown-anki-decks", command, work, lambda: deck(sorted((work / "theirs").glob("*.apkg")))
        )
    else:
        yield Row("markdown-anki-decks", None, "cannot be installed here")
    shutil.rmtree(work / "ours")
    printed = [*ours, "--only", "handbook"]
    yield tried("cardbook --only handbook", printed, work, lambda: book(work / "ours" / "handbook.pdf"))
    pandoc = [pypandoc.get_pandoc_path(), *files, "--resource-path", notes, "-o", work / "x.pdf"]
    chinese = ["--pdf-engine", "xelatex", "-V", "documentclass=ctexart"]
    yield tried("pandoc", [*pandoc, "--pdf-engine", "xelatex"], work, lambda: book(work / "x.pdf"))
    yield tried("pandoc, class ctexart", [*pandoc, *chinese], work, lambda: book(work / "x.pdf"))


def main() -> int:
    """Print one table for each folder of notes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        instead = install(folder / "venv")
        projects = {"sources/": ROOT / "sources"} | ({"seeds": found} if (found := seeds()) else {})
        for title, origin in projects.items():
            work = folder / title.strip("/")
            notes = work / "notes"
            shutil.copytree(origin, notes)
            for path in notes.glob("*.txt"):
                path.rename(path.with_suffix(".md"))
            print(title, flush=True)
            for row in compare(notes, work, instead):
                print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
