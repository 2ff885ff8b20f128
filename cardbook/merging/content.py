"""What a point says, in a form that can be compared: words, and things that no words replace."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from cardbook import markdown

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_WORD = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IMAGE = re.compile(r"!\[[^\]]*\]\(\s*<?([^)\s>]+)")
_TRIVIAL = 3


@dataclass(frozen=True, slots=True)
class Content:
    """`plain` is the normalised text, `grams` its Han bigrams and words, `hard` its formulas, code and images."""

    plain: str
    grams: frozenset[str]
    hard: frozenset[str]


@lru_cache(maxsize=20_000)
def content(text: str) -> Content:
    """The content of a Markdown text."""
    plain = normalise(text)
    return Content(plain, frozenset(_grams(plain)), _hard(text))


def normalise(text: str) -> str:
    """`text` in one width and case, without markup, white space and punctuation between words."""
    folded = unicodedata.normalize("NFKC", markdown.plain(text)).casefold()
    return " ".join(_WORD.findall(folded))


def _grams(plain: str) -> list[str]:
    found: list[str] = []
    for word in plain.split():
        if re.match(f"[{_HAN}]", word) and len(word) > 1:
            found.extend(word[k : k + 2] for k in range(len(word) - 1))
        else:
            found.append(word)
    return found


def _hard(text: str) -> frozenset[str]:
    formulas = (re.sub(r"\s+", "", math.tex) for math in markdown.formulas(text))
    found = {f"${tex}" for tex in formulas if len(tex) > _TRIVIAL}
    found |= {f"!{address}" for address in _IMAGE.findall(text)}
    for token in markdown.parse(text):
        if token.type in ("fence", "code_block"):
            found.add("`" + re.sub(r"\s+", " ", token.content).strip())
    return frozenset(found)


def covers(one: Content, other: Content) -> float:
    """How much of `other` is said by `one`, in [0, 1]; 0 if `one` lacks a formula, image or code of it."""
    if other.hard - one.hard:
        return 0.0
    if one.plain == other.plain:
        return 1.0
    if not other.grams:
        return 1.0 if other.hard else 0.0
    return len(other.grams & one.grams) / len(other.grams)
