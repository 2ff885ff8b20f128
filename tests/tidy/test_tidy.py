"""What holds for every text that is tidied."""

from __future__ import annotations

from pathlib import Path

from cardbook.diagnostics import Log, Span
from cardbook.model import Block, RawNote
from cardbook.tidy import formula_spans, tidy, tidy_line, tidy_text


def test_a_repair_is_reported_at_its_place_in_the_users_file() -> None:
    """The place of a repair is that of the typed characters, also below other repairs and inside indented blocks."""
    block = Block("<b>x</b> 和 y\n\n其中 $ w $ 是权重", Span("a.md", 7, 5), indent=4)
    log = Log()
    tidy(RawNote("什么是权重？", (block,), Span("a.md", 5)), log)
    assert [str(found.span) for found in log] == ["a.md:7:5", "a.md:9:8"]


def _blocks(*texts: tuple[int, str]) -> RawNote:
    return RawNote("问？", tuple(Block(text, Span("a.md", line)) for line, text in texts), Span("a.md", 1))


def test_an_element_may_span_blocks() -> None:
    """`<details>` with blank lines inside comes as several blocks; what comes out stands where it was typed."""
    note = _blocks((3, "<details>\n<summary>题</summary>"), (6, "答 $ x $"), (8, "</details>"), (10, "后"))
    log = Log()
    tidied = tidy(note, log)
    assert [(b.text, b.span.line) for b in tidied.blocks] == [("**题**", 4), ("答 $x$", 6), ("后", 10)]
    assert [(found.code, str(found.span)) for found in log] == [
        ("html-details", "a.md:3:1"), ("math-spaces", "a.md:6:3"),
    ]  # fmt: skip


def test_an_unclosed_element_takes_nothing_with_it() -> None:
    """An element that never ends costs its tag, not the blocks behind it."""
    tidied = tidy(_blocks((3, "<details>\n甲"), (6, "乙"), (8, "| a |\n| --- |\n| b |")), Log())
    assert [b.text for b in tidied.blocks] == ["甲", "乙", "| a |\n| --- |\n| b |"]


def test_a_formula_may_span_blocks() -> None:
    """A bare environment with a blank line inside is one formula."""
    tidied = tidy(_blocks((3, "\\begin{align}\na &= b \\\\"), (6, "c &= d\n\\end{align}")), Log())
    assert [b.text for b in tidied.blocks] == [
        "$$\n\\begin{aligned}\na &= b \\\\\nc &= d\n\\end{aligned}\n$$"
    ]


def test_many_flaws_in_one_paragraph_are_all_repaired() -> None:
    """However many repairs a paragraph needs, it gets them."""
    text = (
        "![公式](https://www.zhihu.com/equation?tex=x)，`$y_1$`，\\$z\\_1\\$，$ w $，<b>甲</b>，![](a b.png)，[[乙]]，"
        "丙&nbsp;丁，==戊==，中__己__中，**庚：**辛，$5和$6。"
    )
    tidied, repairs = tidy_text(text)
    assert tidied == (
        "$x$，$y_1$，$z_1$，$w$，**甲**，![](<a b.png>)，乙，丙 丁，**戊**，中**己**中，**庚**：辛，\\$5和\\$6。"
    )
    assert len({repair.code for repair in repairs}) >= 10


def test_a_clean_note_comes_back_as_it_was() -> None:
    """Nothing to repair: the same note, and nothing reported."""
    note = RawNote(
        "什么是 $L_1$ 范数？", (Block("绝对值之和：$\\sum_i |w_i|$。", Span("a.md", 3)),), Span("a.md")
    )
    log = Log()
    assert tidy(note, log) == note
    assert len(log) == 0


def test_a_question_stays_one_line() -> None:
    """Inline repairs work in a question; a line break there is a blank."""
    text, _ = tidy_line("<b>什么是</b> $ L_1 $<br>范数？")
    assert text == "什么是 $L_1$ 范数？"


def test_formula_spans_are_where_the_formulas_stand() -> None:
    """Offsets of formulas include their delimiters, and do not count code."""
    text = "- 见 $x_1$ 和 `$y$`\n\n> $$\n> a\n> $$"
    assert [text[s.start : s.end] for s in formula_spans(text)] == ["$x_1$", "$$\n> a\n> $$"]


def test_the_seed_documents_come_to_rest(seeds: Path) -> None:
    """Tidying the seed documents twice changes nothing more, and leaves no repair undone that it knows."""
    for path in sorted(seeds.glob("*.txt")):
        text, _ = tidy_text(path.read_text(encoding="utf-8"))
        assert tidy_text(text) == (text, ())
        assert "<font" not in text
        assert "$*" not in text
