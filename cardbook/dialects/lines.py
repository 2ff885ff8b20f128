"""Questions as lines of plain text: counted (`1、什么…`), or ending in a question mark."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cardbook.dialects.asking import ENDS, MARK, NOMINAL, Title, is_name, is_order, title
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
    numbered = [mark for mark in marks if mark and mark.title.number]
    series = _series(numbered, only=len(numbered) == len(parts))
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
    """A paragraph of which most lines are questions, a piece for each; among them a name (…的公式) is one too."""
    texts = piece.title.split("\n") if piece.kind == "paragraph" else []
    asking = [title(text).asks >= NOMINAL and len(text) <= MAX_QUESTION for text in texts]
    asking = asking if any(map(MARK.search, texts)) else []
    if sum(asking) >= RUN and share(asking) > 0.6:
        heads = [k for k, asks in enumerate(asking) if asks or is_name(texts[k])]
        yield from cut(piece, heads, page)
    else:
        yield piece


def _asks(found: Title, listed: bool) -> bool:
    """Whether a line of text is a question, and not only a sentence with a word of asking in it; among others, each on
    its line (`listed`), the word is enough."""
    if listed:
        return found.asks >= NOMINAL or is_name(found.text)
    return found.asks >= NOMINAL and bool(found.number or ENDS.search(found.text))


def _orders(mark: Mark, plain: bool) -> bool:
    """Whether a paragraph of one line is an order (Explain …); among bold questions it is bold, too."""
    text = mark.title.text
    return not mark.body and (plain or mark.title.bold) and not text[0].islower() and is_order(text)


def _series(marks: Sequence[Mark], only: bool) -> list[Mark]:
    """The marks that count questions, in the style of number (`1、` or `（1）`) in which most ask; where nothing else
    stands between them (`only`), half as much asking is enough."""
    styles: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        styles[re.sub(r"\d+", "1", mark.title.number)].append(mark)
    found = [_counted(style) for style in styles.values()]
    bare = only and len(styles) == 1 and not any(mark.body for mark in marks)
    return max((run for run in found if len(run) > 1 and _sound(run, bare)), key=len, default=[])


def _sound(run: Sequence[Mark], bare: bool) -> bool:
    asked = sum(mark.title.asks for mark in run)
    return share([m.title.asks >= NOMINAL for m in run]) >= 0.6 or (bare and asked >= 0.5 * len(run))


def _counted(marks: Sequence[Mark]) -> list[Mark]:
    """The marks that ask, and the short ones whose number follows on them or leads from 1 to the first of them."""
    numbers = [int(found[0]) if (found := re.search(r"\d+", m.title.number)) else None for m in marks]
    asking = [mark.title.asks >= NOMINAL for mark in marks]
    first = asking.index(True) if True in asking else 0
    if numbers[: first + 1] != list(range(1, first + 2)):
        first = -1
    run: list[Mark] = []
    last: int | None = None
    for k, (mark, number) in enumerate(zip(marks, numbers, strict=True)):
        follows = k < first or (last is not None and number == last + 1)
        if asking[k] or (follows and len(mark.title.text) <= MAX_HEAD):
            run.append(mark)
            last = number
    return run
