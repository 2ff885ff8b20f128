"""Which blocks ask and which answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardbook.config import Config
from cardbook.diagnostics import Log
from cardbook.dialects import parse
from cardbook.model import Parsed, SourceFile
from cardbook.read import read

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
    assert [d.span.line for d in log if d.span and d.code == "answer-missing"] == empty
    assert_nothing_lost(parsed)


FRAGMENTS = [
    "", "", "text", "# 章", "## 什么是甲？", "### 1. How does it work?", "#### 优点", "- **为什么？**",
    "    - 因为", "    答案", "1. What is a?", "   because", "2. 甲和乙的区别", "Q: why?", "A: so",
    "问：甲？", "答：乙", "**Q1: what?**", "**粗体**", "> 引用", "```python", "```", "$$",
    "| 问题 | 答案 |", "|---|---|", "| 甲？ | 乙 |", "<details>", "<summary>Why?</summary>",
    "</details>", "<h2 id='a'>3. 甲？</h2>", "---", "参考：", "- https://a.b/c", "链接：https://a.b",
    "[a]: http://b", "[^1]: 注", "![图](a b.png)", "Setext", "=====", "\ttab", "- [甲](#a)",
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
