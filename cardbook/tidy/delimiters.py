"""How a formula is marked: whatever its author typed becomes `$x$` or `$$x$$`, and what it holds is repaired."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardbook.tidy import formulas
from cardbook.tidy.drafts import Edit
from cardbook.tidy.leaves import Leaf
from cardbook.tidy.plausible import balanced, worth
from cardbook.tidy.spans import Span, math, scan

_IN_CODE = re.compile(r"(`+)\s*(\${1,2})(?!\s*\$)([^`$]+)\2\s*\1|\$(`+)([^`$]+)\4\$")
_EVIDENCE = re.compile(r"\\[A-Za-z]+|[_^=]|^\s*[A-Za-zΑ-ω](?:\([a-z]\))?\s*$")

_EDGES = re.compile(r"^(?:\s|\\ )+|(?:\\ |(?<!\\)\s)+$")
_DISPLAYED = re.compile(r"\\begin\s*\{(?:equation|align|gather|multline|eqnarray)\*?\}")
_WORDS = re.compile(r"[\w]")
_ESCAPED = re.compile(r"(?<!\\)\\\$(?=[^\s$])((?:\\[^$]|[^\\$\n])+?)(?<=\S)\\\$")
_SURE = 3.0
_SENTENCE_CHARS = 80
"""TeX longer than this keeps lines of its own, wherever it stands."""
_PATIENCE = 20
"""Searches for a closing dollar that run to the end in vain; after that many there is none."""


def in_code(leaf: Leaf) -> Iterator[Edit]:
    """`` `$x$` `` and GitLab's `` $`x`$ `` are formulas that code marks hide."""
    if "`" not in leaf.text or "$" not in leaf.text:
        return
    for match in _IN_CODE.finditer(leaf.text):
        before = leaf.text[match.start() - 1 : match.start()]
        if before in ("`", "\\") or leaf.text[match.end() : match.end() + 1] == "`":
            continue
        tex = (match[3] or match[5]).strip()
        if balanced(tex) and _EVIDENCE.search(tex) and not re.search(r"\$|\w=\w.*;", tex):
            mark = match[2] or "$"
            yield Edit(match.start(), match.end(), f"{mark}{tex}{mark}", ("math-in-code",))


def escaped(leaf: Leaf) -> Iterator[Edit]:
    r"""`\$x\_i\$`: a converter took the formula for prose and escaped all of it. `\$5` is a price."""
    if leaf.text.count("\\$") < 2:
        return
    for match in _ESCAPED.finditer(leaf.text):
        tex = re.sub(r"\\([_*\[\]^~<>])", r"\1", match[1])
        if balanced(tex) and worth(tex, "", strict=True) >= _SURE:
            yield Edit(match.start(), match.end(), f"${tex}$", ("math-delimiter",))


def formulas_of(leaf: Leaf) -> Iterator[Edit]:
    """Every formula of the leaf, its delimiters and its TeX repaired."""
    if not re.search(r"[$＄]|\\[\[(b\\]", leaf.text):
        return
    for span in math(leaf.text):
        tex, codes = formulas.repair(span.tex, span.display)
        new = _written(tex, span, leaf)
        delimited = _delimiter_codes(leaf.text[span.start : span.end], span, leaf)
        if new != leaf.text[span.start : span.end]:
            codes = (*delimited, *codes) or ("math-delimiter",)
            yield Edit(span.start, span.end, new, codes)


def _written(tex: str, span: Span, leaf: Leaf) -> str:
    bare = _EDGES.sub("", tex)
    if leaf.kind != "text":
        return _in_line(_piped(bare) if leaf.kind == "cell" else bare, span.display)
    if not span.display:
        return f"$$\n{bare}\n$$" if _is_display(span, leaf) else f"${bare}$"
    if _in_sentence(span, leaf):
        return f"${bare}$"
    if span.form == "dollars":
        return f"$${tex}$$"
    return f"$$\n{bare}\n$$" if "\n" in tex else f"$${bare}$$"


def _in_line(tex: str, display: bool) -> str:
    return f"$\\displaystyle {tex}$" if display else f"${tex}$"


def _is_display(span: Span, leaf: Leaf) -> bool:
    """Between single dollars, but alone in its paragraph and an environment that is a display by itself."""
    return (span.start, span.end) == (0, len(leaf.text)) and bool(_DISPLAYED.match(span.tex.lstrip()))


def _in_sentence(span: Span, leaf: Leaf) -> bool:
    """Between double dollars, as kramdown writes every formula, but amid a sentence that goes on behind it."""
    if (
        span.form != "dollars"
        or "\n" in span.tex
        or "\\\\" in span.tex
        or "\\begin" in span.tex
        or "\\tag" in span.tex
    ):
        return False
    before = leaf.text[: span.start].rpartition("\n")[2]
    after = leaf.text[span.end :].partition("\n")[0]
    if _WORDS.search(after):
        return len(span.tex) < _SENTENCE_CHARS
    return bool(_WORDS.search(before)) and before[-1:] not in "：: " and len(span.tex) < _SENTENCE_CHARS // 4


def _piped(tex: str) -> str:
    """A bare pipe would end the cell of a table."""
    return re.sub(r"(?<!\\)\|", r"\\vert ", tex)


def _delimiter_codes(typed: str, span: Span, leaf: Leaf) -> tuple[str, ...]:
    codes: list[str] = []
    if leaf.kind == "text" and (_is_display(span, leaf) if not span.display else _in_sentence(span, leaf)):
        codes.append("math-display")
    if span.form != "dollars" or "＄" in (typed[0], typed[-1]):
        codes.append("math-delimiter")
    elif not span.display and span.tex != span.tex.strip():
        codes.append("math-spaces")
    if leaf.kind == "cell" and re.search(r"(?<!\\)\|", span.tex):
        codes.append("math-in-table")
    if span.display and leaf.kind != "text":
        codes.append("math-display")
    return tuple(codes)


def literal(leaf: Leaf) -> Iterator[Edit]:
    """A dollar that is money or a variable, escaped where pandoc would begin a formula with it."""
    if leaf.text.count("$") < 2:
        return
    spans = scan(leaf.text)
    ours = [(span.start, span.end) for span in spans if span.kind == "math"]
    if _as_pandoc(leaf.text, spans) == ours:
        return
    taken = bytearray(len(leaf.text))
    for span in spans:
        taken[span.start : span.end] = b"\1" * (span.end - span.start)
    for match in re.finditer(r"\\.|\$", leaf.text, re.DOTALL):
        if match[0] == "$" and not taken[match.start()]:
            yield Edit(match.start(), match.end(), r"\$", ("dollar-sign",))


def _as_pandoc(text: str, spans: tuple[Span, ...]) -> list[tuple[int, int]]:
    """Where pandoc's `tex_math_dollars` finds formulas: from left to right, braces balanced."""
    jumps = {span.start: span.end for span in spans if span.kind in ("code", "address")}
    dead = [0, 0, 0]
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(text):
        if at in jumps:
            at = jumps[at]
        elif text[at] == "\\":
            at += 2
        elif text[at] != "$":
            at += 1
        else:
            width = 2 if text[at + 1 : at + 2] == "$" else 1
            end = -1 if dead[width] > _PATIENCE else _math_end(text, at + width, width)
            dead[width] += end == -1
            if end > 0:
                found.append((at, end))
            at = end if end > 0 else at + width
    return found


def _math_end(text: str, at: int, width: int) -> int:
    """The end of the formula whose content begins at `at`; 0: none here, -1: not even a closing dollar."""
    depth = 0
    if width == 1 and (at >= len(text) or text[at].isspace()):
        return 0
    for match in re.compile(r"\\.|[{}$]", re.DOTALL).finditer(text, at):
        if match[0] == "$" and depth == 0:
            closed = text.startswith("$" * width, match.start())
            blank = width == 1 and (match.start() == at or text[match.start() - 1].isspace())
            return match.start() + width if closed and not blank else 0
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth < 0:
            return 0
    return -1


def plausible(tex: str) -> bool:
    """Whether the TeX of an equation image is fit to stand as a formula."""
    return balanced(tex) and (worth(tex, "", strict=True) > 0 or bool(tex.strip()))
