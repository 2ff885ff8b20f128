"""A note file as pieces: its blocks with exact places, in the shape that the dialects look at.

Built from markdown-it tokens. Three things that people write are no Markdown structure and are mended here:
HTML headings, `<details>` (several blocks of Markdown, but one thing), and headings without a space (`##什么`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markdown_it.token import Token

from cardbook.dialects import html
from cardbook.reading import markdown

KINDS = {
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "bullet_list_open": "bullets",
    "ordered_list_open": "ordered",
    "list_item_open": "item",
    "blockquote_open": "quote",
    "fence": "fence",
    "code_block": "code",
    "table_open": "table",
    "html_block": "html",
    "hr": "rule",
    "math_block": "math",
    "math_block_label": "math",
    "footnote_reference_open": "footnote",
}
TIGHT_HEADING = re.compile(r"(#{1,6})(?=[^#\s])")
MARKER = re.compile(r"\s*(?:[-+*]|\d{1,9}[.)])([ \t]*)")
BOX = re.compile(r"(?:!!!|\?\?\?\+?)[ \t]+\w|===\+?[ \t]+\"")
"""The head of an admonition or of a content tab (MkDocs); what is indented below it is its content."""
TAB = 4
DEEPEST = 10 * TAB
"""How far in a box may stand: each is read on its own, so that no file can ask for more than a few readings."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A block: lines `start` to `end` (0-based, half open), from character `column` of its first line.

    `stop` ends it within its last line (None: the whole line). `title` is the inline source of a heading or
    paragraph, or the summary of `details`; `level` the level of a heading; `number` that of an ordered item;
    `children` the items of a list, or the blocks of an item or of `details`; `margin` the columns of white
    space and list markers that its container puts before it.
    """

    kind: str
    start: int
    end: int
    column: int = 0
    stop: int | None = None
    title: str = ""
    level: int = 0
    number: int | None = None
    children: tuple[Piece, ...] = ()
    margin: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A file's lines and its top-level pieces in order; together the pieces hold every line that is not blank.

    `definitions` are the addresses of reference links, by normalised label. `chosen`: a person chose the dialect,
    so that everything it could read as a question is one. `linked`: a line that is nothing but a link may ask.
    `cards`: a list of terms (`**term**: …`) is one of cards.
    """

    lines: tuple[str, ...]
    pieces: tuple[Piece, ...]
    definitions: Mapping[str, str]
    chosen: bool = False
    linked: bool = False
    cards: bool = False


def page(text: str, body_line: int) -> Page:
    """The pieces of a file's text from line `body_line` (1-based) on; numbers are those of the whole file."""
    lines = tuple(text.split("\n"))
    skipped = body_line - 1
    env: dict[str, Any] = {}
    tokens = markdown.parse("\n" * skipped + "\n".join(lines[skipped:]), env)
    pieces = _Builder(lines).build(tokens, skipped, len(lines))
    definitions = {label: str(found["href"]) for label, found in env.get("references", {}).items()}
    return Page(lines, pieces, definitions)


def columns(line: str, stop: int | None = None) -> int:
    """The width in columns of `line[:stop]`, tabs reaching to multiples of four."""
    width = 0
    for character in line[:stop]:
        width += TAB - width % TAB if character == "\t" else 1
    return width


def indent(line: str) -> int:
    """How many white-space characters `line` starts with."""
    return len(line) - len(line.lstrip(" \t"))


class _Builder:
    """Turns one file's tokens into pieces."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    def build(self, tokens: Sequence[Token], start: int, end: int) -> tuple[Piece, ...]:
        pieces, _ = self._blocks(tokens, 0, 0)
        return html.fold_details(self._whole(pieces, start, end), self._lines)

    def _blocks(self, tokens: Sequence[Token], at: int, margin: int) -> tuple[list[Piece], int]:
        """The pieces from token `at` to the one that closes its container, and the index of that."""
        pieces: list[Piece] = []
        while at < len(tokens) and tokens[at].nesting >= 0:
            token = tokens[at]
            if token.type == "code_block" and pieces and self._is_boxed(pieces[-1], token, margin):
                pieces.extend(self._box(token, margin + TAB))
                at += 1
            elif token.nesting == 0:
                pieces.extend(self._leaf(token, margin))
                at += 1
            elif token.type in ("bullet_list_open", "ordered_list_open", "list_item_open"):
                piece, at = self._container(tokens, at, margin)
                pieces.append(piece)
            else:
                close = _closing(tokens, at)
                pieces.extend(self._closed(tokens[at:close], margin))
                at = close + 1
        return pieces, at

    def _is_boxed(self, before: Piece, token: Token, margin: int) -> bool:
        """Whether indented lines are the content of a box, right below its head or below more of its content."""
        return margin < DEEPEST and (bool(BOX.match(before.title)) or before.margin > margin)

    def _box(self, token: Token, margin: int) -> list[Piece]:
        """The pieces in the content of a box, which stands `margin` columns deep; its lines are read once more."""
        start, end = token.map or (0, 0)
        inner = [line[self._column_of(line, margin) :] for line in self._lines[start:end]]
        pieces, _ = self._blocks(markdown.parse("\n" * start + "\n".join(inner)), 0, margin)
        return pieces

    def _container(self, tokens: Sequence[Token], at: int, margin: int) -> tuple[Piece, int]:
        token = tokens[at]
        start, end = self._trim(token.map or [0, 0])
        column = self._column(start, margin)
        inner = self._content(start, column) if token.type == "list_item_open" else margin
        children, close = self._blocks(tokens, at + 1, inner)
        if token.type == "list_item_open":
            children = list(html.fold_details(self._whole(children, start, end, inner), self._lines))
        number = int(token.info) if token.type == "list_item_open" and token.info.isdigit() else None
        piece = Piece(KINDS[token.type], start, end, column, margin=margin, number=number)
        return replace(piece, children=tuple(children)), close + 1

    def _content(self, start: int, column: int) -> int:
        """The column at which the content of the list item begins whose marker stands at `column`."""
        line = self._lines[start]
        match = MARKER.match(line, column)
        if match is None:
            return columns(line, column) + 2
        marker = columns(line, match.start(1))
        gap = columns(line, match.end()) - marker
        return marker + (gap if 1 <= gap <= TAB and match.end() < len(line) else 1)

    def _column(self, start: int, margin: int) -> int:
        """Where on its first line a piece begins that stands `margin` columns deep."""
        line = self._lines[start]
        at = self._column_of(line, margin)
        return at + indent(line[at:])

    @staticmethod
    def _column_of(line: str, margin: int) -> int:
        """How many characters fill the first `margin` columns."""
        at = width = 0
        while at < len(line) and width < margin:
            width += TAB - width % TAB if line[at] == "\t" else 1
            at += 1
        return at

    def _trim(self, lines: Sequence[int]) -> tuple[int, int]:
        start, end = lines
        while end > start + 1 and not self._lines[end - 1].strip():
            end -= 1
        return start, end

    def _leaf(self, token: Token, margin: int) -> Iterator[Piece]:
        if not token.map:
            return
        start, end = self._trim(token.map)
        kind = KINDS.get(token.type, "paragraph")
        piece = Piece(kind, start, end, self._column(start, margin), margin=margin)
        if kind == "html":
            yield from html.split_headings(piece, self._lines)
        else:
            yield piece

    def _closed(self, tokens: Sequence[Token], margin: int) -> Iterator[Piece]:
        """A piece whose inside is of no interest: heading, paragraph, table, quote, footnote."""
        first = tokens[0]
        if not first.map:
            return
        start, end = self._trim(first.map)
        kind = KINDS.get(first.type, "paragraph")
        title = tokens[1].content if kind in ("heading", "paragraph") and len(tokens) > 1 else ""
        level = int(first.tag[1]) if kind == "heading" else 0
        piece = Piece(kind, start, end, self._column(start, margin), None, title, level, margin=margin)
        if kind == "heading" and first.markup in ("-", "="):
            yield from self._setext(piece)
        elif kind == "paragraph":
            yield from self._paragraph(piece)
        else:
            yield piece

    def _setext(self, piece: Piece) -> Iterator[Piece]:
        """A long text above a `---` was meant as a paragraph and a rule."""
        title = piece.title.strip()
        if (
            "\n" not in title
            and len(title) <= 80
            and not title.endswith(("。", ".", "；", ";", "，", ":", "："))
        ):
            yield piece
            return
        below = piece.end - 1
        yield from self._paragraph(replace(piece, kind="paragraph", end=below, level=0))
        yield Piece("rule", below, piece.end, self._column(below, piece.margin), margin=piece.margin)

    def _paragraph(self, piece: Piece) -> Iterator[Piece]:
        """The paragraph, cut where a line of it was meant as a heading."""
        texts = piece.title.split("\n")
        done = 0
        for k, text in enumerate(texts):
            match = TIGHT_HEADING.match(text.lstrip())
            if match and _is_heading(text.lstrip(), len(match[1])):
                yield from self._lines_of(piece, texts, done, k)
                yield replace(
                    self._line(piece, k, k + 1), kind="heading", title=_title(text), level=len(match[1])
                )
                done = k + 1
        yield from self._lines_of(piece, texts, done, len(texts))

    def _lines_of(self, piece: Piece, texts: Sequence[str], first: int, last: int) -> Iterator[Piece]:
        if first == 0 and last == len(texts):
            yield piece
        elif first < last:
            yield replace(self._line(piece, first, last), title="\n".join(texts[first:last]))

    def _line(self, piece: Piece, first: int, last: int) -> Piece:
        start = piece.start + first
        column = piece.column if first == 0 else indent(self._lines[start])
        return replace(piece, start=start, end=piece.start + last, column=column)

    def _whole(self, pieces: Sequence[Piece], start: int, end: int, margin: int = 0) -> list[Piece]:
        """The pieces, with one of kind `definition` for every run of lines that no token covers."""
        whole: list[Piece] = []
        for piece in pieces:
            whole.extend(self._gap(start, piece.start, margin))
            whole.append(piece)
            start = max(start, piece.end)
        return [*whole, *self._gap(start, end, margin)]

    def _gap(self, start: int, end: int, margin: int) -> Iterator[Piece]:
        first: int | None = None
        for k in range(start, end + 1):
            filled = k < end and bool(self._lines[k].strip())
            if filled and first is None:
                first = k
            elif not filled and first is not None:
                yield Piece("definition", first, k, self._column(first, margin), margin=margin)
                first = None


def _closing(tokens: Sequence[Token], at: int) -> int:
    depth = 0
    for k in range(at, len(tokens)):
        depth += tokens[k].nesting
        if depth == 0:
            return k
    return len(tokens) - 1


def _is_heading(text: str, level: int) -> bool:
    """Whether `##text` was meant as a heading; `#word` is a tag in Obsidian, a directive in C."""
    if level > 1:
        return True
    return bool(re.match(r"#(\d{1,3}[.、)]|[一二三四五六七八九十]+、|[\u4e00-\u9fff].*[?？]$)", text))


def _title(text: str) -> str:
    return text.strip().lstrip("#").rstrip("#").strip()
