"""Whatever the texts are, rendering them ends, each for itself, and what comes out is safe to show."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardbook.cache import Cache
from cardbook.deck import sanitize
from cardbook.rendering import render as room
from cardbook.rendering.render import Text, render

PIECES = [
    "$", "$$", "\\(", "\\[", "`", "```", "~~~\n", "*", "**", "_", "[", "](", "]", "!", "<",
    ">", "|", "\n", "\n\n", "    ", "- ", "1. ", "> ", "# ", "{", "}", "}}", "{{c1::", "\\",
    "&", "&lt;", "<script>", "</p>", "<img src=x onerror=y>", "javascript:x", "[^1]", "[^1]: ",
    "\\input{x}", "\\begin{aligned}", "\\end{aligned}", "中", "文字", "a", "1", "é", "\u0301",
    "😀", "\u202e", "http://a.b/c", "WWW.a.b", "a@b.cd", "~~", "- [ ] ", "---", "|-|-|\n",
]  # fmt: skip
INERT = re.compile(
    r"\\textbackslash\{\}input|\\\(.*?\\\)|\\\[.*?\\\]|\\begin\{verbatim\}.*?\\end\{verbatim\}", re.DOTALL
)
"""Where a command may stand: spelled out, in a formula (proven before it is printed), in code."""
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(texts, min_size=20, max_size=20))
def test_any_text_becomes_safe_html_and_latex(several: list[str]) -> None:
    """No text is lost or disturbs another; no script, handler or raw TeX comes through."""
    healthy = Text("健康的 $x^2$。")
    with tempfile.TemporaryDirectory() as folder:
        found = render([healthy, *map(Text, several), healthy], Cache(Path(folder)))
    assert found[0] == found[-1]
    assert found[0] is not None and "\\(x^2\\)" in found[0].html
    for fragment in filter(None, found):
        html = sanitize.clean(fragment.html, {})
        assert not re.search(
            r"<script|<img(?![^>]*\bsrc=\"[\w.-]+\")|<[^>]+\son\w+=|href=\"\s*javascript", html
        )
        assert "\\input" not in INERT.sub("", fragment.latex)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(texts, min_size=20, max_size=20))
def test_a_text_needs_only_the_extensions_that_it_is_read_with(several: list[str]) -> None:
    """Reading it with all of them gives the same."""
    every = tuple(dict.fromkeys((name, "") for name, _ in room.EXTENSIONS))
    with (
        tempfile.TemporaryDirectory() as one,
        tempfile.TemporaryDirectory() as other,
        pytest.MonkeyPatch.context() as patch,
    ):
        few = render([*map(Text, several)], Cache(Path(one)))
        patch.setattr(room, "EXTENSIONS", every)
        assert few == render([*map(Text, several)], Cache(Path(other)))
