"""Which headings are questions: how they read, what they hold, and what their neighbours are decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cardbook.dialects import furniture
from cardbook.dialects.asking import STRONG
from cardbook.dialects.marks import Reading
from cardbook.dialects.outline import LABEL, Section, is_facet, share
from cardbook.dialects.pieces import Page, Piece
from cardbook.dialects.words import pattern

HABIT = 2
"""Questions in one dialect that make it the habit of a file."""
REMARK = 2
"""Blocks below the title of a collection that are a remark on it rather than an answer."""
CHAPTER = pattern(r"{chapters}\W*$")
CARDS = pattern("{cards}")
COLLECTION = pattern(r"{collections}\W*$")


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of the whole file: the level at which most headings ask (0: none), and the dialects in which
    so many questions stand below headings that a single one is believed too.

    `alone` is the section that holds all of the file, if there is one. `only`: headings are chapters, whatever
    they look like (a person chose the dialect). `marked`: nearly all headings that ask say that they are questions.
    """

    page: Page
    level: int = 0
    habits: frozenset[str] = frozenset()
    alone: Section | None = None
    only: bool = False
    marked: bool = False


def alone(root: Section) -> Section | None:
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


def shape_of(root: Section, page: Page) -> Shape:
    """What the file as a whole tells about its parts."""
    level = _level(root)
    marked = [s.marked for s in root.walk() if s.level == level and s.asks]
    shape = Shape(page, level, alone=alone(root), marked=len(marked) > 2 and share(marked) > 0.8)
    found: Counter[str] = Counter()
    for section in root.walk():
        if section.reading.marks and not outranks(section, section.reading, shape):
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
            stack.extend((kid, inside) for kid in section.kids)
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
    alone = [kid for kid in root.kids if not kid.furniture] == [section]
    return alone and sum(asking) > 1 and share(asking) > 0.5


def joins(parent: Section, beside: Sequence[Section], shape: Shape) -> bool:
    """Whether sub-headings that do not ask go on with the answer before them.

    So it is below a heading that only counts a question, where headings are marked as questions and answers, and below
    a group that stands among questions, when its first sub-heading asks and most of them do not: there these are parts
    of an answer. Below a chapter they are questions that are not put as such.
    """
    asking = share([kid.asks for kid in parent.kids])
    if parent.heading and not parent.title.text and re.search(r"[^\W\d_]", parent.heading.title):
        return True
    if sum(kid.marked for kid in parent.kids) > 1 and any(
        LABEL.fullmatch(kid.title.text) for kid in parent.kids
    ):
        return True
    return 0 < asking < 0.5 and parent.kids[0].asks and _among_answers(parent, beside, shape)


def asks(section: Section, parent: Section, shape: Shape) -> bool:
    """Whether a heading is a question, so that all below it is its answer."""
    if shape.only:
        return False
    if not section.kids:
        return _leaf_asks(section, parent, shape)
    return _branch_asks(section, parent, shape)


def _leaf_asks(section: Section, parent: Section, shape: Shape) -> bool:
    reading = section.reading
    if reading.marks and not outranks(section, reading, shape):
        return False
    if section.title.anchors and not section.content:
        return False  # a page of links to the pages that answer
    if section.asks:
        return True
    if section.content:
        unmarked = shape.marked and not section.marked
        if unmarked or _is_first_of_all(section, parent) or _is_uncounted(section, parent):
            return False
        named = (
            section.level == shape.level or _is_named(section, shape) or _beside_questions(section, parent)
        )
        return named and (not is_collection(section) or len(section.body) > REMARK)
    return _stands_for_a_question(section, parent, shape)


def _is_first_of_all(section: Section, parent: Section) -> bool:
    """Whether a heading of the highest level comes before others that all ask: the title of a page, introduced."""
    first, *others = (kid for kid in parent.kids if kid.title.text and not kid.furniture)
    return section is first and section.level == 1 and len(others) > 2 and all(kid.asks for kid in others)


def _beside_questions(section: Section, parent: Section) -> bool:
    """Whether many of the headings beside this one that have none below them ask."""
    leaves = [kid for kid in parent.kids if kid is not section and not (kid.kids or kid.furniture)]
    asking = [kid.asks for kid in leaves]
    return not is_facet(section) and sum(asking) > 2 and share(asking) >= 0.4


def _is_uncounted(section: Section, parent: Section) -> bool:
    """Whether a heading neither asks nor is counted, where the questions beside it are: a remark (Notes)."""
    others = [kid for kid in parent.kids if kid is not section and not kid.furniture]
    counted = share([bool(kid.title.number) for kid in others])
    return not section.title.number and not section.title.asks and len(others) > 1 and counted > 0.8


def _is_named(section: Section, shape: Shape) -> bool:
    """Whether a heading that does not ask names what is to be known. Above the level of the questions it is more
    often a remark of the author's, unless it is counted like a question."""
    if is_facet(section) or (shape.habits and not shape.level):
        return False
    return section.level > shape.level or bool(section.title.number) or section.title.asks > 0


def _stands_for_a_question(section: Section, parent: Section, shape: Shape) -> bool:
    """Whether a heading with nothing below it, which does not ask, was meant as a question all the same."""
    told = (section.title.told and not section.title.number) or is_facet(section)
    if section is parent.kids[0] or told or CHAPTER.search(section.title.text):
        return False
    pointing = any(furniture.is_reference(piece, shape.page.lines) for piece in section.body)
    if section.level < shape.level or (pointing and not section.title.number):
        return False
    beside = [kid for kid in parent.kids if kid is not section and (kid.asks or _holds(kid, shape))]
    counted = share([_style(kid) == _style(section) for kid in beside])
    return counted >= 0.5 and _neighbours(section, parent, shape)


def _style(section: Section) -> str:
    """How a heading is counted: `1.`, `1.1`, `Q1:`, or not at all."""
    return re.sub(r"\d+", "1", section.title.number)


def outranks(section: Section, reading: Reading, shape: Shape) -> bool:
    """Whether a heading asks more plainly than what is asked below it, or beside that."""
    if section.cards:
        return True
    if section is shape.alone:
        return section.asks and reading.strong < 3
    introduced = any(is_content(piece, shape.page) for piece in reading.lead)
    cards = reading.strong >= HABIT and all(mark.explicit for mark in reading.marks)
    if cards and not (section.asks or section.title.number or introduced):
        return False
    if not section.asks and (is_collection(section) or (not introduced and _gives_way(section, reading))):
        return False
    if section.level == shape.level:
        return True
    sure = any(mark.explicit for mark in reading.marks) or reading.dialect in shape.habits
    needed = 1 if sure else 2
    return reading.strong < needed + introduced + section.asks


def answers_first(section: Section, parent: Section, page: Page) -> bool:
    """Whether a heading above questions in another dialect is one itself, answered by the text before the first of
    them: a heading beside it asks, and is answered."""
    names = section.level > 1 and not (is_facet(section) or is_collection(section))
    if not names or CHAPTER.search(section.title.text) or not section.reading.marks:
        return False
    lead = [piece for piece in section.reading.lead if is_content(piece, page)]
    announces = len(lead) == 1 and lead[0].title.rstrip("* ").endswith((":", "："))
    beside = [kid.asks and kid.content for kid in parent.kids if kid is not section and not kid.furniture]
    return bool(lead) and not announces and share(beside) >= 0.5


def _gives_way(section: Section, reading: Reading) -> bool:
    """Whether a heading is that of a chapter (其他), or only names the one question right below it (`**题目：** …？`)."""
    asked = reading.marks[0]
    names = len(reading.marks) == 1 and asked.explicit and asked.title.asks == STRONG
    return names or bool(CHAPTER.search(section.title.text))


def _neighbours(section: Section, parent: Section, shape: Shape) -> bool:
    """Whether most of the other headings beside this one are answered, or ask."""
    others = [s for s in parent.kids if s is not section and s.title.text and not s.furniture]
    return len(others) > 1 and share([s.asks or _holds(s, shape) for s in others]) > 0.5


def _holds(section: Section, shape: Shape) -> bool:
    """Whether a section answers its heading, rather than being a chapter of questions."""
    return section.content and (not section.reading.marks or outranks(section, section.reading, shape))


def _branch_asks(section: Section, parent: Section, shape: Shape) -> bool:
    kids = [kid for kid in section.kids if not kid.furniture and kid.title.text]
    if not (section.asks or any(s.content for s in section.walk())):
        return False
    asking = share([kid.asks for kid in kids])
    if section.asks and any(_is_list_of_questions(s, shape) for s in section.walk() if s is not section):
        return False  # the title of a page
    if section.asks:
        return asking <= 0.5 or section.level == shape.level or shape.level < section.level
    among = _among_answers(section, parent.kids, shape)
    if 0 < asking < 0.5 and shape.level <= section.level and len(parent.kids) > 1 and section.content:
        return True
    answers = section.title.number and section.content
    if among and not any(kid.title.number for kid in kids) and (answers or 0 < asking < 0.5):
        return True
    below = sum(s.asks for s in section.walk() if s is not section)
    if section.level == shape.level and (section.content or not below):
        return True
    if below or any(s.reading.marks for s in section.walk()):
        return False
    named = section.title.asks and not any(kid.title.asks for kid in kids)
    if named and among:
        return True  # "办法" above the names of some, among questions
    if shape.level > section.level and any(kid.level == shape.level for kid in kids):
        return False
    return among or _has_parts(section, kids)


def _is_list_of_questions(section: Section, shape: Shape) -> bool:
    """Whether several questions in another dialect stand right below a heading."""
    reading = section.reading
    return reading.strong >= 2 and not outranks(section, reading, shape)


def _has_parts(section: Section, kids: Sequence[Section]) -> bool:
    """Whether a heading that does not ask stands above the parts of an answer (定义, 优点)."""
    parts = [is_facet(kid) or kid.furniture == "preliminary" for kid in section.kids if kid.title.text]
    sure = share(parts) >= 0.5 and (len(parts) > 1 or bool(kids))
    return sure and any(s.content for s in section.walk())


def _among_answers(section: Section, beside: Sequence[Section], shape: Shape) -> bool:
    """Whether most of a section's neighbours are questions without sub-headings."""
    others = [s for s in beside if s is not section and s.title.text and not s.furniture]
    questions = [s.asks or s.level >= shape.level or bool(s.title.number) for s in others]
    if share(questions) < 0.25:
        return False
    return share([_holds(s, shape) and not s.kids for s in others]) >= 0.5
