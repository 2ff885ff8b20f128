"""Questions as lines of plain text: counted (`1、什么…`), or ending in a question mark."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cardbook.dialects.asking import ENDS, MARK, NOMINAL, Title, is_order, title
from cardbook.dialects.items import MAX_HEAD, MAX_QUESTION, cut
from cardbook.dialects.marks import Event, Mark
from cardbook.dialects.outline import share
from cardbook.dialects.paragraphs import events, paragraph_mark
from cardbook.dialects.pieces import Page, Piece

RUN = 3
"""Questions in a paragraph that make it a list of questions, one on each line."""


def lines(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """The members of the series that counts questions; without one, the paragraphs that begin with a question."""
    apart = [list(_apart(piece, page)) for piece in pieces]
    runs = {part.start for parts in apart if len(parts) >= RUN for part in parts}
    parts = [part for cut_apart in apart for part in cut_apart]
    marks = [paragraph_mark(part, page) for part in parts]
    if page.chosen:
        return events(
            parts, [m if m and (m.title.number or m.title.asks >= NOMINAL) else None for m in marks]
        )
    series = _series([mark for mark in marks if mark and mark.title.number])
    if series:
        return [
            replace(m, weight=1.0) if m and m in series else part
            for part, m in zip(parts, marks, strict=True)
        ]
    listed = [bool(m) and part.start in runs for part, m in zip(parts, marks, strict=True)]
    marks = [replace(m, weight=1.0) if m and among else m for m, among in zip(marks, listed, strict=True)]
    asked = [m if m and _asks(m.title, among) else None for m, among in zip(marks, listed, strict=True)]
    if sum(mark is not None for mark in asked) > 1:
        plain = not all(mark.title.bold for mark in asked if mark)
        asked = [a or (m if m and _orders(m, plain) else None) for a, m in zip(asked, marks, strict=True)]
    return events(parts, asked)


def _apart(piece: Piece, page: Page) -> Iterator[Piece]:
    """A paragraph of which most lines are questions, a piece for each."""
    texts = piece.title.split("\n") if piece.kind == "paragraph" else []
    asking = [title(text).asks >= NOMINAL and len(text) <= MAX_QUESTION for text in texts]
    asking = asking if any(map(MARK.search, texts)) else []
    if sum(asking) >= RUN and share(asking) > 0.6:
        yield from cut(piece, [k for k, asks in enumerate(asking) if asks], page)
    else:
        yield piece


def _asks(found: Title, listed: bool) -> bool:
    """Whether a line of text is a question, and not only a sentence with a word of asking in it; among others, each on
    its line (`listed`), the word is enough."""
    return found.asks >= NOMINAL and (listed or bool(found.number or ENDS.search(found.text)))


def _orders(mark: Mark, plain: bool) -> bool:
    """Whether a paragraph of one line is an order (Explain …); among bold questions it is bold, too."""
    text = mark.title.text
    return not mark.body and (plain or mark.title.bold) and not text[0].islower() and is_order(text)


def _series(marks: Sequence[Mark]) -> list[Mark]:
    """The marks that count questions, in the style of number (`1、` or `（1）`) in which most ask."""
    styles: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        styles[re.sub(r"\d+", "1", mark.title.number)].append(mark)
    found = [_counted(style) for style in styles.values()]
    sound = [run for run in found if len(run) > 1 and share([m.title.asks >= NOMINAL for m in run]) >= 0.6]
    return max(sound, key=len, default=[])


def _counted(marks: Sequence[Mark]) -> list[Mark]:
    """The marks that ask, and the short ones whose number follows on them."""
    run: list[Mark] = []
    last: int | None = None
    for mark in marks:
        digits = re.search(r"\d+", mark.title.number)
        number = int(digits[0]) if digits else None
        follows = last is not None and number == last + 1 and len(mark.title.text) <= MAX_HEAD
        if mark.title.asks >= NOMINAL or follows:
            run.append(mark)
            last = number
    return run
