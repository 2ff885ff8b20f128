"""HTML inside notes: headings, `<details>` and tables, found by a real parser, with their places."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cardbook.dialects.pieces import Piece
from cardbook.limits import MAX_NESTING

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
SUMMARY = frozenset(("summary",))
MAX_SUMMARY = 5
"""Blocks in which the summary of `<details>` is looked for."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element with its places: `start` before its tag, `inner` after it, `close` before its end tag, `end`
    after that. Places are (line, column), both 0-based; `text` is what it shows, tags left out."""

    tag: str
    start: tuple[int, int]
    inner: tuple[int, int]
    close: tuple[int, int]
    end: tuple[int, int]
    text: str


class _Finder(HTMLParser):
    """Collects elements of some tags, and where tags open and close."""

    def __init__(self, tags: frozenset[str]) -> None:
        super().__init__(convert_charrefs=False)
        self._tags = tags
        self._open: list[tuple[str, tuple[int, int], tuple[int, int], int]] = []
        self._shown: list[str] = []
        self._source: Sequence[str] = ()
        self.found: list[Element] = []
        self.balance: list[tuple[int, tuple[int, int], tuple[int, int]]] = []

    def run(self, lines: Sequence[str]) -> _Finder:
        self._source = lines
        with contextlib.suppress(AssertionError):  # how the parser gives up on a broken `<![`
            self.feed("\n".join(lines))
        return self

    def _place(self) -> tuple[int, int]:
        line, column = self.getpos()
        return line - 1, column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._tags:
            return
        place = self._place()
        inner = _after(place, self.get_starttag_text() or "")
        self._open.append((tag, place, inner, len(self._shown)))
        self.balance.append((1, place, inner))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._tags:
            return
        place = self._place()
        line = self._source[place[0]]
        end = (place[0], line.find(">", place[1]) + 1 or len(line))
        self.balance.append((-1, place, end))
        for k in range(len(self._open) - 1, max(len(self._open) - 20, -1), -1):
            if self._open[k][0] == tag:
                _, start, inner, shown = self._open[k]
                del self._open[k:]
                text = "".join(self._shown[shown:])
                self.found.append(Element(tag, start, inner, place, end, text))
                return

    def handle_data(self, data: str) -> None:
        if self._open:
            self._shown.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")


def _after(place: tuple[int, int], tag: str) -> tuple[int, int]:
    line = place[0] + tag.count("\n")
    return (line, place[1] + len(tag)) if line == place[0] else (line, len(tag) - tag.rfind("\n") - 1)


def elements(lines: Sequence[str], tags: frozenset[str]) -> list[Element]:
    """The closed elements of `tags` in some lines of HTML, in the order in which they end."""
    return _Finder(tags).run(lines).found


def html_rows(piece: Piece, lines: Sequence[str]) -> list[list[Piece]]:
    """The rows of the tables in an HTML block, each a list of its cells; a cell's title is its text."""
    own = _own(piece, lines)
    if not any("<t" in line or "<T" in line for line in own):
        return []
    rows: list[list[Piece]] = []
    for element in elements(own, frozenset(("tr", "td", "th"))):
        if element.tag == "tr":
            rows.append([])
        elif element.tag in ("td", "th"):
            rows = rows or [[]]
            rows[-1].append(_cell(piece, element))
    return [row for row in rows if row]


def _cell(piece: Piece, element: Element) -> Piece:
    start, end = piece.start + element.inner[0], piece.start + element.close[0]
    title = " ".join(element.text.split())
    return replace(
        piece, start=start, end=end + 1, column=element.inner[1], stop=element.close[1], title=title, margin=0
    )


def split_headings(piece: Piece, lines: Sequence[str]) -> list[Piece]:
    """An HTML block, cut into its headings and what stands between them."""
    own = list(lines[piece.start : piece.end])
    if not any("<h" in line or "<H" in line for line in own):
        return [piece]
    found = [e for e in elements(own, HEADINGS) if e.text.strip()]
    pieces: list[Piece] = []
    done = piece.start
    for element in found:
        start, end = piece.start + element.start[0], piece.start + element.end[0] + 1
        if start < done or own[element.end[0]][element.end[1] :].strip().startswith(
            ("</td", "</th", "</summary")
        ):
            continue
        pieces.extend(_rest(piece, done, start, lines))
        title = " ".join(element.text.split())
        pieces.append(
            replace(piece, kind="heading", start=start, end=end, title=title, level=int(element.tag[1]))
        )
        done = end
    pieces.extend(_rest(piece, done, piece.end, lines))
    return pieces


def _rest(piece: Piece, start: int, end: int, lines: Sequence[str]) -> list[Piece]:
    while start < end and not lines[start].strip():
        start += 1
    if start >= end:
        return []
    column = piece.column if start == piece.start else len(lines[start]) - len(lines[start].lstrip())
    return [replace(piece, start=start, end=end, column=column)]


def fold_details(pieces: Sequence[Piece], lines: Sequence[str]) -> tuple[Piece, ...]:
    """The pieces, with those from a `<details>` to its end tag made into one piece of kind `details`.

    One pass with a stack: what never closes stays as it is, as does what lies deeper than `MAX_NESTING`.
    """
    folded: list[Piece] = []
    opened: list[int] = []
    for piece in pieces:
        for part, opens, closes in _split_details(piece, lines):
            if opens:
                opened.append(len(folded))
            folded.append(part)
            if closes and opened:
                first = opened.pop()
                if len(opened) < MAX_NESTING:
                    folded[first:] = [_details(folded[first:], lines)]
    return tuple(folded)


def _split_details(piece: Piece, lines: Sequence[str]) -> list[tuple[Piece, bool, bool]]:
    """The piece, cut before each `<details>` and after each `</details>`; with whether a part opens, closes."""
    if piece.kind not in ("html", "paragraph"):
        return [(piece, False, False)]
    tags = _tags(piece, lines)
    if not tags:
        return [(piece, False, False)]
    parts: list[tuple[Piece, bool, bool]] = []
    done, opens = (piece.start, piece.column), False
    for step, start, end in tags:
        cut = start if step > 0 else end
        for part in _cut([piece], done, cut, lines):
            parts.append((part, opens, step < 0))
        done, opens = cut, step > 0
    for part in _cut([piece], done, (piece.end - 1, len(lines[piece.end - 1])), lines):
        parts.append((part, opens, False))
    return parts


def _tags(piece: Piece, lines: Sequence[str]) -> list[tuple[int, tuple[int, int], tuple[int, int]]]:
    """The tags of `<details>` in the piece: 1 or -1, and where each starts and ends, as places in the file."""
    own = _own(piece, lines)
    if not any("details" in line.lower() for line in own):
        return []
    found = _Finder(frozenset(("details",))).run(own).balance
    return [(step, (piece.start + a, b), (piece.start + c, d)) for step, (a, b), (c, d) in found]


def _own(piece: Piece, lines: Sequence[str]) -> list[str]:
    """The piece's lines; what stands before it is blanked, so that columns stay."""
    own = list(lines[piece.start : piece.end])
    own[-1] = own[-1][: piece.stop]
    own[0] = " " * piece.column + own[0][piece.column :]
    return own


def _details(pieces: Sequence[Piece], lines: Sequence[str]) -> Piece:
    """One `details` piece: its title the summary, its children what it hides."""
    first, last = pieces[0], pieces[-1]
    summary = next((found for top in _tops(pieces) for found in elements(_own(top, lines), SUMMARY)), None)
    title = " ".join(summary.text.split()) if summary else ""
    return replace(
        first, kind="details", end=last.end, title=title, level=0,
        children=tuple(_hidden(pieces, summary, lines)),
    )  # fmt: skip


def _tops(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The first piece, and the first ones together: blank lines may stand before and in a summary."""
    yield pieces[0]
    for below in pieces[1:MAX_SUMMARY]:
        if below.kind == "details":
            return
        yield replace(pieces[0], end=below.end, stop=below.stop)


def summary_of(piece: Piece, lines: Sequence[str]) -> Piece | None:
    """The text of the summary in a piece that begins with `<details>`, as a piece of its own."""
    found = next(iter(elements(_own(piece, lines), SUMMARY)), None)
    if not found:
        return None
    start, end = piece.start + found.inner[0], piece.start + found.close[0]
    title = " ".join(found.text.split())
    return replace(
        piece, kind="paragraph", start=start, end=end + 1, column=found.inner[1], stop=found.close[1],
        title=title, children=(),
    )  # fmt: skip


def _hidden(pieces: Sequence[Piece], summary: Element | None, lines: Sequence[str]) -> list[Piece]:
    """The pieces between the summary and the end tag, the tags themselves cut off."""
    first, last = pieces[0], pieces[-1]
    start = _tags(first, lines)[0][2]
    if summary:
        start = (first.start + summary.end[0], summary.end[1])
    end = _tags(last, lines)[-1][1]
    return _cut(pieces, start, end, lines)


def _cut(
    pieces: Sequence[Piece], start: tuple[int, int], end: tuple[int, int], lines: Sequence[str]
) -> list[Piece]:
    """The part of the pieces between two places; empty ones left out."""
    kept: list[Piece] = []
    for piece in pieces:
        if (piece.start, piece.column) < start:
            piece = _from(piece, start, lines)
        if piece.end - 1 >= end[0] and (piece.end - 1, piece.stop or len(lines[piece.end - 1])) > end:
            piece = replace(piece, end=end[0] + 1, stop=end[1])
            piece = _trim_end(piece, lines)
        text = "\n".join(_own(piece, lines)) if piece.start < piece.end else ""
        if text.strip():
            kept.append(replace(piece, title=_unindented(text)) if piece.kind == "paragraph" else piece)
    return kept


def _from(piece: Piece, place: tuple[int, int], lines: Sequence[str]) -> Piece:
    line, column = place
    while line < piece.end and not lines[line][column:].strip():
        line, column = line + 1, 0
    if line >= piece.end:
        return replace(piece, start=piece.end)
    column += len(lines[line][column:]) - len(lines[line][column:].lstrip())
    return replace(piece, start=line, column=column)


def _trim_end(piece: Piece, lines: Sequence[str]) -> Piece:
    while piece.end > piece.start and not lines[piece.end - 1][: piece.stop].strip():
        piece = replace(piece, end=piece.end - 1, stop=None)
    return piece


def _unindented(text: str) -> str:
    """The source of a paragraph, as the parser gives it: white space before its lines does not count."""
    return "\n".join(line.lstrip() for line in text.rstrip().split("\n"))
