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
`topic @1`) and the diagnostics (`warning[front-matter-broken] 1:1`).

`pytest tests/test_cases.py --accept` rewrites the results; read the difference before you commit it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cardbook.config import Config
from cardbook.diagnostics import Log
from cardbook.dialects import DIALECTS, FRAMES, parse
from cardbook.dialects.headings import entries
from cardbook.dialects.marks import Dialect
from cardbook.dialects.notes import Writer
from cardbook.dialects.pieces import page
from cardbook.model import Fate, Parsed, RawNote, SourceFile
from cardbook.reading.read import read
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
    return show(parsed, log), parsed


def show(parsed: Parsed, log: Log) -> str:
    """Notes, what else stands there, and diagnostics, in the format of the case files."""
    shown = [line for note in parsed.notes for line in _note(note)]
    shown += [
        f"{block.fate.value} {block.reason}".strip() + f" @{block.span.line}"
        for block in parsed.account
        if block.fate in (Fate.TOPIC, Fate.SKIPPED)
    ]
    shown += [f"{d.severity.name.lower()}[{d.code}] {d.span.line}:{d.span.column}" for d in log if d.span]
    return "\n".join(shown)


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


@pytest.mark.parametrize("name", [*FRAMES, *(dialect.name for dialect in DIALECTS)])
def test_every_dialect_has_cases(name: str) -> None:
    """A dialect without a case file is no dialect: `tests/cases/<dialect>.md` shows what it reads."""
    assert any(parse_of(case).dialect == name for case in cases(FOLDER / f"{name}.md"))


def parse_of(case: Case) -> Parsed:
    """The case, parsed without its folder (front matter counts as text)."""
    return parse(SourceFile(case.name, case.source), Config(), Log())


def test_the_tutorial(tmp_path: Path) -> None:
    """docs/dialects.md ends in a passing test: its code reads its note as it says."""
    text = (Path(__file__).parents[1] / "docs" / "dialects.md").read_text(encoding="utf-8")
    code = text.split("```python\n", 1)[1].split("```", 1)[0]
    _, name_and_note, _, name_and_result, _ = text.split(FENCE)
    scope: dict[str, Dialect] = {}
    exec(code, scope)
    page_of = page(name_and_note.split("\n", 1)[1].rstrip("\n"), 1)
    file = SourceFile("cards.md", "\n".join(page_of.lines))
    writer = Writer(file, page_of, (), Log())
    writer.write(entries(file, page_of, (*DIALECTS, scope["ARROWS"])))
    parsed = Parsed(file, "arrows", tuple(writer.notes), tuple(writer.account))
    assert_nothing_lost(parsed)
    assert show(parsed, Log()) == name_and_result.split("\n", 1)[1].rstrip("\n")


def test_the_tutorial_names_every_dialect() -> None:
    """The table of docs/dialects.md is complete."""
    text = (Path(__file__).parents[1] / "docs" / "dialects.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in text for name in [*FRAMES, *(dialect.name for dialect in DIALECTS)])
