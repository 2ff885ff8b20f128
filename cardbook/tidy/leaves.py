"""Where the prose of a text stands: its leaves, freed from the markers of quotes and lists around them.

Structure comes from markdown-it-py's block parser with HTML switched off, so that a fence inside `<div>` is
still a fence, and HTML is prose like any other until it has been turned into Markdown.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cardbook.limits import MAX_NESTING
from cardbook.tidy.drafts import Edit
from cardbook.tidy.spans import scan

_PARSER = (
    MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
    .enable("table")
    .disable(["html_block", "reference"])
    .disable(["inline", "text_join"])
)
_CELL = re.compile(r"(?:\\.|[^\\|\n])+")
_MARKER = re.compile(r"[^>\s]")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A run of prose that inline markup cannot leave: a paragraph, a heading, a table cell.

    `text` is without the container markers of its lines; line i of it begins at `starts[i]` of the whole
    text, and at `breaks[i]` of its own. `rest` is the marker that a further line of it needs (`"> "`, `"   "`).
    `kind` is `text`, `heading` or `cell`; the last two must stay on one line. `quoted`: it is the first in a
    block quote.
    """

    kind: str
    text: str
    starts: tuple[int, ...]
    breaks: tuple[int, ...] = (0,)
    rest: str = ""
    quoted: bool = False

    def offset(self, inner: int) -> int:
        """The offset in the whole text of character `inner` of the leaf."""
        line = bisect_right(self.breaks, inner) - 1
        return self.starts[line] + inner - self.breaks[line]

    def outer(self, edit: Edit) -> Edit:
        """The same edit, in offsets of the whole text and with the markers of its lines."""
        new = edit.new
        if "\n" in new and self.rest:
            bare, marked = "\n" + self.rest.rstrip(" "), "\n" + self.rest
            new = new.replace("\n", marked).replace(marked + "\n", bare + "\n")
        return Edit(self.offset(edit.start), self.offset(edit.end), new, edit.codes)


@dataclass(frozen=True, slots=True)
class Layout:
    """The leaves of a text, and its fences and indented code as pairs of offsets and their info strings."""

    leaves: tuple[Leaf, ...]
    code: tuple[tuple[int, int, str], ...]

    def all_code(self) -> list[tuple[int, int, str]]:
        """The blocks of code, and the spans of code in prose."""
        spans = [
            (leaf.offset(span.start), leaf.offset(span.end), "")
            for leaf in self.leaves
            if "`" in leaf.text
            for span in scan(leaf.text)
            if span.kind == "code"
        ]
        return sorted((*self.code, *spans))


def layout(text: str) -> Layout:
    """Read the block structure of `text`."""
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    leaves: list[Leaf] = []
    code: list[tuple[int, int, str]] = []
    tokens = _PARSER.parse(text) if text.strip() else []
    for before, token in pairwise([None, *tokens]):
        if token is None or token.map is None:
            continue
        first, last = token.map
        if token.type in ("fence", "code_block"):
            code.append((starts[first], starts[last] - 1, token.info if token.type == "fence" else ""))
        elif token.type == "tr_open":
            leaves += _cells(lines[first], starts[first])
        elif token.type == "inline" and before is not None and before.type not in ("th_open", "td_open"):
            leaves.append(_leaf(token, before, lines, starts))
    return Layout(tuple(leaves), tuple(code))


def _leaf(token: Token, opening: Token, lines: list[str], starts: list[int]) -> Leaf:
    assert token.map is not None
    first = token.map[0]
    inner: list[str] = []
    places: list[int] = []
    for k, line in enumerate(token.content.split("\n")):
        raw = lines[first + k] if first + k < len(lines) else ""
        kept = line.lstrip(" \t")
        at = raw.rfind(kept) if kept else len(raw)
        if at < 0:
            kept = ""
            at = len(raw)
        inner.append(kept)
        places.append(starts[first + k] + at)
    breaks = tuple(accumulate((len(line) + 1 for line in inner[:-1]), initial=0))
    prefix = lines[first][: places[0] - starts[first]]
    kind = "heading" if opening.type == "heading_open" else "text"
    rest = _MARKER.sub(" ", prefix)
    return Leaf(kind, "\n".join(inner), tuple(places), breaks, rest, prefix.rstrip().endswith(">"))


def _cells(line: str, start: int) -> Iterator[Leaf]:
    for match in _CELL.finditer(line):
        cell = match[0].strip()
        if cell:
            yield Leaf("cell", cell, (start + match.start() + match[0].index(cell),))
