"""The floor F: what nobody who makes a handbook and a deck of these notes can save.

That is pandoc reading the same Markdown once and writing HTML and LaTeX once, two XeLaTeX passes on the same body,
and genanki writing the same notes.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.measure import Cost, best, cost
from benchmarks.notes import ROOT


def floor(project: Path) -> Cost:
    """F, measured on what a build for the handbook alone has just made of `project/sources`."""
    import pypandoc

    text = project / "all.md"
    files = sorted(path for path in (project / "sources").rglob("*") if path.suffix in (".md", ".txt"))
    text.write_text("\n\n".join(path.read_text(encoding="utf-8") for path in files), encoding="utf-8")
    pandoc = [pypandoc.get_pandoc_path(), "lua", Path(__file__).with_suffix(".lua")]
    return (
        best(3, lambda: cost(pandoc, project, text))
        + best(2, lambda: _two_passes(project))
        + best(3, lambda: cost([sys.executable, "-m", "benchmarks.floor", project], ROOT))
    )


def _two_passes(project: Path) -> Cost:
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
    """The notes of `project/dist/deck.apkg` by genanki alone."""
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


if __name__ == "__main__":
    write_with_genanki(Path(sys.argv[1]))
