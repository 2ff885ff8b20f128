"""The headings of a page as a tree of sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from cardbook.dialects.asking import ASKED, NOMINAL, STRONG, Title, asks, title
from cardbook.dialects.items import MAX_HEAD, split
from cardbook.dialects.marks import Mark, Reading
from cardbook.dialects.pieces import Page, Piece
from cardbook.dialects.words import pattern

COUNTED = re.compile(r"(\d{1,3})\s+(?=\S)")
ONLY_NUMBER = re.compile(
    r"\W*(?:(?:[A-Z]\w+ )?(?:Q|Question|Problem)|问题?|题目?|面试题|第)?\s*(?:No\.?|\#)?\s*"
    r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*[题问道]?\W*",
    re.IGNORECASE,
)
"""A heading that is no more than a number."""
QUESTION = re.compile(
    r"\W*(?:(?:Interview )?Questions?|Problem|Front|(?:问题|题目)(?:描述)?|面试题|正面)\W*", re.IGNORECASE
)
"""A heading that says no more than that a question follows."""
LABEL = pattern(r"\W*{answers}\W*")
"""A heading that says no more than that an answer follows."""
NOBODY = Title("", "", (), 0.0, False, False)


@dataclass(slots=True)
class Section:
    """A heading, the blocks below it up to the next heading, and its sub-sections. The root has no heading.

    `reading` is what the best dialect makes of the blocks; `content` whether they hold anything that could be
    an answer; `answered` whether they say that they answer; `cards` whether the questions in `reading` stand for
    themselves amid the answer to the heading, which is its `lead`.
    """

    heading: Piece | None = None
    title: Title = NOBODY
    level: int = 0
    body: tuple[Piece, ...] = ()
    kids: list[Section] = field(default_factory=list)
    reading: Reading = field(default_factory=Reading)
    content: bool = False
    furniture: str = ""
    answered: bool = False
    cards: bool = False

    @property
    def asks(self) -> bool:
        """Whether the heading plainly asks; 区别 alone does not, it is a part of an answer."""
        return self.title.asks >= NOMINAL and not is_part(self.title)

    @property
    def marked(self) -> bool:
        """Whether the heading says of itself that it is a question (`Q:`, `题目 3：`), or the text below that it
        answers; none is part of another."""
        return self.answered or bool(ASKED.fullmatch(self.title.number))

    def walk(self) -> Iterator[Section]:
        """The section and all below it, in order."""
        stack = [self]
        while stack:
            section = stack.pop()
            yield section
            stack.extend(reversed(section.kids))

    def pieces(self) -> Iterator[Piece]:
        """All pieces below the heading, sub-headings included, in order."""
        for section in self.walk():
            if section is not self and section.heading:
                yield section.heading
            yield from section.body


T = TypeVar("T", Section, Mark)


def outline(page: Page) -> Section:
    """The tree of sections of a page."""
    root = Section()
    path = [root]
    body: list[Piece] = []
    for piece in flatten(page.pieces):
        if piece.kind != "heading" or title(piece.title).pictured:
            body.append(piece)
            continue
        path[-1].body, body = tuple(body), []
        section = Section(piece, title(piece.title), piece.level)
        while path[-1].level >= piece.level:
            path.pop()
        if section.marked:
            del path[next((k for k, above in enumerate(path) if above.marked), len(path)) :]
        path[-1].kids.append(section)
        path.append(section)
    path[-1].body = tuple(body)
    for section in root.walk():
        section.kids = count_off(section.kids)
        answered = any(LABEL.fullmatch(kid.title.text) for kid in section.kids)
        for kid in section.kids:
            asked = answered and QUESTION.fullmatch(kid.title.text)
            if asked or ONLY_NUMBER.fullmatch(kid.title.text):
                _name(kid, page)
            if asked:
                kid.title = replace(kid.title, asks=STRONG)
        if not answered:
            _take_in(section, page)
    return root


def _take_in(parent: Section, page: Page) -> None:
    """Where a heading only says that a question follows (`面试题`), and none after it asks, all of them answer it."""
    first, *others = parent.kids or [parent]
    text = first.body[0] if first.body else None
    if text is None or text.kind != "paragraph" or not QUESTION.fullmatch(first.title.text):
        return
    if (
        others
        and split(text, page, by_line=True)[1].asks >= NOMINAL
        and not any(s.asks for s in parent.walk())
    ):
        _name(first, page)
        first.kids, parent.kids = parent.kids[1:], [first]


def _name(section: Section, page: Page) -> None:
    """Let a heading that only counts ("Question 3") say what the line below it asks."""
    first = section.body[0] if section.body else None
    if first and first.kind == "paragraph":
        head, found, tail = split(first, page, by_line=True)
        if found.bold or found.asks or len(found.text) <= MAX_HEAD:
            section.heading, section.title = head, found
            section.body = (*tail, *section.body[1:])
            return
    if section.kids or not re.search(r"[^\W\d_]", section.title.text):
        section.title = NOBODY
    elif section.body:
        section.title = replace(section.title, asks=STRONG)


def count_off(marks: Sequence[T]) -> list[T]:
    """Sections or marks, without the numbers of those that are counted without any mark (`1 Python …`, `2 …`)."""
    found = [COUNTED.match(mark.title.text) for mark in marks]
    numbers = [int(match[1]) for match in found if match]
    if len(numbers) < 3 or sorted(set(numbers)) != numbers or len(numbers) < 0.6 * len(marks):
        return list(marks)
    return [
        replace(mark, title=_without(mark.title, match)) if match else mark
        for mark, match in zip(marks, found, strict=True)
    ]


def _without(counted: Title, number: re.Match[str]) -> Title:
    text = counted.text[number.end() :]
    return replace(counted, text=text, number=number[1], asks=max(counted.asks, asks(text)))


def flatten(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces, with lists whose items begin with a heading (`1. ### What is …?`) taken apart."""
    for piece in pieces:
        items = piece.children if piece.kind in ("bullets", "ordered") else ()
        headed = [bool(item.children) and item.children[0].kind == "heading" for item in items]
        if sum(headed) * 2 <= len(headed) or not headed:
            yield piece
            continue
        for item, has_heading in zip(items, headed, strict=True):
            if has_heading:
                yield replace(item.children[0], start=item.start, column=item.column)
                yield from item.children[1:]
            else:
                yield replace(piece, start=item.start, end=item.end, children=(item,))


def share(values: Sequence[bool]) -> float:
    """The share of true values; 0 for none."""
    return sum(values) / len(values) if values else 0.0


FACET = pattern(r"\W*{facet_leads}?{facets}(?:\s*{facets})?\W*\d*\W*")


def is_part(found: Title) -> bool:
    """Whether a title names only a part of an answer (定义, 优点, Example), and does not ask for it (Output?)."""
    return bool(FACET.fullmatch(found.text)) and not found.text.endswith(("?", "？"))


def is_label(section: Section | None) -> bool:
    """Whether a heading says no more than that an answer follows."""
    return bool(section and LABEL.fullmatch(section.title.text))


def is_facet(section: Section) -> bool:
    """Whether a heading names only a part of an answer."""
    return is_part(section.title)
