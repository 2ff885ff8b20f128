"""The Markdown parser: every line in a block, and inline source read as a reader sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardbook.reading import markdown

LINES = st.lists(st.sampled_from(["", "text", "# h", "- a", "  - b", "    c", "1. x", "> q", "```", "$$", "| a |", "|-|",
                                  "[a]: b", "[^1]: n", "<div>", "---", "\ttab"]), max_size=30)  # fmt: skip


@given(LINES)
def test_blocks_hold_every_line_once(lines: list[str]) -> None:
    """The top-level blocks of any text hold each line that is not blank, once, at its own number."""
    found = {}
    for block in markdown.blocks("\n".join(lines)):
        for number, line in enumerate(block.text.split("\n"), block.line):
            assert number not in found
            found[number] = line
    assert {k: v for k, v in found.items() if v.strip()} == {
        k: v for k, v in enumerate(lines, 1) if v.strip()
    }


def test_a_display_formula_ends_a_paragraph() -> None:
    """A line of a formula that starts with `-` or `=` is no list and no heading."""
    kinds = [block.kind for block in markdown.blocks("so\n$$\na\n- b\n= c\n$$\nmore\n")]
    assert kinds == ["paragraph", "math_block", "paragraph"]


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("**What** is `a*b`?", "What is a*b?"),
        ("[link](u) and ![alt](p)", "link and alt"),
        ("keeps $x_{i}*y_{j}*$ whole", "keeps x_{i}*y_{j}* whole"),
        ("<font color=red>红</font>\nnext", "红 next"),
    ],
)
def test_plain_is_what_a_reader_sees(source: str, seen: str) -> None:
    """Markup is gone, code and formulas stay as typed."""
    assert markdown.plain(source) == seen


def test_formulas_come_from_text_not_from_code() -> None:
    """Block and inline formulas are found in order; dollars in code are not."""
    text = "$$\na\n$$\n\nb $c$ `$d$`\n\n```\n$e$\n```\n"
    assert markdown.formulas(text) == (markdown.Math("a", True), markdown.Math("c", False))


def test_links_include_bare_addresses() -> None:
    """Linked and bare addresses are found; a bare one ends at Chinese punctuation."""
    assert markdown.links("见 https://a.b/c(d)，[x](y)") == ("https://a.b/c(d)", "y")
