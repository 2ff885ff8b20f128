"""Pipe tables: a bare `|` of a formula ends a cell, and pandoc wants a blank line before a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cardbook.tidy.drafts import Edit
from cardbook.tidy.spans import math

_DELIMITER = re.compile(r"^([ \t>]*)\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_PIPE = re.compile(r"(?<!\\)\|")


def _tables(
    text: str, code: Sequence[tuple[int, int, str]]
) -> Iterator[tuple[list[str], list[int], int, int]]:
    """Lines, their offsets, and the numbers of each table's header and last row."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    k = 1
    while k < len(lines):
        pipes = "|" in lines[k] and "|" in lines[k - 1] and _DELIMITER.match(lines[k])
        if not pipes or any(start <= starts[k] < end for start, end, _ in code):
            k += 1
            continue
        last = k
        while last + 1 < len(lines) and "|" in lines[last + 1]:
            last += 1
        yield lines, starts, k - 1, last
        k = last + 1


def pipes(text: str, code: Sequence[tuple[int, int, str]]) -> Iterator[Edit]:
    r"""`$|x|$` in a row that would fall apart into too many cells: `\vert`."""
    for lines, starts, header, last in _tables(text, code):
        columns = _columns(lines[header + 1])
        for k in (header, *range(header + 2, last + 1)):
            if _columns(lines[k]) > columns:
                yield from _row(lines[k], starts[k], columns)


def _row(line: str, start: int, columns: int) -> Iterator[Edit]:
    edits = []
    lost = 0
    for span in math(line):
        lost += len(_PIPE.findall(span.tex))
        tex = _PIPE.sub(r"\\vert ", span.tex).removesuffix(" ")
        if tex != span.tex:
            at = start + span.start + line[span.start : span.end].index(span.tex)
            edits.append(Edit(at, at + len(span.tex), tex, ("math-in-table",)))
    if _columns(line) - lost == columns:
        yield from edits


def _columns(line: str) -> int:
    inner = line.strip(" \t>")
    return (
        len(_PIPE.findall(inner))
        + 1
        - inner.startswith("|")
        - (inner.endswith("|") and not inner.endswith("\\|"))
    )


def apart(text: str, code: Sequence[tuple[int, int, str]]) -> Iterator[Edit]:
    """A blank line between a paragraph and the table that follows it."""
    for lines, starts, header, _ in _tables(text, code):
        above = lines[header - 1] if header else ""
        marker = re.match(r"[ \t>]*", lines[header])
        prefix = marker[0] if marker else ""
        if (
            above.strip(" \t>")
            and not above.lstrip(" \t>").startswith("|")
            and _columns(lines[header]) == _columns(lines[header + 1])
        ):
            yield Edit(starts[header], starts[header], prefix.rstrip(" \t") + "\n", ("table-apart",))
