"""One plain form for every way to type the same words."""

from __future__ import annotations

import re
import unicodedata

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_MARKS = re.compile(r"[*`~$\\]|(?<![a-z0-9])_+|_+(?![a-z0-9])")
_NUMBERING = re.compile(r"^\s*(?:第\s*\d+\s*[题问]|[qQ]?\d{1,3}\s*[.、:)](?!\d))\s*")
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_BESIDE_HAN = re.compile(rf"(?<=[{_HAN}])\s+|\s+(?=[{_HAN}])")
_SPACE = re.compile(r"\s+")
_HYPHEN = re.compile(r"(?<=[a-z0-9])[-‐‑–](?=[a-z])|(?<=[a-z])[-‐‑–](?=[a-z0-9])")
_GREEK = {
    ord(letter): f" {name} "
    for letter, name in zip(
        "αβγδεζηθικλμνξπρστυφχψω",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi"
        " psi omega".split(),
        strict=True,
    )
}
"""As TeX calls them, so that γ is `$\\gamma$`."""
_SNAKE = re.compile(r"(?<=[a-z]{2})_(?=[a-z]{2})")
_END = re.compile(r"[\s?？!！。.:：;；,，、~]+$")

HAN = re.compile(f"[{_HAN}]")


def normalise(text: str) -> str:
    """`text` without markup, in one width, one case and one spacing; sentence marks are kept as ASCII."""
    text = _TAG.sub(" ", _LINK.sub(r"\1", text))
    text = unicodedata.normalize("NFKC", text).casefold().replace("。", ".").translate(_GREEK)
    text = _NUMBERING.sub("", _MARKS.sub("", text))
    text = _SNAKE.sub(" ", _HYPHEN.sub(" ", text))
    return _SPACE.sub(" ", _BESIDE_HAN.sub("", text)).strip()


def same_string(text: str) -> str:
    """The form in which two questions count as the same string: no markup, case, spacing or end mark."""
    return _END.sub("", normalise(text)).replace(" ", "")


def stem(word: str) -> str:
    """A rough stem of a Latin word: plural and verb endings off. Words with digits stay."""
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    if len(word) == 4:
        return word[:3] if word[3] == "s" and word[2] not in "sui" else word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + instead
    return word


_ENDINGS = (
    ("sses", "ss"), ("ies", "y"), ("ss", "ss"), ("us", "us"), ("is", "is"),
    ("ings", ""), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", ""),
)  # fmt: skip
