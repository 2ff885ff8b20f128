"""The frame of every file: which headings ask, which are chapters, and which belong to an answer.

Each heading becomes one of four things. A question: then everything below it, sub-headings included, is its
answer. A chapter: then its sub-headings are looked at, and the blocks right below it are given to the other
dialects. A part of the answer before it. Or furniture. What decides is how it reads, what it holds, and what its
neighbours are: people write their questions at one level, or at two where a chapter has no sub-headings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from cardbook.dialects import furniture
from cardbook.dialects.apart import set_apart
from cardbook.dialects.asking import STRONG, title
from cardbook.dialects.deciding import (
    CARDS,
    Shape,
    alone,
    answers_first,
    asks,
    is_collection,
    is_content,
    joins,
    shape_of,
)
from cardbook.dialects.flashcards import flashcards
from cardbook.dialects.habits import follow_habits, name_first, skip_repeated, trust_answers, weigh_asides
from cardbook.dialects.marks import Dialect, Entry, Left, Mark, Reading, best
from cardbook.dialects.outline import Section, is_label, is_part, outline, share
from cardbook.dialects.pieces import Page
from cardbook.dialects.single import is_single, name, single
from cardbook.dialects.vault import without_templates
from cardbook.model import SourceFile


def entries(file: SourceFile, page: Page, dialects: Sequence[Dialect], only: bool = False) -> list[Entry]:
    """All questions of a page, and what else stands there, in order.

    `only`: headings are chapters, whatever they look like (a person chose the dialect).
    """
    page = furniture.set_apart(page)
    root = outline(page)
    cards = any(CARDS.search(found.text) for found in (name(file), *(kid.title for kid in root.kids[:1])))
    for section in root.walk():
        _look(section, replace(page, cards=cards), dialects)
    skip_repeated(root)
    trust_answers(root)
    whole_file = alone(root)
    for section in root.walk():
        if not (only or section is whole_file or section.reading.strong or is_collection(section)):
            section.reading = Reading()  # shape alone is too little beside headings
    if not only:
        weigh_asides(root, page, whole_file)
    named = name(file)
    if not only and is_single(root, named):
        return list(single(file, page, root, named))
    if not only:
        follow_habits(root, page, dialects)
        name_first(root, named)
        if any(dialect.marks is flashcards for dialect in dialects):
            set_apart(root, page)
    shape = Shape(page, only=True) if only else shape_of(root, page)
    return list(without_templates([*_body(root, ()), *_children(root, (), shape)]))


def whole(file: SourceFile, page: Page) -> list[Entry]:
    """The page as the answer to one question, whatever it looks like (a person chose the dialect)."""
    root = outline(page)
    first = root.kids[0].title if root.kids else title("")
    return list(single(file, page, root, name(file) if name(file).text else first))


def _look(section: Section, page: Page, dialects: Sequence[Dialect]) -> None:
    linked = page.linked or is_collection(section)
    cards = page.cards or bool(CARDS.search(section.title.text))
    section.reading = best(section.body, replace(page, linked=linked, cards=cards), dialects)
    if not page.chosen and share([is_part(mark.title) for mark in section.reading.marks]) >= 0.5:
        section.reading = Reading()
    section.content = any(is_content(piece, page) for piece in section.body)
    if section.heading and not any(mark.explicit for mark in section.reading.marks):
        section.furniture = furniture.heading_reason(section.title, section.body, [*section.pieces()])


def _children(
    parent: Section, topics: tuple[str, ...], shape: Shape, beside: Sequence[Section] = ()
) -> Iterator[Entry]:
    """The entries of a chapter's sub-sections."""
    last: Mark | None = None
    joined = joins(parent, beside, shape)
    answered = False
    for kid, after in zip_longest(parent.kids, parent.kids[1:]):
        if last and not kid.asks and (joined or is_label(kid) or (answered and _goes_on(kid, after))):
            last = last.followed_by(*filter(None, (kid.heading,)), *kid.pieces())
            answered = answered or is_label(kid)
            continue
        answered = False
        if last:
            yield last
            last = None
        if not kid.furniture and kid.title.text and asks(kid, parent, shape):
            assert kid.heading
            body = kid.reading.lead if kid.cards else kid.pieces()
            last = Mark(kid.title, kid.heading, tuple(body), topics=topics)
            if kid.cards:
                yield from (last, *(replace(mark, topics=topics) for mark in kid.reading.marks))
                last = None
        else:
            yield from _other(kid, parent, topics, shape)
    if last:
        yield last


def _goes_on(section: Section, after: Section | None) -> bool:
    """Whether a heading after the one of an answer belongs to it: nothing is asked there, nor answered below it."""
    return not (section.furniture or is_label(after)) and not any(
        inner.asks or inner.reading.marks for inner in section.walk()
    )


def _other(section: Section, parent: Section, topics: tuple[str, ...], shape: Shape) -> Iterator[Entry]:
    """The entries of a section that is no question."""
    assert section.heading
    if section.furniture:
        yield from _skipped(section)
        yield from _children(section, topics, shape)
        return
    empty = not any(s.content or s.asks or s.reading.marks for s in section.walk())
    if empty or not section.title.text:
        yield Left(section.heading, "empty heading")
        inner = topics
    elif _answers_itself(section):
        yield Mark(section.title, section.heading, section.body, topics=topics)
        yield from _children(section, (*topics, section.title.text), shape, parent.kids)
        return
    elif not shape.only and answers_first(section, parent, shape.page):
        inner = (*topics, section.title.text)
        yield Mark(section.title, section.heading, section.reading.lead, topics=topics)
        section.reading = replace(section.reading, lead=())
    else:
        yield Left(section.heading, topic=True)
        inner = (*topics, section.title.text)
    yield from _body(section, inner)
    yield from _children(section, inner, shape, parent.kids)


def _answers_itself(section: Section) -> bool:
    """Whether a heading asks and is answered right below, before the headings that ask further."""
    asked = section.title.asks == STRONG and not is_collection(section)
    further = all(kid.asks and not kid.kids for kid in section.kids if not kid.furniture)
    return asked and further and section.content and not section.reading.marks


def _skipped(section: Section) -> Iterator[Entry]:
    assert section.heading
    yield Left(section.heading, section.furniture)
    for piece in section.body:
        yield Left(piece, section.furniture)


def _body(section: Section, topics: tuple[str, ...]) -> Iterator[Entry]:
    """The blocks right below a chapter title: questions in another dialect, or an introduction."""
    reading = section.reading
    for piece in reading.lead if reading.marks else section.body:
        yield Left(piece, "introduction")
    for piece in reading.chapters:
        yield Left(piece, topic=True)
    for mark in reading.marks:
        yield replace(mark, topics=(*topics, *mark.topics))
