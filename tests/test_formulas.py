"""What a formula may say, and what TeX says of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardbook.cache import Cache
from cardbook.rendering import tex
from cardbook.rendering.formulas import printed, prove, refusal
from cardbook.rendering.render import Formula
from cardbook.tidy.packages import written_out

needs_tex = pytest.mark.skipif(not tex.installed(), reason="XeLaTeX is not installed")

GOOD = (
    r"\alpha + \beta_{1}^2", r"\frac{a}{b} \le \sqrt[3]{x}", r"\begin{aligned} a &= b \\[2pt] c &= d \end{aligned}",
    r"\begin{align} a &= b \tag{1} \\ c &= d \nonumber \end{align}", r"\begin{equation} \label{x} a = b \end{equation}",
    r"f(x) = \begin{cases} 1 & \text{如果 } x > 0 \\ 0 & \text{否则} \end{cases}", r"\boldsymbol{\beta} \in \mathbb{R}^n",
    r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", r"\operatorname*{arg\,max}_{x \in \mathbb R}", r"a \\ b",
    r"\begin{eqnarray} a &=& b \\ c &=& d \end{eqnarray}", r"\left( \frac{a}{b} \right.", r"α ≤ β × 中文",
    r"\begin{array}{c|cc} 1 & 2 & 3 \\ \hline 4 & 5 & 6 \end{array}", r"\begin{split} a &= b \\ &= c \end{split}",
    r"\underbrace{a}_{\text{中文}} \xlongequal{def} \cancel{x} \lt y", r"{n \choose k}", r"Z^{[l](i)}", "a\n\n+b",
    r"\text{a_b}", r"\mathrm{d}x \, \mathcal{L} \mathbf{w}^\top", r"\ket{x}", r"x \tag*{甲}", r"\text{R\&D}",
)  # fmt: skip
HOSTILE = (
    r"\input{/etc/passwd}", r"\def\x{\x}\x", r"\csname input\endcsname", r"\catcode`\%=12", r"\write18{id}", "^^5cinput",
    r"\href{javascript:alert(1)}{x}", r"\end{document}", r"\begin{filecontents}{x}\end{filecontents}", "a % b", "#1",
    r"}\input{x}{", r"\begin{array}{*{99999}{c}} a \end{array}", r"\newcommand{\x}{1}", r"\special{x}", r"\loop\iterate",
    r"\begin{aligned} a \end{cases}", r"\left( x", "{" * 60 + "}" * 60, "x" * 30_000, "a\x00b", "", r"\(x\)", "$x$",
    r"\begin{aligned} a \tag{1} \end{aligned}", r"\tag{1}\tag{2}", r"\begin", r"\begin {input}", r"\verb|x|",
    "a & b", "&" * 150, r"\@input{x}",
)  # fmt: skip
BROKEN = (
    r"\frac{a}", "a^b^c", r"\begin{cases} 1 & 2 & 3 \end{cases}", r"\hspace{x}", r"\mkern9999999mu", r"\over\over",
    r"\sqrt", r"\text", r"\limits", r"\big", r"\kern", r"\hskip 1filllllpt",
)  # fmt: skip


@pytest.mark.parametrize("source", GOOD)
def test_mathematics_is_allowed(source: str) -> None:
    """What people write in notes passes the list."""
    assert refusal(source) == ""


@pytest.mark.parametrize("source", HOSTILE)
def test_everything_else_is_refused_before_tex_sees_it(source: str) -> None:
    """Commands that read, write, define, loop or escape, and what does not nest."""
    assert refusal(source)


@needs_tex
def test_tex_judges_the_rest_and_neighbours_stay_healthy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds of broken formulas among good ones: few runs, each its own reason, the good ones proven."""
    runs: list[int] = []
    typeset = tex.typeset
    monkeypatch.setattr(tex, "typeset", lambda *args, **rest: runs.append(1) or typeset(*args, **rest))
    broken = [Formula(rf"x_{{{number}}} {source}", True) for number in range(20) for source in BROKEN]
    good = [Formula(source, display) for source in GOOD for display in (True, False)]
    mixed = [formula for pair in zip(broken, good * 10, strict=False) for formula in pair]
    cache = Cache(tmp_path)
    verdicts = prove(mixed, cache)
    cache.save()
    assert {formula for formula in mixed if formula in verdicts} == set(broken)
    assert all(verdicts.values())
    assert len(runs) == 1
    runs.clear()
    assert prove(mixed, Cache(tmp_path)) == verdicts
    assert runs == []


@needs_tex
def test_a_character_without_a_glyph_is_a_reason(tmp_path: Path) -> None:
    """What the math font lacks would be a hole in print."""
    formula = Formula("x + \U0001fae0", False)
    assert "no glyph" in prove([formula], Cache(tmp_path))[formula]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\begin{align*} a &= b \end{align*}", r"\begin{aligned} a &= b \end{aligned}"),
        (r"\begin{equation}\label{e} x \end{equation}", "x"),
        (r"a \\ b", r"\begin{gathered}a \\ b\end{gathered}"),
        (r"x \tag{1}", r"x \tag{1}"),
        ("概率 p", r"{\text{概率}} p"),
        (r"\text{a_b}", r"\text{a\_b}"),
        ("a\n\nb", "a\nb"),
    ],
)
def test_what_mathjax_takes_is_printed_as_latex_wants_it(source: str, expected: str) -> None:
    """Both show the same signs."""
    assert printed(source, True) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\bm{x} \in \mathbbm{1}", r"\boldsymbol{x} \in \mathbb{1}"),
        (r"\dv{f}{x}", r"\frac{\mathrm{d} f}{\mathrm{d} x}"),
        (r"\dv[2]{f}{x}", r"\frac{\mathrm{d}^{2} f}{\mathrm{d} x^{2}}"),
        (r"\pdv{f}{x}{y}", r"\frac{\partial^2 f}{\partial x\,\partial y}"),
        (r"\norm{\dv{x}}^2 \dd{x}", r"\left\lVert \frac{\mathrm{d}}{\mathrm{d} x} \right\rVert^2 \,\mathrm{d}x"),
        (r"\bmod \tree", r"\bmod \tree"),
    ],
)  # fmt: skip
def test_commands_of_packages_that_cards_lack_are_written_out(source: str, expected: str) -> None:
    """What `bm`, `bbm` and `physics` say is said in commands that MathJax has, and stays so."""
    assert written_out(source, True) == expected
    assert written_out(expected, True) == expected
