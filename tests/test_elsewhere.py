"""Notes as Notion, Obsidian and GitHub write them: what docs/elsewhere.md promises."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

import cardbook

VAULT = """\
---
tags: [dl, 正则化]
---
## 什么是 Dropout？

训练时随机关闭神经元，见 [[过拟合|过拟合笔记]]。

> [!tip] 提示
> 推理时不用。

![[net.png]]

==重点==
"""
NOTION = """\
# Deep Learning

Created: March 9, 2025 10:00 AM
Tags: interview

- 什么是批归一化？
    
    对每个小批量做归一化。
    
    ![Untitled](Deep%20Learning%201f2e3d/Untitled.png)
    
- 为什么要 warm-up？
    
    开始时梯度不稳。
"""
GITHUB = """\
# Interview

## Contents

- [What is overfitting?](#what-is-overfitting)

## What is overfitting?

Good on the training set, bad elsewhere.

> [!NOTE]
> See also underfitting.

## Randomness

<details><summary>What is a seed?</summary>

The start of a random sequence: <img src="../images/seed.png" width="40">

</details>

<details><summary>Why fix it?</summary>

So that others get the same.

</details>
"""


def build(folder: Path, text: str, name: str, picture: str) -> tuple[cardbook.Book, cardbook.Report]:
    """A deck of one file of notes with one picture."""
    for path in (folder / "notes" / name, folder / "notes" / picture):
        path.parent.mkdir(parents=True, exist_ok=True)
    (folder / "notes" / name).write_text(text, encoding="utf-8")
    Image.new("RGB", (40, 30), "navy").save(folder / "notes" / picture)
    return cardbook.build(folder / "notes", folder / "dist", only=["deck"], offline=True)


def warnings(report: cardbook.Report) -> list[str]:
    """What the user would have to do something about."""
    return [str(found) for found in report.diagnostics if found.severity >= cardbook.Severity.WARNING]


def test_an_obsidian_vault(tmp_path: Path) -> None:
    """Links become text, callouts quotes, pictures are found by name, tags come over."""
    (tmp_path / "notes" / ".obsidian").mkdir(parents=True)
    book, report = build(tmp_path, VAULT, "dl/dropout.md", "attachments/net.png")
    (card,) = book.entries
    assert "见 过拟合笔记。" in card.answer and "> **提示**" in card.answer and "**重点**" in card.answer
    assert {"dl", "正则化"} <= set(card.tags)
    assert warnings(report) == []


def test_a_notion_export(tmp_path: Path) -> None:
    """Toggles are questions, properties are no answer, pictures have their page's folder in percent signs."""
    book, report = build(tmp_path, NOTION, "Deep Learning 1f2e3d.md", "Deep Learning 1f2e3d/Untitled.png")
    assert [card.question for card in book.entries] == ["什么是批归一化？", "为什么要 warm-up？"]
    assert warnings(report) == []


def test_a_github_repository(tmp_path: Path) -> None:
    """The contents are no questions; details are; pictures may be in a folder beside."""
    book, report = build(tmp_path, GITHUB, "docs/README.md", "images/seed.png")
    assert {card.question for card in book.entries} == {
        "What is overfitting?",
        "What is a seed?",
        "Why fix it?",
    }
    assert warnings(report) == []
