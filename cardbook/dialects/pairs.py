"""`Q:` and `A:`, `问：` and `答：`, `Q.` and `A.`, bold or not, on lines of their own or in one paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
    rf"\s*([*_]{{1,3}})?\s*(?:A(?:ns(?:wer)?)?|Back|答案?|回答|解答|[背反]面)\s*\d{{0,4}}\s*[.、]?{BOLD}[:：]"
    r"\s*(?:(?(1)\1|[*_]{2,3})\s*)?",  # the end of the bold, but no marker of a list
    re.IGNORECASE,
)
DOT = rf"\s*(?:[.．)）]|\s[-–—](?=\s)){BOLD}(?=[\s*_]|$)"
DOTTED = re.compile(rf"{BOLD}Q(?:uestion)?\s?\d{{0,4}}{DOT}", re.IGNORECASE)
DOTTED_ANSWER = re.compile(rf"{BOLD}A(?:ns(?:wer)?)?\s?\d{{0,4}}{DOT}", re.IGNORECASE)
OPTION = re.compile(r"\W*B\s*[.．)）、]", re.IGNORECASE)
"""What stands beside an `A.` that is one of several to choose from."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What begins a question, and what an answer."""

    question: tuple[re.Pattern[str], ...] = (QUESTION,)
    answer: tuple[re.Pattern[str], ...] = (ANSWER,)

    def asks(self, line: str) -> re.Match[str] | None:
        """The label of a question at the beginning of a line."""
        return next(filter(None, (label.match(line) for label in self.question)), None)

    def answers(self, line: str) -> re.Match[str] | None:
        """The label of an answer at the beginning of a line."""
        return next(filter(None, (label.match(line) for label in self.answer)), None)


def _labels(pieces: Sequence[Piece]) -> Labels:
    """`A.` is the label of an answer only where `Q.` is one of questions, and nothing is to be chosen from."""
    lines = [line for piece in pieces if piece.kind == "paragraph" for line in piece.title.split("\n")]
    labelled = any(map(DOTTED.match, lines)) and any(map(DOTTED_ANSWER.match, lines))
    if not labelled or any(map(OPTION.match, lines)):
        return Labels()
    return Labels((QUESTION, DOTTED), (ANSWER, DOTTED_ANSWER))


def pairs(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """Each paragraph cut where a line of it begins with `Q:` or `A:`; below a paragraph that only counts a question
    (`**Question 3**`) the next one asks it."""
    labels = _labels(pieces)
    found: list[Event] = []
    counted = False
    for piece in pieces:
        if counted and piece.kind == "paragraph" and not labels.answers(piece.title):
            found[-1:] = [_question(piece, 0, page)]
        else:
            found.extend(_events(piece, page, labels))
        counted = piece.kind == "paragraph" and bool(COUNT.fullmatch(piece.title))
    return found


def _events(piece: Piece, page: Page, labels: Labels) -> Iterator[Event]:
    if piece.kind != "paragraph":
        yield piece
        return
    texts = piece.title.split("\n")
    starts = [k for k, text in enumerate(texts) if labels.asks(text) or labels.answers(text)]
    if not starts:
        yield piece
        return
    for part in cut(piece, starts, page):
        yield _event(part, page, labels)


def _event(part: Piece, page: Page, labels: Labels) -> Event:
    line = part.title.split("\n", 1)[0]
    if match := labels.asks(line):
        return _question(part, match.end(), page)
    if match := labels.answers(line):
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
