"""Markdown to HTML and LaTeX through the real pandoc: what people wrote is what they get, in both outputs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cardbook.cache import Cache
from cardbook.rendering import render as room
from cardbook.rendering.render import Formula, Fragment, Inventory, Picture, Text, inventory, render


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """A cache of the test's own."""
    return Cache(tmp_path / "cache")


@pytest.fixture
def one(cache: Cache) -> Callable[..., Fragment]:
    """Render a single text that must not fail."""

    def rendered(markdown: str, **known: Any) -> Fragment:
        (fragment,) = render([Text(markdown, **known)], cache)
        assert fragment is not None
        return fragment

    return rendered


def test_formulas_and_images_are_listed_in_order(cache: Cache) -> None:
    """What has to be proven or fetched is known before anything is rendered; code is left alone."""
    found = inventory(["$a$ `$b$` ![x](i.png)\n\n$$\nc\n$$"], cache)
    assert found == (Inventory((Formula("a", False), Formula("\nc\n", True)), ("i.png",)),)


def test_formulas_stand_in_mathjax_delimiters_and_are_escaped(one: Callable[..., Fragment]) -> None:
    """`<` in a formula is text to the browser, not a tag."""
    fragment = one("$a<b$\n\n$$c$$")
    assert r"\(a&lt;b\)" in fragment.html
    assert r"\[c\]" in fragment.html
    assert r"\(a<b\)" in fragment.latex


def test_a_formula_that_failed_is_shown_as_code(one: Callable[..., Fragment]) -> None:
    """The same verdict governs the card and the handbook."""
    fragment = one(r"$\bad$ and $x$", unproven=frozenset({r"\bad"}))
    assert r'<code class="unproven">\bad</code>' in fragment.html
    assert r"\texttt{\textbackslash{}bad}" in fragment.latex
    assert r"\(x\)" in fragment.html


def test_images_carry_their_names_and_missing_ones_their_address(one: Callable[..., Fragment]) -> None:
    """A known image has a name in each output; an unknown one leaves a placeholder that says what was there."""
    fragment = one("![a b](x.svg) ![y](http://e.com/y_1.png)", images={"x.svg": Picture("m.png", "m.pdf")})
    assert '<img src="m.png" alt="a b" />' in fragment.html
    assert r"\cbimage{m.pdf}{a b}" in fragment.latex
    assert "image-missing" in fragment.html and "http://e.com/y_1.png" in fragment.html
    assert r"\cbmissing{y}{\url{http://e.com/y_1.png}}" in fragment.latex


def test_markup_that_is_no_markdown_is_shown_as_typed(one: Callable[..., Fragment]) -> None:
    """No tag and no TeX command of the notes reaches an output as markup."""
    fragment = one("List<T> \\input{/etc/passwd} <script>x</script>\n\n```{=latex}\n\\write18{id}\n```\n")
    assert "<script>" not in fragment.html and "&lt;T&gt;" in fragment.html
    assert r"\textbackslash input" in fragment.latex and r"\write18" not in fragment.latex.replace(
        "verbatim", ""
    )


def test_only_web_addresses_are_links(one: Callable[..., Fragment]) -> None:
    """A script or a neighbouring file behind a link leads nowhere on a card; its text stays."""
    fragment = one("[a](javascript:alert(1)) [b](other.md) [c](https://e.com)")
    assert "javascript" not in fragment.html + fragment.latex
    assert "other.md" not in fragment.html
    assert '<a href="https://e.com">c</a>' in fragment.html
    assert "a" in fragment.html and "b" in fragment.html


def test_a_line_break_between_chinese_characters_is_no_space(one: Callable[..., Fragment]) -> None:
    """Chinese wraps anywhere; English words keep the space."""
    assert "中文换行" in one("中文\n换行").html
    assert "two\nwords" in one("two\nwords").html or "two words" in one("two\nwords").html


def test_headings_keep_their_depth_relative_to_each_other(one: Callable[..., Fragment]) -> None:
    """Whatever level an author began with, the first level inside an answer is the same."""
    fragment = one("#### a\n\n##### b")
    assert "<h3" in fragment.html and "<h4" in fragment.html
    assert r"\cbheading{0}{a}" in fragment.latex and r"\cbheading{1}{b}" in fragment.latex


def test_a_text_that_kills_pandoc_costs_only_itself(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a crash the next process goes on; texts before and after are whole."""
    monkeypatch.setattr(room, "PANDOC_SECONDS", 2.0)
    first, bad, last = render([Text("one"), Text(">" * 20_000 + " x"), Text("three")], cache)
    assert bad is None
    assert first is not None and "one" in first.html
    assert last is not None and "three" in last.html


def test_nothing_is_rendered_twice(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every text in the cache, pandoc does not run."""
    before = render([Text("a $x$"), Text("b")], cache)
    monkeypatch.setattr(room, "_run", None)
    assert render([Text("a $x$"), Text("b")], cache) == before


def test_a_table_at_the_end_of_a_text_keeps_its_last_row(one: Callable[..., Fragment]) -> None:
    """Answers end without a line break, which pandoc's table reader needs."""
    fragment = one("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |")
    assert "<td>4</td>" in fragment.html and "|" not in fragment.html


def test_many_texts_are_shared_out_in_order(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several pandocs give what one gives; what goes wrong in one of them is told."""
    monkeypatch.setattr(room, "WORTH_A_PROCESS", 3)
    monkeypatch.setattr(room, "PROCESSES", 3)
    found = render([Text(f"text {number}") for number in range(10)], cache)
    assert [f"text {number}" in f.html for number, f in enumerate(found) if f] == [True] * 10

    def broken(requests: object, math: str) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(room, "_pandoc", broken)
    with pytest.raises(OSError, match="no more"):
        render([Text(f"other {number}") for number in range(10)], cache)
