"""Invisible and look-alike characters that copying leaves behind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from cardbook.tidy.drafts import Edit

Code = Callable[[], Sequence[tuple[int, int, str]]]
"""Where code stands, asked only when there is something to repair."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]+")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_ZERO_WIDTH = re.compile("[\u00ad\u180e\u200b\u2060\ufeff\ufffc]+|[\u200c\u200d]+")
_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u2028\u2029\x85]+")
_INDENT = re.compile("^([ \t>*+-]*)([\u3000\u00a0]+[ \t\u3000\u00a0]*)|[\u3000]+$", re.MULTILINE)
_LOOK_ALIKE = re.compile("[\u2e80-\u2eff\u2f00-\u2fdf\uf900-\ufaff\ufb00-\ufb06]")
_JOINED = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ufe0f\U0001f000-\U0001faff\u2600-\u27bf]"
)


def control(text: str) -> Iterator[Edit]:
    """Control characters, also in code, where nobody typed them either."""
    for match in _CONTROL.finditer(text):
        yield Edit(match.start(), match.end(), "", ("control-character",))


def bidirectional(text: str) -> Iterator[Edit]:
    """Marks that make text read in another order than it is stored, also in code."""
    for match in _BIDI.finditer(text):
        yield Edit(match.start(), match.end(), "", ("bidi-character",))


def spaces(text: str, code: Code) -> Iterator[Edit]:
    """Spaces of another width, spaces of none, and ideographic ones that indent a paragraph."""
    for match in outside(_ZERO_WIDTH, text, code):
        if match[0][0] in "\u200c\u200d" and _JOINED.match(text[match.start() - 1 : match.start()]):
            continue
        yield Edit(match.start(), match.end(), "", ("exotic-space",))
    for match in outside(_SPACE, text, code):
        yield Edit(match.start(), match.end(), " ", ("exotic-space",))


def indents(text: str, code: Code) -> Iterator[Edit]:
    """Ideographic spaces at the ends of a line."""
    for match in outside(_INDENT, text, code):
        start = match.end(1) if match[1] is not None else match.start()
        yield Edit(start, match.end(), "", ("exotic-space",))


def look_alikes(text: str, code: Code) -> Iterator[Edit]:
    """Radicals and ligatures that a PDF gave instead of the characters they look like."""
    for match in outside(_LOOK_ALIKE, text, code):
        plain = unicodedata.normalize("NFKC", match[0])
        if plain != match[0]:
            yield Edit(match.start(), match.end(), plain, ("look-alike-character",))


def outside(pattern: re.Pattern[str], text: str, code: Code) -> Iterator[re.Match[str]]:
    """The matches of a pattern outside of code."""
    found = list(pattern.finditer(text))
    blocks = iter(code() if found else ())
    block = next(blocks, None)
    for match in found:
        while block and block[1] <= match.start():
            block = next(blocks, None)
        if not block or match.end() <= block[0]:
            yield match
