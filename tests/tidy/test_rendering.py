"""What the repairs are for: pandoc reads the tidied text as its author meant it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cardbook.cache import Cache
from cardbook.rendering import formulas
from cardbook.rendering.render import Text, inventory, render
from cardbook.tidy import formula_spans, tidy_text


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """A cache of the test's own."""
    return Cache(tmp_path / "cache")


CASES = sorted((Path(__file__).parent / "cases").glob("*.md"))


def _expected(path: Path) -> list[str]:
    """The tidied texts of a case file."""
    text = path.read_text(encoding="utf-8")
    return re.findall(r"^~{6}\n\n~{6}\n(.*?)\n?~{6}\n\ncodes:", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_pandoc_finds_the_formulas_that_we_find(path: Path, cache: Cache) -> None:
    """Every formula that tidying leaves behind is one to pandoc, and nothing else is."""
    texts = _expected(path)
    for text, found in zip(texts, inventory(texts, cache), strict=True):
        assert found is not None
        ours = [re.sub(r"\n> ", "\n", span.tex) for span in formula_spans(text)]
        assert (
            sorted(" ".join(tex.split()) for tex in ours)
            == sorted(" ".join(formula.tex.replace("\\|", "|").split()) for formula in found.formulas)
            or r"\|" in text
        )


def test_every_formula_of_the_cases_and_the_seeds_is_proven(seeds: Path, cache: Cache) -> None:
    """TeX accepts every formula that comes out of the repairs; what was broken beyond repair is no formula."""
    texts = [text for path in CASES for text in _expected(path)]
    for path in sorted(seeds.glob("*.txt")):
        body = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        texts.append(tidy_text(body)[0])
    every = [formula for found in inventory(texts, cache) if found for formula in found.formulas]
    assert len(every) > 200
    assert formulas.prove(every, cache) == {}


def test_a_line_break_in_a_cell_is_one_in_both_outputs(cache: Cache) -> None:
    """`<br>` in a table cell breaks the line, on the card and in print."""
    text, _ = tidy_text("| a | b |\n| --- | --- |\n| 一<br/>二 | 三 |")
    (fragment,) = render([Text(text)], cache)
    assert fragment is not None
    assert "一<br" in fragment.html
    assert "<code>" not in fragment.html
    assert "一" in fragment.latex and "br" not in fragment.latex
