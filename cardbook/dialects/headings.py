"""The frame of every file: which headings ask, which are chapters, and which belong to an answer.

Each heading becomes one of four things. A question: then everything below it, sub-headings included, is its
answer. A chapter: then its sub-headings are looked at, and the blocks right below it are given to the other
dialects. A part of the answer before it. Or furniture. What decides is how it reads, what it holds, and what its
neighbours are: people write their questions at one level, or at two where a chapter has no sub-headings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cardbook.dialects import furniture
from cardbook.dialects.asking import ASKED, STRONG, title
from cardbook.dialects.marks import Dialect, Entry, Left, Mark, Reading, best
from cardbook.dialects.outline import Section, is_facet, is_part, outline, share
from cardbook.dialects.pieces import Page, Piece
from cardbook.dialects.single import is_single, name, single
from cardbook.dialects.words import pattern
from cardbook.model import SourceFile

LABEL = pattern(r"\W*{answers}\W*")
HABIT = 2
"""Questions in one dialect that make it the habit of a file."""
REMARK = 2
"""Blocks below the title of a collection that are a remark on it rather than an answer."""
CHAPTER = pattern(r"{chapters}\W*$")
COLLECTION = pattern(r"{collections}\W*$")


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of the whole file: the level at which most headings ask (0: none), and the dialects in which
    so many questions stand below headings that a single one is believed too.

    `alone` is the section that holds all of the file, if there is one. `only`: headings are chapters, whatever
    they look like (a person chose the dialect).
    """

    page: Page
    level: int = 0
    habits: frozenset[str] = frozenset()
    alone: Section | None = None
    only: bool = False


def entries(file: SourceFile, page: Page, dialects: Sequence[Dialect], only: bool = False) -> list[Entry]:
    """All questions of a page, and what else stands there, in order.

    `only`: headings are chapters, whatever they look like (a person chose the dialect).
    """
    page = furniture.set_apart(page)
    root = outline(page)
    for section in root.walk():
        _look(section, page, dialects)
    alone = _alone(root)
    for section in root.walk():
        if not (only or section is alone or section.reading.strong or is_collection(section)):
            section.reading = Reading()  # shape alone is too little beside headings
    named = name(file)
    if not only and is_single(root, named):
        return list(single(file, page, root, named))
    if not only:
        _follow_habits(root, page, dialects)
    shape = Shape(page, only=True) if only else _shape(root, page)
    found = list(_body(root, ()))
    found.extend(_children(root, (), shape))
    return found


def whole(file: SourceFile, page: Page) -> list[Entry]:
    """The page as the answer to one question, whatever it looks like (a person chose the dialect)."""
    root = outline(page)
    first = root.kids[0].title if root.kids else title("")
    return list(single(file, page, root, name(file) if name(file).text else first))


def _look(section: Section, page: Page, dialects: Sequence[Dialect]) -> None:
    section.reading = best(section.body, page, dialects)
    if not page.chosen and share([is_part(mark.title) for mark in section.reading.marks]) >= 0.5:
        section.reading = Reading()
    section.content = any(is_content(piece, page) for piece in section.body)
    if section.heading:
        section.furniture = furniture.heading_reason(section.title, section.body)


def _follow_habits(root: Section, page: Page, dialects: Sequence[Dialect]) -> None:
    """Read chapters whose questions do not ask ("TCP 三次握手") as the chapters beside them, if all of them are
    answered, or (in a mere list of questions) none anywhere."""
    for parent in root.walk():
        asking = [kid for kid in parent.kids if kid.reading.strong >= HABIT]
        if len(asking) == 1 and is_collection(asking[0]):
            continue  # "FAQ" at the end of a page says nothing of what stands before it
        read = [kid.reading for kid in asking]
        habits = {reading.dialect for reading in read}
        bare = not any(mark.body for reading in read for mark in reading.marks)
        named = [replace(dialect, floor=0.0) for dialect in dialects if dialect.name in habits]
        for kid in parent.kids if named else ():
            if kid.reading.strong >= HABIT or kid.kids or kid.asks or kid.furniture:
                continue
            found = best(kid.body, replace(page, chosen=True), named)
            answered = [bool(mark.body) for mark in found.marks]
            sound = all(answered) or (bare and not any(answered))
            if len(answered) >= HABIT and sound and (not found.lead or CHAPTER.search(kid.title.text)):
                kid.reading = replace(found, marks=tuple(replace(m, explicit=True) for m in found.marks))


def _alone(root: Section) -> Section | None:
    """The section that holds all of a file: below its only heading, or without one."""
    if not root.kids:
        return root
    only = root.kids[0]
    return only if len(root.kids) == 1 and not only.kids else None


def is_collection(section: Section) -> bool:
    """Whether a heading says that questions stand below it (面试题, FAQ)."""
    return bool(COLLECTION.search(section.title.text))


def is_content(piece: Piece, page: Page) -> bool:
    """Whether a piece could answer something."""
    return not (
        furniture.reason(piece, page.lines)
        or furniture.is_reference(piece, page.lines)
        or furniture.is_label(piece)
    )


def _shape(root: Section, page: Page) -> Shape:
    """What the file as a whole tells about its parts."""
    shape = Shape(page, _level(root), alone=_alone(root))
    found: Counter[str] = Counter()
    for section in root.walk():
        if section.reading.marks and not _outranks(section, section.reading, shape):
            found[section.reading.dialect] += section.reading.strong
    return replace(shape, habits=frozenset(name for name, count in found.items() if count >= HABIT))


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
        answered = section.asks and section.content and not _is_title(section, root)
        stack.extend((kid, inside or answered) for kid in section.kids)
    sure = [level for level in asked if asked[level] >= 0.5 * seen[level] and asked[level] > 1]
    return max(sure, key=lambda level: asked[level], default=0)


def _is_title(section: Section, root: Section) -> bool:
    """Whether a heading stands alone above several that ask: the title of a page, however it reads."""
    asking = [kid.asks for kid in section.kids]
    return root.kids == [section] and sum(asking) > 1 and share(asking) > 0.5


def _children(
    parent: Section, topics: tuple[str, ...], shape: Shape, beside: Sequence[Section] = ()
) -> Iterator[Entry]:
    """The entries of a chapter's sub-sections."""
    last: Mark | None = None
    joins = _joins(parent, beside, shape)
    for kid in parent.kids:
        if last and not kid.asks and (joins or LABEL.fullmatch(kid.title.text)):
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

    So it is where headings are marked as questions and answers, and below a group that stands among questions, when
    its first sub-heading asks and most of them do not: there these are parts of an answer. Below a chapter they are
    questions that are not put as such.
    """
    asking = share([kid.asks for kid in parent.kids])
    marked = [kid for kid in parent.kids if ASKED.fullmatch(kid.title.number)]
    if len(marked) > 1 and any(LABEL.fullmatch(kid.title.text) for kid in parent.kids):
        return True
    return 0 < asking < 0.5 and parent.kids[0].asks and _among_answers(parent, beside, shape)


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
    for piece in reading.chapters:
        yield Left(piece, topic=True)
    for mark in reading.marks:
        yield replace(mark, topics=(*topics, *mark.topics))


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
    if section.title.anchors and not section.content:
        return False  # a page of links to the pages that answer
    if section.asks:
        return True
    if section.content:
        named = section.level == shape.level or _is_named(section, shape)
        return named and (not is_collection(section) or len(section.body) > REMARK)
    return _stands_for_a_question(section, parent, shape)


def _is_named(section: Section, shape: Shape) -> bool:
    """Whether a heading that does not ask names what is to be known. Above the level of the questions it is more
    often a remark of the author's, unless it is counted like a question."""
    if is_facet(section) or (shape.habits and not shape.level):
        return False
    return section.level > shape.level or bool(section.title.number) or section.title.asks > 0


def _stands_for_a_question(section: Section, parent: Section, shape: Shape) -> bool:
    """Whether a heading with nothing below it, which does not ask, was meant as a question all the same."""
    told = section.title.told and not section.title.number
    if section is parent.kids[0] or told or CHAPTER.search(section.title.text):
        return False
    if section.level < shape.level:
        return False
    beside = [kid for kid in parent.kids if kid is not section and (kid.asks or _holds(kid, shape))]
    counted = share([_style(kid) == _style(section) for kid in beside])
    return (not section.title.number or counted >= 0.5) and _neighbours(section, parent, shape)


def _style(section: Section) -> str:
    """How a heading is counted: `1.`, `1.1`, `Q1:`, or not at all."""
    return re.sub(r"\d+", "1", section.title.number)


def _outranks(section: Section, reading: Reading, shape: Shape) -> bool:
    """Whether a heading asks more plainly than what is asked below it."""
    if section is shape.alone:
        return section.asks and reading.strong < 3
    if not section.asks and (_is_chapter(section) or _is_title_of(section, reading, shape.page)):
        return False
    if section.level == shape.level:
        return True
    sure = any(mark.explicit for mark in reading.marks) or reading.dialect in shape.habits
    needed = 1 if sure else 2
    introduced = any(is_content(piece, shape.page) for piece in reading.lead)
    return reading.strong < needed + introduced + section.asks


def _is_chapter(section: Section) -> bool:
    return is_collection(section) or bool(CHAPTER.search(section.title.text))


def _is_title_of(section: Section, reading: Reading, page: Page) -> bool:
    """Whether a heading only names the one question that stands right below it (`**题目：** 如何……？`)."""
    asked = reading.marks[0]
    lead = any(is_content(piece, page) for piece in reading.lead)
    return len(reading.marks) == 1 and asked.explicit and asked.title.asks == STRONG and not lead


def _neighbours(section: Section, parent: Section, shape: Shape) -> bool:
    """Whether most of the other headings beside this one are answered, or ask."""
    others = [s for s in parent.kids if s is not section and s.title.text and not s.furniture]
    return len(others) > 1 and share([s.asks or _holds(s, shape) for s in others]) > 0.5


def _holds(section: Section, shape: Shape) -> bool:
    """Whether a section answers its heading, rather than being a chapter of questions."""
    return section.content and (not section.reading.marks or _outranks(section, section.reading, shape))


def _branch_asks(section: Section, parent: Section, shape: Shape) -> bool:
    kids = [kid for kid in section.kids if not kid.furniture and kid.title.text]
    if not (section.asks or any(s.content for s in section.walk())):
        return False
    asking = share([kid.asks for kid in kids])
    if section.asks and any(_is_list_of_questions(s, shape) for s in section.walk() if s is not section):
        return False  # the title of a page
    if section.asks:
        return asking <= 0.5 or section.level == shape.level or shape.level < section.level
    if section.content and 0 < asking < 0.5 and shape.level <= section.level and len(parent.kids) > 1:
        return True
    below = sum(s.asks for s in section.walk() if s is not section)
    if section.level == shape.level and (section.content or not below):
        return True
    if below or any(s.reading.marks for s in section.walk()):
        return False
    named = section.title.asks and not any(kid.title.asks for kid in kids)
    if named and _among_answers(section, parent.kids, shape):
        return True  # "办法" above the names of some, among questions
    if shape.level > section.level and any(kid.level == shape.level for kid in kids):
        return False
    return _is_concept(section, parent, kids, shape)


def _is_list_of_questions(section: Section, shape: Shape) -> bool:
    """Whether several questions in another dialect stand right below a heading."""
    reading = section.reading
    return reading.strong >= 2 and not _outranks(section, reading, shape)


def _is_concept(section: Section, parent: Section, kids: Sequence[Section], shape: Shape) -> bool:
    """Whether a heading that does not ask, above others that do not either, is what is to be known."""
    parts = [is_facet(kid) or kid.furniture == "preliminary" for kid in section.kids if kid.title.text]
    if share(parts) >= 0.5 and (len(parts) > 1 or kids):
        return any(s.content for s in section.walk())
    return _among_answers(section, parent.kids, shape)


def _among_answers(section: Section, beside: Sequence[Section], shape: Shape) -> bool:
    """Whether most of a section's neighbours are questions without sub-headings."""
    others = [s for s in beside if s is not section and s.title.text and not s.furniture]
    return share([_holds(s, shape) and not s.kids for s in others]) >= 0.5
