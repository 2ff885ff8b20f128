"""Is what stands between two dollars a formula, or prose that mentions money or a shell variable?"""

from __future__ import annotations

import html
import re

CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
)
_TEXT = re.compile(r"\\(?:text|mbox|mathrm|textbf|textit|textrm|operatorname\*?)\s*\{[^{}]*\}")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_STRUCTURE = re.compile(r"\\[A-Za-z{}|,;!\\]|[_^=]")
_WORD = re.compile(r"[A-Za-z]{2,}")
_CJK = re.compile(f"[{CJK}]")
_SENTENCE = re.compile("[，。；：、！？“”]")
_TOKEN = re.compile(r"[^\s$]{1,3}|[A-Za-zΑ-ω]\w*'*(?:\([^()]*\))?|[-+−]?[\d.,%]+")
_OPERATOR_END = re.compile(r"[-+*/=<>,(]\s+$")
_ELEMENT = re.compile(r"<([a-z]+)(?:\s[^<>]*)?>([^<>]*)</\1>")
_HTML = re.compile(r"</[a-z]|<[a-z]+[ >]")


def balanced(tex: str) -> bool:
    """Whether braces close in order, as TeX and pandoc require of a formula."""
    depth = 0
    for match in re.finditer(r"\\.|[{}]", tex, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth < 0:
            return False
    return depth == 0


def displays(tex: str) -> bool:
    """Whether the text between two `$$` is a formula: nearly always, unless braces or dollars say otherwise."""
    bare = re.sub(r"\{[^{}]*\}", "", tex)
    if not tex.strip() or not balanced(tex) or re.search(r"(?<!\\)\$", bare):
        return False
    return bool(_STRUCTURE.search(tex)) or not _SENTENCE.search(tex) or len(_CJK.findall(tex)) < 3


def worth(tex: str, following: str, *, strict: bool, escaped: bool = False) -> float:
    r"""How much `tex` looks like a formula; 0 is not at all.

    `following` is the character after the closing dollar. `strict`: there is no blank at either delimiter, so
    that any Markdown reader would take it for a formula. `escaped`: it stood between `\(` and `\)`, which
    Markdown reads as plain parentheses.
    """
    tex = _ELEMENT.sub(r"\2", html.unescape(tex)).replace("\\ ", "  ")
    if tex.startswith("latex "):
        tex = tex[6:].strip()
    if not tex.strip() or "\n\n" in tex or _HTML.search(tex):
        return 0.0
    bare = _TEXT.sub("", tex)
    chinese = len(_CJK.findall(bare))
    if _STRUCTURE.search(bare) or bare != tex:
        return _worth_of_structure(bare, chinese, following, strict)
    if strict and not escaped:
        return _worth_of_plain(bare, chinese, following)
    return _worth_of_blanks(bare, chinese, following, escaped)


def _worth_of_structure(tex: str, chinese: int, following: str, strict: bool) -> float:
    strong = bool(_COMMAND.search(tex))
    if chinese and not strong and (_SENTENCE.search(tex) or chinese * 2 > len(tex)):
        clause = _SENTENCE.match(tex) or _SENTENCE.search(tex[-1:]) or "。" in tex
        return 0.5 if strict and not clause else 0.0
    if not strict and not strong and (following.isdigit() or _lopsided(tex)):
        return 0.0
    if not strong and len(_WORD.findall(tex)) > 12:
        return 0.0
    return 3.0


def _worth_of_plain(tex: str, chinese: int, following: str) -> float:
    if chinese:
        doubtful = _SENTENCE.search(tex) or tex[0].isdigit() or tex[0] in "{(" or following in ("{", "(")
        return 0.0 if doubtful or (following.isalnum() and following.isascii()) else 0.5
    words = _WORD.findall(tex)
    if following.isdigit() and following.isascii():
        return 0.0
    if (following.isascii() and following.isalpha() and words) or (len(words) >= 3 and " " in tex):
        return 0.0
    return 2.0


def _worth_of_blanks(tex: str, chinese: int, following: str, escaped: bool) -> float:
    if chinese or _SENTENCE.search(tex) or (following.isdigit() and following.isascii()):
        return 0.0
    inner = tex.strip()
    words = _WORD.findall(inner)
    if escaped:
        return (
            1.0
            if not words and not inner.isdigit() and (len(inner) < 3 or re.search(r"[-+*/<>(]", inner))
            else 0.0
        )
    if _lopsided(tex) and (words or not re.fullmatch(r"[A-Za-zΑ-ω]'?|.*\w", inner) or inner[0].isdigit()):
        return 0.0
    if words and not _TOKEN.fullmatch(inner) and not re.search(r"[-+*/<>]", inner):
        return 0.0
    if len(words) > 2:
        return 0.0
    return 1.5


def _lopsided(tex: str) -> bool:
    """A blank on one side only, after which the text goes on as prose does."""
    return tex[:1].isspace() != tex[-1:].isspace() and (bool(_OPERATOR_END.search(tex)) or tex[-1:].isspace())
