"""The mark that tells where an added point comes from; it reads well on a card and in print."""

from __future__ import annotations

import re

_PATTERN = re.compile(
    r"\s*(?:（(?:以上 \d+ 点)?见 (?:[^（）\n]|\\.)+\.\w+）|\((?:last \d+ )?from (?:[^()\n]|\\.)+\.\w+\))"
)
_SPECIAL = re.compile(r"([\\`*\[\]<>$~^|()（）]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
_END = re.compile(r"[：:。；;]$|(?<=[^.])\.$")


def mark(file: str, language: str, points: int = 1) -> str:
    """The mark for a point of the file at path `file`, or for so many `points` in a row, at the last of them."""
    name = _SPECIAL.sub(r"\\\1", file)
    if language.startswith("zh"):
        return f"（以上 {points} 点见 {name}）" if points > 1 else f"（见 {name}）"
    return f" (last {points} from {name})" if points > 1 else f" (from {name})"


def unmarked(text: str) -> str:
    """`text` without any such marks."""
    return _PATTERN.sub("", text) if "见 " in text or "from " in text else text


def marked(paragraph: str, note: str) -> str:
    """A paragraph with the mark `note` at its end, before the mark of punctuation that ends it."""
    text = paragraph.rstrip().removesuffix("\\")
    end = _END.search(text)
    if end:
        return text[: end.start()] + note + end[0]
    return text + note


def more(language: str) -> str:
    """The label over points that fit nowhere else."""
    return "补充" if language.startswith("zh") else "Further points"
