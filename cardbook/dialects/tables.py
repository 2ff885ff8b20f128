"""Two-column tables of question and answer, in Markdown or HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cardbook.dialects.asking import NOMINAL, title
from cardbook.dialects.html import html_rows
from cardbook.dialects.marks import SHAPED, Event, Mark
from cardbook.dialects.pieces import Page, Piece
from cardbook.reading import markdown

QUESTION = re.compile(
    r"\W*(?:问题?|题目|面试题|(?:interview )?questions?(?: (?:title|name|text))?|q|prompt|front|正面)\W*",
    re.IGNORECASE,
)
ANSWER = re.compile(
    r"\W*(?:答|答案|回答|解答|解析|参考答案|(?:回答|答题)?要点|answers?|a|back|背面|response|key points?)\W*",
    re.IGNORECASE,
)
CELL = re.compile(r"(?:\\.|`[^`]*`|\$[^$|]*\$|[^|\\])+|\|")


def tables(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """The rows of each table that holds questions and answers."""
    return [event for piece in pieces for event in _events(piece, page)]


def _events(piece: Piece, page: Page) -> Iterator[Event]:
    if piece.kind == "html":
        yield from _html_events(piece, page)
        return
    rows = [_cells(page.lines[k]) for k in range(piece.start, piece.end)] if piece.kind == "table" else []
    if len(rows) == 2 and (mark := _headed(piece, rows[0], page)):
        yield mark
        return
    chosen = _columns(piece, rows, page)
    if chosen is None:
        yield piece
        return
    question, answer, explicit = chosen
    yield replace(piece, end=piece.start + 2, kind="table head")
    for k, cells in enumerate(rows[2:], piece.start + 2):
        row = replace(piece, kind="paragraph", start=k, end=k + 1)
        if len(cells) > question:
            yield _mark(row, cells, question, answer, explicit, page.lines[k])
        else:
            yield row


def _headed(piece: Piece, cells: Sequence[tuple[int, int]], page: Page) -> Mark | None:
    """A table that is no more than a head with a number and a question, which is answered below it."""
    line = page.lines[piece.start]
    if len(cells) != 2 or not re.fullmatch(r"\d{1,4}\W?", line[slice(*cells[0])]):
        return None
    found = title(line[slice(*cells[1])])
    return Mark(found, replace(piece, column=cells[1][0]), weight=SHAPED) if found.text else None


def _html_events(piece: Piece, page: Page) -> Iterator[Event]:
    """The rows of an HTML table of questions and answers, or the piece itself."""
    rows = [row for row in html_rows(piece, page.lines) if len(row) > 1]
    named = bool(rows) and QUESTION.fullmatch(rows[0][-2].title) is not None
    asking = sum(title(row[-2].title).asks >= NOMINAL for row in rows)
    if not rows or not (named or asking >= 0.6 * len(rows)):
        yield piece
        return
    for row in rows[1:] if named else rows:
        body = (row[-1],) if row[-1].title else ()
        yield Mark(title(row[-2].title), row[-2], body, explicit=named)


def _mark(
    row: Piece, cells: Sequence[tuple[int, int]], question: int, answer: int, explicit: bool, line: str
) -> Mark:
    start, stop = cells[question]
    head = replace(row, column=start, stop=stop)
    body: tuple[Piece, ...] = ()
    if len(cells) > answer and line[slice(*cells[answer])]:
        start, stop = cells[answer]
        body = (replace(row, column=start, stop=stop, title=line[start:stop]),)
    return Mark(title(line[slice(*cells[question])]), head, body, explicit)


def _columns(
    piece: Piece, rows: Sequence[Sequence[tuple[int, int]]], page: Page
) -> tuple[int, int, bool] | None:
    """The columns of question and answer, and whether the header names them; None if this is another table."""
    if len(rows) < 3:
        return None
    names = [markdown.plain(page.lines[piece.start][slice(*cell)]) for cell in rows[0]]
    question = next((k for k, name in enumerate(names) if QUESTION.fullmatch(name)), None)
    answer = next((k for k, name in enumerate(names) if ANSWER.fullmatch(name)), None)
    if question is not None and answer is not None:
        return question, answer, True
    if question is None and not 2 <= len(names) <= 3:
        return None
    column = len(names) - 2 if question is None else question
    asked = [
        title(page.lines[k][slice(*row[column])])
        for k, row in enumerate(rows[2:], piece.start + 2)
        if len(row) > column
    ]
    if sum(t.asks >= NOMINAL and not t.anchors for t in asked) < 0.6 * len(rows[2:]):
        return None
    return column, column + 1 if column + 2 == len(names) else len(names), False


def _cells(line: str) -> list[tuple[int, int]]:
    """Where the cells of a row begin and end, white space trimmed."""
    bounds, start = [], 0
    for match in CELL.finditer(line):
        if match[0] == "|":
            bounds.append((start, match.start()))
            start = match.end()
    bounds.append((start, len(line)))
    if not line[slice(*bounds[0])].strip():
        bounds = bounds[1:]
    if bounds and not line[slice(*bounds[-1])].strip():
        bounds = bounds[:-1]
    return [_trimmed(line, *bound) for bound in bounds]


def _trimmed(line: str, start: int, stop: int) -> tuple[int, int]:
    cell = line[start:stop]
    start += len(cell) - len(cell.lstrip())
    return start, max(start, start + len(cell.strip()))
