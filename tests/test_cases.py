"""The case files in `tests/cases/`, one for each dialect: a note as people write it, and what is read in it.

A case is a heading, the note, and below it the result:

    ## What the case shows

    ~~~~~~~~~ name.md
    ### 什么是甲？

    因为乙。
    ~~~~~~~~~
    @1 什么是甲？
      3:1 因为乙。
    ~~~~~~~~~

`@1` is the line of a question; indented below it stand its chapters (`in:`), its references (`see:`) and tags
(`tags:`), and each block of its answer: line and column of its first character, and how it begins. A question
without blocks is unanswered. After the notes come the blocks that are no part of any (`skipped contents @4`,
`topic @1`) and the diagnostics (`warning[answer-missing] 1:1`).

`pytest tests/test_cases.py --accept` rewrites the results; read the difference before you commit it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cardbook.config import Config
from cardbook.diagnostics import Log
from cardbook.dialects import DIALECTS, parse
from cardbook.model import Fate, Parsed, RawNote, SourceFile
from cardbook.read import read
from tests.test_dialects import assert_nothing_lost

FOLDER = Path(__file__).parent / "cases"
FENCE = "~" * 9


@dataclass(frozen=True)
class Case:
    """One case of a case file: `first` and `last` are the lines (0-based, half open) of its result."""

    title: str
    name: str
    source: str
    expected: str
    first: int
    last: int


def cases(path: Path) -> Iterator[Case]:
    """The cases of a case file."""
    lines = path.read_text(encoding="utf-8").split("\n")
    fences = [k for k, line in enumerate(lines) if line.startswith(FENCE)]
    for a, b, c in zip(fences[::3], fences[1::3], fences[2::3], strict=True):
        title = next(line for line in reversed(lines[:a]) if line.startswith("## "))
        yield Case(
            title.removeprefix("## "), lines[a].strip("~ "), "\n".join(lines[a + 1 : b]),
            "\n".join(lines[b + 1 : c]), b + 1, c,
        )  # fmt: skip


def result(case: Case, folder: Path) -> tuple[str, Parsed]:
    """What is read in a case, as it stands in the case file."""
    log = Log()
    path = folder / case.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(case.source, encoding="utf-8")
    (file,) = read(folder, Config(), log)
    parsed = parse(file, Config(), log)
    shown = [line for note in parsed.notes for line in _note(note)]
    shown += [
        f"{block.fate.value} {block.reason}".strip() + f" @{block.span.line}"
        for block in parsed.account
        if block.fate in (Fate.TOPIC, Fate.SKIPPED)
    ]
    shown += [f"{d.severity.name.lower()}[{d.code}] {d.span.line}:{d.span.column}" for d in log if d.span]
    return "\n".join(shown), parsed


def _note(note: RawNote) -> Iterator[str]:
    yield f"@{note.span.line} {note.question}"
    for name, values in (("in", note.topics), ("tags", note.tags), ("see", note.references)):
        if values:
            yield f"  {name}: {' / '.join(values)}"
    for block in note.blocks:
        begin = " ⏎ ".join(line.strip() for line in block.text.split("\n") if line.strip())
        yield f"  {block.span.line}:{block.span.column} {begin[:60]}".rstrip()


ALL = [(path, case) for path in sorted(FOLDER.glob("*.md")) for case in cases(path)]


@pytest.mark.parametrize(("path", "case"), ALL, ids=[f"{path.stem}: {case.title}" for path, case in ALL])
def test_case(path: Path, case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Each case is read as its file says, and nothing in it is lost."""
    found, parsed = result(case, tmp_path)
    assert_nothing_lost(parsed)
    if request.config.getoption("--accept"):
        _accept(path, case, found)
    else:
        assert found == case.expected


def _accept(path: Path, case: Case, found: str) -> None:
    current = next(c for c in cases(path) if c.title == case.title)
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[current.first : current.last] = found.split("\n")
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize("name", ["headings", "single", *(dialect.name for dialect in DIALECTS)])
def test_every_dialect_has_cases(name: str) -> None:
    """A dialect without a case file is no dialect: `tests/cases/<dialect>.md` shows what it reads."""
    assert any(parse_of(case).dialect == name for case in cases(FOLDER / f"{name}.md"))


def parse_of(case: Case) -> Parsed:
    """The case, parsed without its folder (front matter counts as text)."""
    return parse(SourceFile(case.name, case.source), Config(), Log())
