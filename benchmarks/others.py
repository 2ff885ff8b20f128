"""What a user would pick instead: time, memory, and what comes of the same notes.

For the deck markdown-anki-decks from PyPI, in a virtual environment of its own; for the PDF plain pandoc. All get
the same files, seeds as `.md`. mdanki and md2apkg are on npm, and not in every mirror of it.
"""

from __future__ import annotations

import contextlib
import html
import re
import shutil
import sqlite3
import subprocess
import tempfile
import unicodedata
import venv
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import run
from benchmarks.notes import SOURCES, generate, seeds
from benchmarks.speed import BUILD
from benchmarks.table import Row

INSTEAD = ("markdown-anki-decks==1.1.1", "click<8.1")  # with a newer click it does not start
TAG = re.compile(r"<[^>]*>")


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
    """How many cards there are, how many ask in the words of another, and how many have an empty back."""
    sides = list(notes_of(packages))
    words = [re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", _unnumbered(front))) for front, _ in sides]
    twice = len(words) - len({word.casefold() for word in words})
    empty = sum(not back for _, back in sides)
    return f"{len(sides)} cards, {twice} twice, {empty} empty"


def _unnumbered(question: str) -> str:
    return re.sub(r"^\s*[\d.、)]+", "", question)


def book(path: Path) -> str:
    """How many pages were printed."""
    import pypdf

    return f"{len(pypdf.PdfReader(path).pages)} pages"


@dataclass(frozen=True, slots=True)
class Contest:
    """The tools on the notes in `work/notes`, each cold; rows call them `on`."""

    on: str
    work: Path

    @property
    def notes(self) -> Path:
        return self.work / "notes"

    def tried(self, tool: str, command: Sequence[str | Path], result: Callable[[], str]) -> Row:
        """Run a tool; of one that fails, its own words."""
        try:
            took, _ = run(command, self.work)
        except RuntimeError as error:
            return Row(tool, self.on, f"fails: {error}")
        return Row(tool, self.on, result(), took)

    def ours(self, output: str, result: Callable[[Path], str]) -> Row:
        """One output of cardbook, from nothing."""
        out = self.work / output
        command: list[str | Path] = [*BUILD, self.notes, "-o", out, "--offline", "--only", output]
        return self.tried(f"{output}: cardbook", command, lambda: result(out))

    def decks(self, instead: Path | None) -> Iterator[Row]:
        """Cards: ours, and the other tool's."""
        yield self.ours("deck", lambda out: deck([out / "deck.apkg"]))
        tool, theirs = "deck: markdown-anki-decks", self.work / "theirs"
        if instead:
            theirs.mkdir()
            yield self.tried(tool, [instead, self.notes, theirs], lambda: deck(sorted(theirs.glob("*.apkg"))))
        else:
            yield Row(tool, self.on, "cannot be installed here")

    def books(self) -> Iterator[Row]:
        """PDFs: ours, and pandoc's, without a thought and with a class for Chinese."""
        import pypandoc

        yield self.ours("handbook", lambda out: book(out / "handbook.pdf"))
        printed = self.work / "x.pdf"
        pandoc: list[str | Path] = [
            pypandoc.get_pandoc_path(), *sorted(self.notes.glob("*.md")), "--resource-path", self.notes,
            "-o", printed, "--pdf-engine", "xelatex",
        ]  # fmt: skip
        yield self.tried("handbook: pandoc", pandoc, lambda: book(printed))
        chinese = [*pandoc, "-V", "documentclass=ctexart"]
        yield self.tried("handbook: pandoc, class ctexart", chinese, lambda: book(printed))


def rows() -> Iterator[Row]:
    """`sources/`, the seeds where they are, and 1,000 and 10,000 notes that ask some things twice."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        instead = install(folder / "venv")
        projects = {"sources/": SOURCES} | ({"seeds": found} if (found := seeds()) else {})
        for on, origin in projects.items():
            contest = Contest(on, folder / on.strip("/"))
            shutil.copytree(origin, contest.notes)
            for path in contest.notes.glob("*.txt"):
                path.rename(path.with_suffix(".md"))
            yield from contest.decks(instead)
            yield from contest.books()
        for count in (1_000, 10_000):
            contest = Contest(f"{count:,} generated", folder / str(count))
            generate(contest.notes, count, repeat=True)
            yield from contest.decks(instead)
            if count == 1_000:  # ten times as many pages take minutes, and tell nothing else
                yield from contest.books()
