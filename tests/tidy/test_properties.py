"""What holds for any text, made of pieces that tempt the repairs."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardbook.tidy import tidy_line, tidy_text

PIECES = st.sampled_from(
    [
        "$", "$$", "＄", " ", "\n", "\n\n", "x", "和", "，", "：", "**", "*", "__", "_", "==", "`", "```\n", "~~~\n", "\\",
        "\\(", "\\)", "\\[", "\\]", "\\\\", "{", "}", "\\frac{a}{b}", "α", "x_1", "≤", "5", "&lt;", "&nbsp;", "&",
        "\\begin{cases}", "\\end{cases}", "\\begin{align}", "\\end{align}", " \\ ", "<b>", "</b>", "<font color=red>",
        "</font>", "<br>", "<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<ul>", "<li>", "</ul>",
        "<details>", "<summary>", "</summary>", "</details>", "<p>", "</p>", "<sup>", "</sup>", "<code>", "</code>",
        "<img src=a.png>", "![a](b c.png)", "![](https://www.zhihu.com/equation?tex=%5Calpha)", "<!--", "-->", "<",
        "> ", "- ", "1. ", "    ", "|", "| a | b |\n| --- | --- |\n", "| $|x|$ | b |\n", "# ", "##标题", "[[a]]", "[!note]",
        "\u3000", "\u200b", "\u202e", "\x00", "ŷ", "“", "”", "（", "）", "[^1]", "<String>", "<pre>", "</pre>", "<hr>",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_tidying_twice_is_tidying_once(text: str) -> None:
    """What was repaired needs no repair."""
    tidied, _ = tidy_text(text)
    assert tidy_text(tidied) == (tidied, ())


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_a_question_stays_a_line(text: str) -> None:
    """A line stays one, and comes to rest as well."""
    line = text.replace("\n", " ")
    tidied, _ = tidy_line(line)
    assert "\n" not in tidied
    assert tidy_line(tidied) == (tidied, ())


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from(["```", "~~~~"]))
def test_code_blocks_are_never_touched(text: str, fence: str) -> None:
    """Whatever stands in a fence stays as typed, control characters aside."""
    code = re.sub(r"[\x00\u202e`~]", "", text)
    tidied, _ = tidy_text(f"前 $ x $\n\n{fence}\n{code}\n{fence}\n\n后 <b>b</b>")
    assert f"{fence}\n{code}\n{fence}" in tidied


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_every_repair_points_into_the_text(text: str) -> None:
    """Offsets are those of typed characters, in order."""
    _, repairs = tidy_text(text)
    offsets = [repair.offset for repair in repairs]
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(text) for offset in offsets)


VALID = [
    "x", "L_1", "f(x)=x^2", "a*b*c", "x^*", "f * g", r"\frac{a}{b}", r"a\ b", r"\text{max\_len}", r"\{a, b\}",
    r"\begin{cases}1,&u>0\\0,&u\leq0\end{cases}", r"\begin{cases} x & \text{if}\ x>0 \\ 0 & \text{else} \end{cases}",
    r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", r"\left\| x \right\|", r"P(y\mid x)", r"\hat{y}_i^{(k)}", "f''(x)",
    r"\sum_{i=1}^{n} w_i x_i + b", r"50\%", r"\#A", r"a_{ij}^{[l](i)}", r"\mathbf{W}^\top \mathbf{x}", r"e^{-x}",
    r"\underbrace{a+b}_{\text{和}}", r"x \in \{0, 1\}^n", r"\operatorname{softmax}(z)_j", "|w|", r"\|w\|_2^2", "a < b > c",
    r"\begin{aligned}[t] a &= b \\[4pt] &= c \end{aligned}", r"\substack{a \\ b}", "n!", "k", "5", "-1", "(x, y)", "[0, 1]",
]  # fmt: skip


@pytest.mark.parametrize("tex", VALID)
@pytest.mark.parametrize("form", ["${}$", "文字${}$，文字", "$${}$$", "- 项 ${}$\n", "> $$\n> {}\n> $$"])
def test_a_valid_formula_stays(tex: str, form: str) -> None:
    """No repair turns a formula that TeX sets as it was meant into another one."""
    text = form.replace("{}", tex)
    assert tidy_text(text) == (text, ())


HOSTILE = {
    "dollars": "$ a " * 25_000,
    "display dollars": "$$ a " * 20_000,
    "display dollars, a line each": "$$ a\n" * 5_000,
    "open braces": "$a{" * 20_000,
    "escaped openers": "\\( " * 30_000,
    "escaped openers, one closer": "\\[ " * 30_000 + "\\]",
    "bold tags": "<b>" * 5_000 + "x" + "</b>" * 5_000,
    "nested tables": "<table><tr><td>" * 3_000 + "x",
    "nested lists": "<ul><li>" * 3_000 + "x" + "</li></ul>" * 3_000,
    "open comments": "<!-- " * 20_000,
    "open tags": "<a href='" * 10_000,
    "attributes": "<a" + " b" * 40_000,
    "ticks": "` `` ``` " * 8_000,
    "asterisks": "**a" * 20_000,
    "environments": "\\begin{cases} a & b \\ c & d \\end{cases} " * 2_000,
    "open environments": "\\begin{align}\n" * 4_000,
    "quotes": "> " * 3_000 + "$ x $",
    "list levels": "\n".join("  " * k + "- $ x $" for k in range(400)),
    "a wide table": "|" + " $|x|$ |" * 120 + "\n|" + " - |" * 120 + "\n" + ("|" + " $|x|$ |" * 120 + "\n") * 50,
    "a wide cell": "<table><tr><td colspan=999 rowspan=999>x</td></tr></table>" * 300,
    "brackets": "[[" * 20_000,
    "images": "![" * 20_000,
    "image addresses": "![a](" * 10_000,
    "links": "](" * 20_000,
    "scripts": "x<sub>i</sub>" * 5_000,
    "entities": "&nbsp;" * 20_000,
    "highlights": "==a" * 20_000,
    "a long line": "字" * 2_000_000,
    "backslashes": "\\" * 90_000,
    "text groups": "$" + "\\text{" * 10_000 + "$",
    "emphasis in math": "$" + "*a" * 20_000 + "$",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_costs_little(name: str) -> None:
    """Time stays near linear: seconds for what would take hours if a repair looked twice at everything."""
    started = time.process_time()
    tidy_text(HOSTILE[name])
    assert time.process_time() - started < 10
