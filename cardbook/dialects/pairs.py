"""`Q:` and `A:`, `问：` and `答：`, bold or not, on lines of their own or in one paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cardbook.dialects.asking import title
from cardbook.dialects.items import cut
from cardbook.dialects.marks import Event, Mark
from cardbook.dialects.pieces import Page, Piece, indent

BOLD = r"\s*[*_]{0,3}\s*"
QUESTION = re.compile(
    rf"{BOLD}(?:(?:Q(?:uestion)?|Front|问题?|题目|面试题|正面)\s*\d{{0,4}}(?:[_.-]\w{{1,3}})?\s*{BOLD}[:：]|Q(?:uestion)?\s*\d{{1,4}}\s*{BOLD}[.、)）:：\-])",
    re.IGNORECASE,
)
COUNT = re.compile(r"\W*(?:Question|Problem|问题|题目)\s*\d{1,4}\W*", re.IGNORECASE)
ANSWER = re.compile(
    rf"{BOLD}(?:A(?:ns(?:wer)?)?|Back|答案?|回答|解答|[背反]面)\s*\d{{0,4}}\s*[.、]?{BOLD}[:：]{BOLD}",
    re.IGNORECASE,
)


def pairs(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """Each paragraph cut where a line of it begins with `Q:` or `A:`; below a paragraph that only counts a question
    (`**Question 3**`) the next one asks it."""
    found: list[Event] = []
    counted = False
    for piece in pieces:
        if counted and piece.kind == "paragraph" and not ANSWER.match(piece.title):
            found[-1:] = [_question(piece, 0, page)]
        else:
            found.extend(_events(piece, page))
        counted = piece.kind == "paragraph" and bool(COUNT.fullmatch(piece.title))
    return found


def _events(piece: Piece, page: Page) -> Iterator[Event]:
    if piece.kind != "paragraph":
        yield piece
        return
    texts = piece.title.split("\n")
    starts = [k for k, text in enumerate(texts) if QUESTION.match(text) or ANSWER.match(text)]
    if not starts:
        yield piece
        return
    for part in cut(piece, starts, page):
        yield _event(part, page)


def _event(part: Piece, page: Page) -> Event:
    line = part.title.split("\n", 1)[0]
    if match := QUESTION.match(line):
        return _question(part, match.end(), page)
    if match := ANSWER.match(line):
        return _answer(part, match.end(), page)
    return part


def _answer(part: Piece, after: int, page: Page) -> Event:
    """What stands behind `A:`, from the next line if nothing does on its own."""
    answer = replace(part, column=part.column + after, title=part.title[after:])
    if answer.title.startswith("\n"):
        line = page.lines[part.start + 1]
        column = len(line) - len(line.lstrip())
        return replace(answer, start=part.start + 1, column=column, title=answer.title[1:])
    return answer


def _question(part: Piece, after: int, page: Page) -> Event:
    """The question behind `Q:`, or on the line below it if nothing else stands there: one line, what follows on the
    next ones is its answer; bold marks are dropped."""
    first, _, rest = part.title.partition("\n")
    asked = first[after:].strip()
    if rest and not asked.strip("*_ "):
        below = replace(part, start=part.start + 1, column=indent(page.lines[part.start + 1]), title=rest)
        return _question(below, 0, page)
    odd = asked.count("**") % 2 == 1  # one end of the emphasis stood before the colon
    found = title(asked.removeprefix("**").removesuffix("**") if odd else asked)
    if not found.text:
        return part
    head = replace(part, end=part.start + 1, title=first, stop=None if rest else part.stop)
    if not rest:
        return Mark(found, head, explicit=True)
    return Mark(found, head, (replace(part, start=part.start + 1, column=0, title=rest),), explicit=True)
