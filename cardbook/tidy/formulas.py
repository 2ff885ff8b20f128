"""Repairs inside formulas. Each takes the TeX of one formula and gives it back whole, changed only if it was broken.

A repair must leave every formula alone that TeX would have set as its author meant it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from cardbook.tidy import packages, symbols
from cardbook.tidy.plausible import CJK, balanced

_EMPHASIS = re.compile(r"(?<![\\^_{*])(\*{1,3})(?=[^\s*])((?:[^*\\]|\\.)*?[^\s*^_\\{])\1(?![*}])", re.DOTALL)
_MACROS = {
    "lt": "<", "gt": ">", "R": r"\mathbb{R}", "N": r"\mathbb{N}", "Z": r"\mathbb{Z}", "Q": r"\mathbb{Q}",
    "reals": r"\mathbb{R}", "Reals": r"\mathbb{R}", "infin": r"\infty", "isin": r"\in", "exist": r"\exists",
    "empty": r"\emptyset", "plusmn": r"\pm", "sdot": r"\cdot", "rarr": r"\rightarrow", "larr": r"\leftarrow",
    "rArr": r"\Rightarrow", "lArr": r"\Leftarrow", "and": r"\land", "or": r"\lor", "bold": r"\mathbf",
    "argmax": r"\operatorname*{arg\,max}", "argmin": r"\operatorname*{arg\,min}",
}  # fmt: skip
_MACRO = re.compile(r"\\(" + "|".join(sorted(_MACROS, key=len, reverse=True)) + r")(?![A-Za-z])")
_ENTITIES = {
    "&lt;": "<",
    "&gt;": ">",
    "&amp;": "&",
    "&nbsp;": " ",
    "&quot;": '"',
    "&#39;": "'",
    "&ensp;": " ",
}
_ENTITY = re.compile("|".join(map(re.escape, _ENTITIES)))
_TAGS = re.compile(r"</?(em|i|b|strong|font|span|u|br|sub|sup)(?:\s[^<>]*)?/?>")
_ROWS = re.compile(
    r"\\begin\{((?:[bBpvV]|small)?matrix|d?cases|aligned|align\*?|split|gathered|gather\*?|array)\}"
)
_LOST = re.compile(r"(?<!\\)\\(?=[ \t\n]|[0-9(]|$)")
_TEXTUAL = r"\\(?:text|mbox|textbf|textit|textrm|texttt|mathrm|mathbf|mathit|mathsf|mathtt|operatorname\*?|hbox|tag\*?)"
_TEXT_GROUP = re.compile(_TEXTUAL + r"\s*(\{(?:[^{}]|\{[^{}]*\})*\})")
_TEXT_ONLY = re.compile(
    r"\\(?:text|mbox|textbf|textit|textrm|texttt|hbox|tag\*?)\s*\{(?:[^{}]|\{[^{}]*\})*\}"
)
_CHINESE = re.compile(f"[{CJK}、。《》“”]+(?:[ ，：；！？、。“”（）《》]*[{CJK}、。《》“”]+)*")
_WIDE = re.compile(r"[^\x00-\x7f]")
_NESTED = {"align": "aligned", "align*": "aligned", "flalign": "aligned", "flalign*": "aligned",
           "gather": "gathered", "gather*": "gathered", "multline": "gathered", "multline*": "gathered",
           "alignat": "alignedat", "alignat*": "alignedat"}  # fmt: skip
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{(align\*?|flalign\*?|gather\*?|multline\*?|alignat\*?)\}")
_EQUATION = re.compile(r"\\(?:begin|end)\s*\{(?:equation|displaymath|math)\*?\}")
_EQNARRAY = re.compile(r"\\(begin|end)\s*\{eqnarray\*?\}")
_LABEL = re.compile(r"\\label\s*\{[^{}]*\}")
_TAG = re.compile(r"\\tag(\*?)\s*\{([^{}]*)\}")


def emphasis(tex: str, display: bool) -> str:
    """`*x*` and `**x**` are Markdown's emphasis, not multiplication, when they open the formula."""
    if not tex.lstrip().startswith("*"):
        return tex
    return _EMPHASIS.sub(lambda m: m[2], tex)


def entities(tex: str, display: bool) -> str:
    """`&lt;` is `<`: the formula went through an HTML page."""
    return _ENTITY.sub(lambda m: _ENTITIES[m[0]], tex)


def tags(tex: str, display: bool) -> str:
    """HTML inside a formula: `<em>` was a pair of `_` that a converter ate, the rest is decoration."""
    indices = _TAGS.sub(lambda m: "_" if m[1] == "em" else " " if m[1] == "br" else "", tex)
    if not re.search(r"_(?![A-Za-z0-9{\\])", indices):
        return indices
    return _TAGS.sub(lambda m: " " if m[1] == "br" else "", tex)


def wordpress(tex: str, display: bool) -> str:
    """`$latex x$`: the mark of WordPress."""
    return re.sub(r"^\s*latex\s+(?=\S)", "", tex)


def dollars(tex: str, display: bool) -> str:
    r"""Dollars within `\text{…}` lead back into the formula; outside of it the same is said without them."""
    if "$" not in tex:
        return tex
    return _TEXT_ONLY.sub(
        lambda m: re.sub(r"(?<!\\)\$([^$]*)\$", r"}\1\\text{", m[0]).replace("\\text{}", ""), tex
    )


def doubled(tex: str, display: bool) -> str:
    r"""Every backslash doubled (`\\frac`): the formula was escaped once too often."""
    runs = [m[0] for m in re.finditer(r"\\+", tex)]
    if (
        not runs
        or any(len(run) % 2 for run in runs)
        or not re.search(r"\\\\[A-Za-z]{2,}|\\\\[a-zA-Z]\b", tex)
    ):
        return tex
    if not re.search(r"\\\\(?:begin|frac|sum|[a-z]{3,}(?![a-z]))", tex) or re.search(r"(?<!\\)\\\\\s", tex):
        return tex
    return re.sub(r"\\\\", r"\\", tex)


def escapes(tex: str, display: bool) -> str:
    r"""Markdown's escapes that TeX does not know (`\*`), or knows as something else (`x\_i`, `\\_`)."""
    tex = re.sub(r"\\{1,2}\*", "*", tex) if not _ROWS.search(tex) else re.sub(r"(?<!\\)\\\*", "*", tex)
    tex = re.sub(r"(?<!\\)\\{2,3}(?=_)", "", tex)
    tex = _outside(_TEXT_GROUP, tex, _underscores)
    if not _ROWS.search(tex):
        tex = re.sub(r"(?<!\\)\\([\[\]()])", r"\1", tex)
        tex = re.sub(r"(?<!\\)\\\\([{}])", r"\\\1", tex) if balanced(re.sub(r"\\\\([{}])", "", tex)) else tex
    return tex


def _underscores(part: str) -> str:
    part = re.sub(r"\\_(?=\{)", "_", part)
    return re.sub(
        r"((?<![A-Za-z\\])[A-Za-z]|[)\]}'|]|\\[A-Za-z]+ ?)\\_(?=[A-Za-z0-9](?![A-Za-z])|\\[A-Za-z])",
        r"\1_",
        part,
    )


def rows(tex: str, display: bool) -> str:
    r"""A lost row break: Markdown ate one backslash of `\\` in a matrix or in cases."""
    return _environments(tex, _rows_of)


def _rows_of(name: str, body: str) -> str:
    body = (
        re.sub(r"(?<!\\)\\{4}(?=\s|$)", r"\\\\", body) if not re.search(r"(?<!\\)\\\\(?!\\)", body) else body
    )
    if re.search(r"(?<!\\)\\(?=[ \t]*\n)", body):
        body = re.sub(r"(?<!\\)\\(?=[ \t]*\n)", r"\\\\", body)
    parts = _LOST.split(body)
    if len(parts) < 2 or r"\\" in body:
        return body
    columns = {len(re.findall(r"(?<!\\)&", part)) for part in parts if part.strip()}
    wanted = len(columns) == 1 and (columns != {0} or ("matrix" in name and _LOST.search(body) is not None))
    return _LOST.sub(r"\\\\", body) if wanted else body


def _environments(tex: str, change: Callable[[str, str], str]) -> str:
    """Apply `change(name, body)` to the body of every row environment that holds no other one."""
    parts: list[str] = []
    at = 0
    for match in _ROWS.finditer(tex):
        if match.start() < at:
            continue
        closer = f"\\end{{{match[1]}}}"
        end = tex.find(closer, match.end())
        if end < 0 or "\\begin" in tex[match.end() : end]:
            continue
        parts += (tex[at : match.end()], change(match[1], tex[match.end() : end]))
        at = end
    return "".join((*parts, tex[at:]))


def unicode_operators(tex: str, display: bool) -> str:
    """Operators, Greek letters, full-width punctuation and scripts as the commands that TeX has for them."""
    if tex.isascii():
        return tex
    return _outside(_TEXT_ONLY, tex, _commands)


def _commands(part: str) -> str:
    part = symbols.PRECOMPOSED.sub(lambda m: _decomposed(m[0]), part)
    part = symbols.ACCENTED.sub(symbols.accent, part)
    part = symbols.ROOT.sub(lambda m: f"\\sqrt{{{m[1] or m[2]}}}", part)
    part = symbols.RUNS.sub(lambda m: symbols.script(m[0]), part)
    pieces: list[str] = []
    for piece in re.split(f"({_CHINESE.pattern})", part):
        chinese = _CHINESE.fullmatch(piece)
        pieces.append(piece if chinese else _WIDE.sub(lambda m, s=piece: _command(s, m), piece))
    return "".join(pieces)


def _command(text: str, match: re.Match[str]) -> str:
    tex = symbols.character(match[0])
    following = text[match.end() : match.end() + 1]
    if tex.endswith(", ") and following in (" ", ""):
        return tex.rstrip()
    glued = re.fullmatch(r"\\[A-Za-z]+", tex) and (following.isascii() and following.isalpha())
    return (tex + " " if glued else tex) or match[0]


def _decomposed(char: str) -> str:
    parts = unicodedata.normalize("NFD", char)
    return parts if len(parts) == 2 else char


def chinese_text(tex: str, display: bool) -> str:
    r"""Chinese characters belong into `\text{…}`; TeX drops them in math."""
    if tex.isascii():
        return tex
    return _outside(_TEXT_ONLY, tex, _texts)


def _texts(part: str) -> str:
    part = re.sub(f"([_^])({_CHINESE.pattern})", r"\1{\\text{\2}}", part)
    pieces = re.split(r"(\\text\{[^{}]*\})", part)
    return "".join(
        p if k % 2 else _CHINESE.sub(lambda m: f"\\text{{{m[0]}}}", p) for k, p in enumerate(pieces)
    )


def specials(tex: str, display: bool) -> str:
    r"""A bare `%` begins a comment in TeX, a bare `#` is an error, and so is `&` outside of an alignment."""
    tex = re.sub(r"(?<!\\)%(?![^\n]*\n)|(?<=[0-9}])%", r"\\%", tex)
    tex = re.sub(r"(?<!\\)#", r"\\#", tex)
    if "\\begin" in tex or "\\substack" in tex or "matrix" in tex or "\\cases" in tex:
        return tex
    if display and re.search(r"(?<!\\)&", tex) and "\\\\" in tex:
        return tex
    return re.sub(r"(?<!\\)&", r"\\&", tex)


def macros(tex: str, display: bool) -> str:
    r"""Commands that MathJax or KaTeX know and LaTeX does not: `\lt`, `\R`, `\argmax`."""
    return _MACRO.sub(_macro, tex)


def _macro(match: re.Match[str]) -> str:
    tex = _MACROS[match[1]]
    following = match.string[match.end() : match.end() + 1]
    return tex + " " if tex[-1].isalpha() and following.isascii() and following.isalpha() else tex


def alignment(tex: str, display: bool) -> str:
    r"""Environments that are displays themselves stand in a display as their inner forms: `align` is `aligned`."""
    tex = _ENVIRONMENT.sub(lambda m: f"\\{m[1]}{{{_NESTED[m[2]]}}}", tex)
    tex = _EQUATION.sub("", tex)
    tex = _EQNARRAY.sub(lambda m: r"\begin{array}{rcl}" if m[1] == "begin" else r"\end{array}", tex)
    tex = _LABEL.sub("", tex)
    if not display or "\\begin" in tex:
        return _TAG.sub(_number, tex) if "\\begin" in tex or not display else tex
    if "\\\\" in _bare(tex).strip().removesuffix("\\\\"):
        name = "aligned" if re.search(r"(?<!\\)&", tex) else "gathered"
        return f"\\begin{{{name}}}{_padded(tex)}\\end{{{name}}}"
    return tex


def _bare(tex: str) -> str:
    """The formula without what stands in braces."""
    kept: list[str] = []
    depth = 0
    for match in re.finditer(r"\\.|[{}]|[^\\{}]+", tex, re.DOTALL):
        depth -= match[0] == "}"
        if depth == 0:
            kept.append(match[0])
        depth += match[0] == "{"
    return "".join(kept)


def _padded(tex: str) -> str:
    return tex if tex.startswith("\n") else f" {tex.strip()} "


def _number(match: re.Match[str]) -> str:
    return f"\\qquad\\text{{{match[2]}}}" if match[1] else f"\\qquad\\text{{({match[2]})}}"


def _outside(pattern: re.Pattern[str], tex: str, change: Callable[[str], str]) -> str:
    """Apply `change` to what `pattern` does not match."""
    parts: list[str] = []
    at = 0
    for match in pattern.finditer(tex):
        parts += (change(tex[at : match.start()]), match[0])
        at = match.end()
    return "".join((*parts, change(tex[at:])))


# The visible table: in this order, each with its diagnostic code.
REPAIRS: tuple[tuple[str, Callable[[str, bool], str]], ...] = (
    ("math-delimiter", wordpress),
    ("math-entity", entities),
    ("math-html", tags),
    ("math-escape", doubled),
    ("math-escape", escapes),
    ("math-emphasis", emphasis),
    ("math-row-break", rows),
    ("math-unicode", unicode_operators),
    ("math-text", dollars),
    ("math-text", chinese_text),
    ("math-special", specials),
    ("math-macro", macros),
    ("math-macro", packages.written_out),
    ("math-environment", alignment),
)


def repair(tex: str, display: bool) -> tuple[str, tuple[str, ...]]:
    """The formula repaired, and the codes of the repairs that changed it."""
    codes: dict[str, None] = {}
    for code, change in REPAIRS:
        changed = change(tex, display)
        if changed != tex and balanced(changed):
            codes.setdefault(code)
            tex = changed
    return tex, tuple(codes)
