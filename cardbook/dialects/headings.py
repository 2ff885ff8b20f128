"""The frame of every file: which headings ask, which are chapters, and which belong to an answer.

Each heading becomes one of four things. A question: then everything below it, sub-headings included, is its
answer. A chapter: then its sub-headings are looked at, and the blocks right below it are given to the other
dialects. A part of the answer before it. Or furniture. What decides is how it reads, what it holds, and what its
neighbours are: people write their questions at one level, or at two where a chapter has no sub-headings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cardbook.dialects import furniture
from cardbook.dialects.marks import Dialect, Entry, Left, Mark, Reading, best
from cardbook.dialects.outline import Section, is_facet, outline, share
from cardbook.dialects.pieces import Page, Piece
from cardbook.dialects.words import pattern

CHAPTER = pattern(r"{chapters}\W*$")


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of the whole file: the level at which most headings ask (0: none)."""

    page: Page
    level: int
    dialects: Sequence[Dialect]
    only: bool = False


def entries(page: Page, dialects: Sequence[Dialect], only: bool = False) -> list[Entry]:
    """All questions of a page, and what else stands there, in order.

    `only`: headings are chapters, whatever they look like (a person chose the dialect).
    """
    root = outline(page)
    for section in root.walk():
        _look(section, page, dialects)
    shape = Shape(page, 0 if only else _level(root), dialects, only)
    found = list(_body(root, ()))
    found.extend(_children(root, (), shape))
    return found


def _look(section: Section, page: Page, dialects: Sequence[Dialect]) -> None:
    section.reading = best(section.body, page, dialects)
    section.content = any(is_content(piece, page) for piece in section.body)
    if section.heading:
        section.furniture = furniture.heading_reason(section.title, section.body)


def is_content(piece: Piece, page: Page) -> bool:
    """Whether a piece could answer something."""
    return not (
        furniture.reason(piece, page.lines)
        or furniture.is_reference(piece, page.lines)
        or furniture.is_label(piece)
    )


def _level(root: Section) -> int:
    """The level at which most headings ask, those inside the answer of another question left out."""
    asked: Counter[int] = Counter()
    seen: Counter[int] = Counter()
    stack = [(kid, False) for kid in root.kids]
    while stack:
        section, inside = stack.pop()
        if section.furniture or not section.title.text:
            continue
        if not inside:
            seen[section.level] += 1
            asked[section.level] += section.asks
        stack.extend((kid, inside or (section.asks and section.content)) for kid in section.kids)
    sure = [level for level in asked if asked[level] >= 0.5 * seen[level] and asked[level] > 1]
    return max(sure, key=lambda level: asked[level], default=0)


def _children(
    parent: Section, topics: tuple[str, ...], shape: Shape, beside: Sequence[Section] = ()
) -> Iterator[Entry]:
    """The entries of a chapter's sub-sections."""
    last: Mark | None = None
    joins = _joins(parent, beside, shape)
    for kid in parent.kids:
        if last and joins and not kid.asks:
            last = last.followed_by(*filter(None, (kid.heading,)), *kid.pieces())
            continue
        if last:
            yield last
            last = None
        if not kid.furniture and kid.title.text and _asks(kid, parent, shape):
            assert kid.heading
            last = Mark(kid.title, kid.heading, tuple(kid.pieces()), topics=topics)
        else:
            yield from _other(kid, parent, topics, shape)
    if last:
        yield last


def _joins(parent: Section, beside: Sequence[Section], shape: Shape) -> bool:
    """Whether sub-headings that do not ask go on with the answer before them.

    So it is below a group that stands among questions, when only some of its sub-headings ask: there the others
    are parts of an answer. Below a chapter they are questions that are not put as such.
    """
    asking = share([kid.asks for kid in parent.kids])
    return 0 < asking < 0.5 and _among_answers(parent, beside, shape)


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
    else:
        yield Left(section.heading, topic=True)
        inner = (*topics, section.title.text)
    yield from _body(section, inner)
    yield from _children(section, inner, shape, parent.kids)


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
    for mark in reading.marks:
        yield Mark(mark.title, mark.head, mark.body, mark.explicit, topics)


def _asks(section: Section, parent: Section, shape: Shape) -> bool:
    """Whether a heading is a question, so that all below it is its answer."""
    if shape.only:
        return False
    if not section.kids:
        return _leaf_asks(section, parent, shape)
    return _branch_asks(section, parent, shape)


def _leaf_asks(section: Section, parent: Section, shape: Shape) -> bool:
    reading = section.reading
    if reading.marks and not _outranks(section, reading, shape):
        return False
    if section.content or section.asks:
        return section.asks or section.level == shape.level or not is_facet(section)
    return _neighbours(section, parent, shape) and not CHAPTER.search(section.title.text)


def _outranks(section: Section, reading: Reading, shape: Shape) -> bool:
    """Whether a heading asks more plainly than what is asked below it."""
    if section.level == shape.level:
        return True
    needed = 1 if any(mark.explicit for mark in reading.marks) else 2
    introduced = any(is_content(piece, shape.page) for piece in reading.lead)
    return reading.strong < needed + introduced + section.asks


def _neighbours(section: Section, parent: Section, shape: Shape) -> bool:
    """Whether most of the other headings beside this one are answered, or ask."""
    others = [s for s in parent.kids if s is not section and s.title.text and not s.furniture]
    return share([s.asks or _holds(s, shape) for s in others]) > 0.5


def _holds(section: Section, shape: Shape) -> bool:
    """Whether a section answers its heading, rather than being a chapter of questions."""
    return section.content and (not section.reading.marks or _outranks(section, section.reading, shape))


def _branch_asks(section: Section, parent: Section, shape: Shape) -> bool:
    kids = [kid for kid in section.kids if not kid.furniture and kid.title.text]
    if not (section.asks or any(s.content for s in section.walk())):
        return False
    asking = share([kid.asks for kid in kids])
    if section.asks:
        return asking <= 0.5 or section.level == shape.level or shape.level < section.level
    below = sum(s.asks for s in section.walk() if s is not section)
    if section.level == shape.level and (section.content or not below):
        return True
    if below or any(s.reading.marks for s in section.walk()):
        return False
    if shape.level > section.level and any(kid.level == shape.level for kid in kids):
        return False
    return _is_concept(section, parent, kids, shape)


def _is_concept(section: Section, parent: Section, kids: Sequence[Section], shape: Shape) -> bool:
    """Whether a heading that does not ask, above others that do not either, is what is to be known."""
    if share([is_facet(kid) for kid in kids]) >= 0.5:
        return any(s.content for s in section.walk())
    return _among_answers(section, parent.kids, shape)


def _among_answers(section: Section, beside: Sequence[Section], shape: Shape) -> bool:
    """Whether most of a section's neighbours are questions without sub-headings."""
    others = [s for s in beside if s is not section and s.title.text and not s.furniture]
    return share([_holds(s, shape) and not s.kids for s in others]) >= 0.5
