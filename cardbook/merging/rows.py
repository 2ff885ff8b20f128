"""Lists that are written as prose: lines with letters, "1）… 2）…", clauses between semicolons, a row of names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from cardbook.merging.content import sentences

SHORT = 20
"""A name in a row is no longer than this."""
CLAUSES, NAMES = 3, 4
"""So many clauses, or names, make a list."""

_COUNTED = re.compile(r"\s*(?:[a-h][.、)）]|[（(][a-h\d]{1,2}[)）]|\d{1,2}[)）、]|[①-⑳])\s*(?=\S)")
_INSIDE = re.compile(r"[（(\[【「“][^（）()\[\]【】「」“”]*[）)\]】」”]|\$[^$]*\$|`[^`]*`|\*\*[^*]*\*\*")
_CLAUSE = re.compile(r"[；;]\s*")
_NAME = re.compile(r"[、，]\s*|,\s+(?:and |or )?|\s+(?:and|or)\s+")
_MORE = re.compile(r"等等?(?:方法|手段|策略|方式|技术)?$|\betc\.?$")
_LABEL = re.compile(r"[^：:，,。；;（(]{1,12}[：:]")
_LEADS = re.compile(r"^(?:同时|并且|而且|以及|并|且(?!听)|还|也)(?=.)|^(?:and|or) ")
_ENDS = " \n。.；;，,、\\"


def row(paragraph: str) -> tuple[str, ...]:
    """The points of a paragraph that is a list in all but its form, as typed but for the marks; else nothing."""
    lines = paragraph.split("\n")
    if len(lines) > 1:
        return _bare(lines) if all(map(_COUNTED.match, lines)) else ()
    parts = _counted(paragraph) or _between(_CLAUSE, paragraph)
    if len(parts) >= CLAUSES and not (_LABEL.match(parts[0]) and not all(map(_LABEL.match, parts))):
        return _bare(parts)
    if _LABEL.match(paragraph) or len(_between(_CLAUSE, paragraph.strip(_ENDS))) > 1:
        return ()  # it goes for all of them, or these are clauses
    names = _between(_NAME, _MORE.sub("", paragraph.strip(_ENDS)))
    return _bare(names) if len(names) >= NAMES and all(len(name) <= SHORT for name in names) else ()


def _counted(text: str) -> Sequence[str]:
    """ "1）… 2）…" in one line, if it begins so."""
    starts = [found.start() for found in _COUNTED.finditer(text) if _begins(text, found.start())]
    if not starts or starts[0] > 0:
        return ()
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


def _begins(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] in " 。.；;，,：:"


def _between(mark: re.Pattern[str], text: str) -> Sequence[str]:
    """The parts of one sentence between marks that stand in no brackets, formulas or code."""
    if len(sentences(text)) != 1:
        return ()
    inside = [found.span() for found in _INSIDE.finditer(text)]
    cuts = [
        found.span()
        for found in mark.finditer(text)
        if not any(start < found.start() < end for start, end in inside)
    ]
    ends = [*(start for start, _ in cuts), len(text)]
    starts = [0, *(end for _, end in cuts)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _bare(parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(bare for part in parts if (bare := _LEADS.sub("", _uncounted(part)).strip(_ENDS)))


def _uncounted(part: str) -> str:
    found = _COUNTED.match(part)
    return part[found.end() :] if found else part.lstrip()
