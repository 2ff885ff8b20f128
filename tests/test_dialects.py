"""Which blocks ask and which answer."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardbook.config import Config, FileConfig
from cardbook.diagnostics import BuildError, Log
from cardbook.dialects import parse
from cardbook.model import Parsed, SourceFile
from cardbook.reading.read import read

# Where a careful editor sees a question in the seed documents: by line, with the unanswered ones apart.
SEEDS = {
    "000": [14, 30, 46, 58, 71, 84, 94, 104, 140, 183],
    "001": [18, 34, 50, 62, 75, 88, 98, 108, 144, 187, 195, 315, 358],
    "002": [18, 42, 61, 73, 104, 112, 146, 155, 159, 163, 170],
    "003": [26, 36, 43, 75, 79, 91, 97, 103, 111, 115, 124, 126, 128, 130, 136, 140],
    "004": [3, 14, 22, 34, 45, 91, 95, 99, 144, 166, 179, 184],
}
UNANSWERED = {"002": [159], "003": [91, 124, 126, 128, 140]}


def accounted(parsed: Parsed) -> dict[int, str]:
    """The source lines that the account names, by number; each must be named once."""
    found: dict[int, str] = {}
    for block in parsed.account:
        for number, line in enumerate(block.text.split("\n"), block.span.line):
            assert number not in found, f"line {number} is accounted for twice"
            found[number] = line
    return {number: line for number, line in found.items() if line.strip()}


def assert_nothing_lost(parsed: Parsed) -> None:
    """Every line that is not blank is in the account once, as its author wrote it."""
    lines = parsed.file.text.split("\n")
    assert accounted(parsed) == {k: line for k, line in enumerate(lines, 1) if line.strip()}


@pytest.mark.parametrize("number", SEEDS)
def test_seeds(seeds: Path, number: str) -> None:
    """The questions of the seed documents, at their lines, the unanswered ones without an answer."""
    log = Log()
    (file,) = [file for file in read(seeds, Config(), log) if file.path.startswith(number)]
    parsed = parse(file, Config(), log)
    assert [note.span.line for note in parsed.notes] == SEEDS[number]
    empty = [note.span.line for note in parsed.notes if not note.blocks]
    assert empty == UNANSWERED.get(number, [])
    assert_nothing_lost(parsed)


FRAGMENTS = [
    "", "", "text", "# 章", "## 什么是甲？", "### 1. How does it work?", "#### 优点", "- **为什么？**",
    "    - 因为", "    答案", "1. What is a?", "   because", "2. 甲和乙的区别", "Q: why?", "A: so",
    "问：甲？", "答：乙", "**Q1: what?**", "**粗体**", "> 引用", "```python", "```", "$$",
    "| 问题 | 答案 |", "|---|---|", "| 甲？ | 乙 |", "<details>", "<summary>Why?</summary>",
    "</details>", "<h2 id='a'>3. 甲？</h2>", "---", "参考：", "- https://a.b/c", "链接：https://a.b",
    "[a]: http://b", "[^1]: 注", "![图](a b.png)", "Setext", "=====", "\ttab", "- [甲](#a)",
    "> [!question] 甲？", "> 乙", "what is a::b", "?", "1、什么？", "## Question 1", "**Q2**: what?", "## 3",
    "##无空格？", "<!-- c -->", "text</details>", "1. ### 甲？", "[[页|字]]", "+", "1.",
]  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25))
def test_nothing_is_lost_in_generated_notes(lines: list[str]) -> None:
    """Whatever is combined, every line ends up in the account once, and no card is without text."""
    parsed = parse(SourceFile("a.md", "\n".join(lines)), Config(), Log())
    assert_nothing_lost(parsed)
    for note in parsed.notes:
        assert note.question.strip()
        assert all(block.text.strip() for block in note.blocks)


HEALTHY = "\n\n### 什么是健康的笔记？\n\n旁边坏了也能读。\n"
HOSTILE = {
    "3,000 nested quotes": ">" * 3000 + " a",
    "3,000 quotes with blanks": "> " * 3000 + "a",
    "400 nested lists": "".join("  " * k + "- a\n" for k in range(400)),
    "50 nested topics": "".join("  " * k + "- a\n" for k in range(50)) + "  " * 50 + "- why?\n",
    "400 nested ordered lists by tabs": "".join("\t" * k + "1. a\n" for k in range(400)),
    "5,000 markers on one line": "- " * 5000 + "a",
    "a line of 2 MB": "a *b* [c](d) " * 160_000,
    "a heading of 2 MB": "## " + "a *b* [c](d) " * 160_000,
    "a bullet of 2 MB": "- " + "a *b* [c](d) " * 160_000,
    "open brackets": "[" * 100_000,
    "open angle brackets": "<" * 100_000,
    "open images": "![" * 20_000,
    "open image tags": "<img " * 20_000,
    "stars": "*a **b " * 20_000,
    "dollars": "$$\n" * 10_001,
    "comments": "<!--\n" * 5000 + "-->",
    "details never closed": "<details>\n\n" * 5000,
    "details never opened": "</details>\n\n" * 5000,
    "cells never closed": "<table>" + "<td>" * 20_000,
    "a broken declaration": "<![" * 1000 + "\n<details>",
    "a table of 120 columns": ("|" + " a |" * 120 + "\n")
    + ("|" + "---|" * 120 + "\n")
    + ("|" + " b |" * 120 + "\n") * 50,
    "definitions": "[a]: b\n" * 20_000,
    "footnotes": "[^1]: a\n\n" * 2000,
    "numbers": "## " + "1." * 20_000,
    "one question a thousand times": "### 什么？\n\n一样。\n\n" * 1000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_costs_only_itself(name: str) -> None:
    """The healthy note below is found, nothing is lost, and the time grows with the length only."""
    start = time.perf_counter()
    parsed = parse(SourceFile("a.md", HOSTILE[name] + HEALTHY), Config(), Log())
    assert time.perf_counter() - start < 30
    assert [note.question for note in parsed.notes][-1] == "什么是健康的笔记？"
    assert parsed.notes[-1].answer == "旁边坏了也能读。"
    assert_nothing_lost(parsed)


def test_an_unclosed_fence_costs_what_follows_it() -> None:
    """By CommonMark it reaches to the end; the notes above it stand, and it stays inside its own answer."""
    text = "## 什么是栅栏？\n\n三个反引号。\n\n## 忘了关会怎样？\n\n```python\nx = 1\n\n## 还在代码里\n"
    parsed = parse(SourceFile("a.md", text), Config(), Log())
    assert [note.span.line for note in parsed.notes] == [1, 5]
    assert_nothing_lost(parsed)


@pytest.mark.parametrize(
    ("dialect", "lines"),
    [("bullets", [3, 5]), ("headings", [1]), ("single", [1]), ("bold", [8])],
)
def test_a_person_chooses_the_dialect(dialect: str, lines: list[int]) -> None:
    """`files:` in cardbook.yaml overrides what the shape says, for any dialect of the table."""
    text = "# 优化器\n\n- SGD\n    最简单\n- Adam\n    最常用\n\n**结论**\n\n先用 Adam\n"
    config = Config(files={"优化器.md": FileConfig(dialect=dialect)})
    parsed = parse(SourceFile("优化器.md", text), config, Log())
    assert parsed.dialect == dialect
    assert [note.span.line for note in parsed.notes] == lines


def test_an_unknown_dialect_stops_the_build() -> None:
    """The message names the one that was probably meant."""
    config = Config(files={"a.md": FileConfig(dialect="bulets")})
    with pytest.raises(BuildError, match="did you mean `bullets`"):
        parse(SourceFile("a.md", "text"), config, Log())


CASE_FILES = sorted((Path(__file__).parent / "cases").glob("*.md"))


@given(st.data())
@settings(deadline=None)
def test_nothing_is_lost_in_mutated_case_files(data: st.DataObject) -> None:
    """Lines of the case files dropped, doubled, swapped, cut and indented at random: still no line is lost."""
    lines = data.draw(st.sampled_from(CASE_FILES)).read_text(encoding="utf-8").split("\n")
    start = data.draw(st.integers(0, len(lines)))
    lines = lines[start : start + 40]
    for _ in range(data.draw(st.integers(1, 12))):
        if lines:
            _mutate(lines, data)
    assert_nothing_lost(parse(SourceFile("a/b.md", "\n".join(lines)), Config(), Log()))


def _mutate(lines: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(lines) - 1))
    cut = data.draw(st.integers(0, len(lines[at])))
    edits: dict[str, list[str]] = {
        "drop": [],
        "double": [lines[at]] * 2,
        "cut": [lines[at][:cut]],
        "break": [lines[at][:cut], lines[at][cut:]],
        "indent": ["    " + lines[at]],
        "tab": ["\t" + lines[at]],
        "quote": ["> " + lines[at]],
        "blank": [lines[at], ""],
        "item": ["- " + lines[at]],
    }
    lines[at : at + 1] = edits[data.draw(st.sampled_from(sorted(edits)))]
