"""`cardbook.build` for scripts: what the command line does, as values."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

import cardbook

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOTES = """\
## 什么是 Dropout？

随机关闭神经元。

## 学习率怎么选？
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with one answered and one unanswered question."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text(NOTES, encoding="utf-8")
    return tmp_path / "notes"


def test_a_build_returns_the_cards_and_what_was_done(notes: Path, tmp_path: Path) -> None:
    """Two values; nothing printed; files where they were asked for."""
    book, report = cardbook.build(notes, tmp_path / "out", only=["deck"], offline=True, now=NOW)
    assert [card.question for card in book.entries] == ["什么是 Dropout？"]
    assert [one.question for one in book.unanswered] == ["学习率怎么选？"]
    assert report.changes.new == book.entries
    assert [found.code for found in report.diagnostics] == ["answer-missing"]
    assert [output.path.name for output in report.outputs] == ["canonical.yaml", "deck.apkg"]
    assert report.ok and all(output.path.exists() for output in report.outputs)
    assert len(report.notes) == 2 and report.doubtful == ()


def test_the_second_build_knows_the_first(notes: Path, tmp_path: Path) -> None:
    """The memory is in the output folder, as for the command line."""
    first, _ = cardbook.build(notes, tmp_path / "out", only=[], now=NOW)
    again, report = cardbook.build(str(notes), str(tmp_path / "out"), only=[])
    assert again == first
    assert report.changes == cardbook.Changes((), (), (), ())


def test_wrong_calls_say_what_is_wrong(notes: Path, tmp_path: Path) -> None:
    """An output that there is not, a folder that there is not, a file of decisions that cannot be understood."""
    with pytest.raises(ValueError, match="no such output: anki"):
        cardbook.build(notes, tmp_path, only=["anki"])
    with pytest.raises(NotADirectoryError):
        cardbook.build(tmp_path / "nowhere", tmp_path)
    cardbook.build(notes, tmp_path, only=[])
    (notes / "cardbook.yaml").write_text("titel: x\n", encoding="utf-8")
    with pytest.raises(cardbook.BuildError, match="did you mean `title`"):
        cardbook.build(notes, tmp_path)


@pytest.mark.parametrize("name", [n for n in cardbook.__all__ if is_dataclass(getattr(cardbook, n))])
def test_every_public_value_is_frozen_and_documented(name: str) -> None:
    """A docstring, and a line in docs/api.md."""
    value = getattr(cardbook, name)
    assert value.__dataclass_params__.frozen and value.__doc__
    assert name in ("Span", "Unanswered") or f"| `{name}` |" in (ROOT / "docs" / "api.md").read_text("utf-8")


def test_the_documented_example_runs(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/api.md shows code that works, and names no field that there is not."""
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    monkeypatch.chdir(notes.parent)
    example = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert example
    exec(compile(example[1], "docs/api.md", "exec"), {})
    for name, told in re.findall(
        r"^\| `(Book|Card|Report|Changes|Diagnostic|Output)` \| (.*) \|$", text, re.MULTILINE
    ):
        value = getattr(cardbook, name)
        named = {field.name for field in fields(value)} | {n for n in vars(value) if not n.startswith("_")}
        words = set(re.findall(r"`(\w+)`", told))
        assert words <= named, name


def test_a_stub_that_another_note_answers_is_no_finding(notes: Path, tmp_path: Path) -> None:
    """Only a question that nobody answers is missing its answer."""
    (notes / "b.md").write_text("## 怎么选学习率？\n\n从大到小试三倍一档。\n", encoding="utf-8")
    book, report = cardbook.build(notes, tmp_path / "out", only=[])
    assert book.unanswered == () and report.diagnostics == ()


@pytest.mark.parametrize(
    ("question", "language", "chapter"),
    [("什么是偏差？", "zh-CN", "其他"), ("Why is the sky blue?", "en", "Other")],
)
def test_the_book_speaks_the_language_of_the_notes(
    tmp_path: Path, question: str, language: str, chapter: str
) -> None:
    """Unless cardbook.yaml says otherwise."""
    (tmp_path / "a.md").write_text(f"## {question}\n\n1\n", encoding="utf-8")
    book, _ = cardbook.build(tmp_path, tmp_path / "out", only=[])
    assert (book.language, book.entries[0].topic) == (language, chapter)
    (tmp_path / "cardbook.yaml").write_text("language: de\n", encoding="utf-8")
    assert cardbook.build(tmp_path, tmp_path / "out", only=[])[0].language == "de"
