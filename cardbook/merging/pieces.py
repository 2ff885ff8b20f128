"""An answer taken apart: its blocks, and the items of its lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from cardbook.reading import markdown

LISTS = ("bullet_list", "ordered_list")
_SECTION = re.compile(r"^\d+(?:\.\d+)+[.、]?\s+(?=\S)")
"""The number of a section in the file that it comes from ("5.1 …") says nothing on a card."""
_MARKER = re.compile(r"^( *)([-+*]|\d{1,9}[.)])( *)")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a top-level list: its text without the marker, dedented. `marker` is `-`, `3.` or the like."""

    marker: str
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A top-level block of an answer; `items` if it is a list, `loose` if blank lines stand between them."""

    kind: str
    text: str
    items: tuple[Item, ...] = ()
    loose: bool = False


def take_apart(answer: str) -> tuple[Piece, ...]:
    """The blocks of a Markdown answer, in order."""
    return tuple(_piece(block) for block in markdown.blocks(answer))


def put_together(pieces: Sequence[Piece]) -> str:
    """The Markdown of the blocks; the inverse of `take_apart` up to blank lines."""
    return "\n\n".join(piece.text for piece in pieces)


def with_items(piece: Piece, items: Sequence[Item]) -> Piece:
    """The list `piece` with other items, marked and numbered as it was."""
    first = piece.items[0].marker
    ordered = first[0].isdigit()
    start = int(first[:-1]) if ordered else 0
    loose = piece.loose or any("\n\n" in item.text for item in items)
    marked = [
        Item(f"{start + k}{first[-1]}" if ordered else first, item.text) for k, item in enumerate(items)
    ]
    text = ("\n\n" if loose else "\n").join(map(_written, marked))
    return Piece(piece.kind, text, tuple(marked), loose)


def _written(item: Item) -> str:
    lead, indent = f"{item.marker} ", " " * (len(item.marker) + 1)
    lines = item.text.split("\n")
    return lead + "\n".join([lines[0], *(indent + line if line.strip() else "" for line in lines[1:])])


def _piece(block: markdown.TextBlock) -> Piece:
    if block.kind not in LISTS:
        return Piece(block.kind, block.text)
    tokens = markdown.parse(block.text)
    spans = [t.map for t in tokens if t.type == "list_item_open" and t.level == 1 and t.map]
    lines = block.text.split("\n")
    items = tuple(_item(lines[start:end]) for start, end in spans)
    return Piece(block.kind, block.text, items, _loose(tokens))


def _loose(tokens: Sequence[Token]) -> bool:
    """A list is loose if a paragraph directly inside one of its items is not hidden (CommonMark 5.3)."""
    return any(t.type == "paragraph_open" and t.level == 2 and not t.hidden for t in tokens)


def _item(lines: Sequence[str]) -> Item:
    found = _MARKER.match(lines[0])
    if not found:  # markdown-it says an item starts here; never lose its text
        return Item("-", "\n".join(lines).strip())
    inner = found[3]
    width = len(found[0]) if 1 <= len(inner) <= 4 else len(found[1] + found[2]) + min(1, len(inner))
    text = [lines[0][width:], *(_dedent(line, width) for line in lines[1:])]
    return Item(found[2], "\n".join(text).strip("\n").rstrip())


def _dedent(line: str, width: int) -> str:
    return line[min(width, len(line) - len(line.lstrip(" "))) :]


def level(heading: str) -> int:
    """The level of a heading block, 1 to 6."""
    return next(int(t.tag[1:]) for t in markdown.parse(heading) if t.type == "heading_open")


def title(heading: str) -> str:
    """The text of a heading block, without its marks."""
    return next(t.content for t in markdown.parse(heading) if t.type == "inline")


def headings_from(pieces: Sequence[Piece], top: int) -> tuple[Piece, ...]:
    """The same blocks with headings in `#` form, the highest at level `top`, the others keeping their distance."""
    levels = [level(piece.text) for piece in pieces if piece.kind == "heading"]
    if not levels:
        return tuple(pieces)
    return tuple(_shifted(pieces, top - min(levels)))


def _shifted(pieces: Sequence[Piece], by: int) -> Iterator[Piece]:
    for piece in pieces:
        if piece.kind == "heading":
            depth = max(1, min(6, level(piece.text) + by))
            text = _SECTION.sub("", " ".join(title(piece.text).split()))
            yield Piece("heading", f"{'#' * depth} {text}".rstrip())
        else:
            yield piece
