"""What `cardbook.yaml` says of questions reaches the notes, or is said to have no effect."""

from __future__ import annotations

from pathlib import Path

import pytest

import cardbook

NOTES = """\
## 什么是权重衰减？

每一步把权重缩小一点。

## 池化层有什么用？

缩小特征图。
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Two notes that nobody would merge."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text(NOTES, encoding="utf-8")
    return tmp_path / "notes"


def build(notes: Path, decided: str = "") -> tuple[cardbook.Book, list[str]]:
    """The cards, and what was said of cardbook.yaml."""
    (notes / "cardbook.yaml").write_text(decided, encoding="utf-8")
    book, report = cardbook.build(notes, notes.parent / "dist", only=[], offline=True)
    return book, [str(found) for found in report.diagnostics if found.code == "decision-unused"]


def test_cards_can_be_named_by_their_ids(notes: Path) -> None:
    """Also when one of the ids is retired, since the two were merged."""
    first, _ = build(notes)
    one, other = (card.id for card in first.entries)
    for _ in range(2):
        merged, said = build(notes, f"merge:\n- [{one}, {other}]\n")
        assert len(merged.entries) == 1 and said == []
    assert merged.entries[0].id in (one, other)
    apart, said = build(notes)
    assert {card.id for card in apart.entries} == {one, other}


def test_a_typo_is_said_at_its_place(notes: Path) -> None:
    """With the wording that was probably meant."""
    _, said = build(
        notes, 'title: x\nmerge:\n  - ["什么是权重衰减?", "池化层有何用？"]\nfiles:\n  b.md: {skip: true}\n'
    )
    assert [line.split("\n")[0] for line in said] == [
        "cardbook.yaml:3:19: warning[decision-unused]: merge: no note asks “池化层有何用？”;"
        " did you mean “池化层有什么用？”?",
        "cardbook.yaml:5:3: warning[decision-unused]: files: there is no file “b.md”",
    ]


def test_what_is_typed_as_it_stands_says_nothing(notes: Path) -> None:
    """Numbering, emphasis and end marks do not matter."""
    _, said = build(
        notes,
        'separate:\n- ["1. **什么是权重衰减**", "池化层有什么用"]\nfiles:\n  a.md: {dialect: headings}\n',
    )
    assert said == []
