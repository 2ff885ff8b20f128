"""What the rest of a page tells about a section: how the others are written, what is said twice, what the file is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from cardbook.dialects import furniture
from cardbook.dialects.asking import NOMINAL, STRONG, Title, is_order
from cardbook.dialects.deciding import CHAPTER, HABIT, is_collection
from cardbook.dialects.marks import Dialect, Mark, Reading, best
from cardbook.dialects.outline import Section, share
from cardbook.dialects.paragraphs import paragraph_mark
from cardbook.dialects.pieces import Page, Piece
from cardbook.dialects.words import pattern

ANSWERED = pattern(r"[\W_]*{answers}[\W_]*[:：]")
"""The beginning of a line that says that an answer follows."""


def weigh_asides(root: Section, page: Page, whole_file: Section | None) -> None:
    """A line that asks, alone below a heading, is a way of speaking; if most of the page is written so, the headings
    only name what is asked below them."""
    lists = [section for section in root.walk() if _is_list(section)]
    lone = [section for section in lists if _is_lone(section.reading) and not is_collection(section)]
    many = {section.reading.dialect for section in lists if section.reading.strong >= HABIT}
    levels = {section.level for section in lone}
    named = [section for section in lists if section.level in levels and section.reading.strong < HABIT]
    below = [_asked_below(section, page) for section in named]
    if len(lone) >= HABIT and share([mark is not None for mark in below]) >= 0.5:
        for section, mark in zip(named, below, strict=True):
            if mark:
                section.reading = Reading("lines", marks=(replace(mark, explicit=True, dialect="lines"),))
            elif not section.reading.marks:
                section.title = replace(section.title, asks=STRONG)
        return
    for section in lone:
        if section is not whole_file and section.reading.dialect not in many:
            section.reading = Reading()


def _asked_below(section: Section, page: Page) -> Mark | None:
    """The question or order with which the text below a heading begins."""
    mark = paragraph_mark(section.body[0], page)
    asked = mark and (_is_lone(section.reading) or is_order(mark.title.text))
    return mark.followed_by(*section.body[1:]) if mark and asked else None


def _is_lone(reading: Reading) -> bool:
    """Whether nothing but a question mark at the end of a line or quote makes for the only question."""
    marks = reading.marks
    return (
        reading.dialect in ("lines", "quotes")
        and len(marks) == 1
        and not (marks[0].explicit or marks[0].title.number)
    )


def trust_answers(root: Section) -> None:
    """Let headings ask whose text says that it answers (`**标准答案：**`), where several at a level do."""
    labelled = [s for s in root.walk() if s.heading and not s.reading.marks and any(map(_answers, s.body))]
    levels = Counter(section.level for section in labelled)
    for section in labelled:
        if levels[section.level] >= HABIT:
            section.title = replace(section.title, asks=STRONG)
            section.answered = True


def _answers(piece: Piece) -> bool:
    return piece.kind == "paragraph" and any(map(ANSWERED.match, piece.title.split("\n")))


def skip_repeated(root: Section) -> None:
    """What stands on a page twice, word for word, is no question of it ("Have a doubt? Write to me")."""
    leaves = [section for section in root.walk() if section.body and not section.kids]
    said = [
        (section.title.number, section.title.text, *(piece.title for piece in section.body))
        for section in leaves
    ]
    for section, words in zip(leaves, said, strict=True):
        if said.count(words) > 1 and all(words[1:]):
            section.furniture = section.furniture or "navigation"


def name_first(root: Section, named: Title) -> None:
    """Let the title of a page ask what its file is called (`# Context` in `What is Context.md`)."""
    first = root.kids[0] if root.kids else None
    if first and named.asks == STRONG and furniture.bare(first.title.text) in furniture.bare(named.text):
        first.title = replace(named, number=first.title.number)


def follow_habits(root: Section, page: Page, dialects: Sequence[Dialect]) -> None:
    """Read chapters whose questions do not ask ("TCP 三次握手") as the chapters beside them, or as most of the file,
    if all of them are answered, or (in a mere list of questions) none anywhere, or half of them ask."""
    lists = [section for section in root.walk() if _is_list(section)]
    everywhere = 2 * sum(section.reading.strong >= HABIT for section in lists) >= len(lists)
    for parent in root.walk():
        beside = lists if everywhere else parent.kids
        asking = [section for section in beside if section.reading.strong >= HABIT]
        if len(asking) == 1 and is_collection(asking[0]):
            continue  # "FAQ" at the end of a page says nothing of what stands before it
        for kid in parent.kids if asking else ():
            if kid.content and not (kid.asks or kid.furniture):
                _follow(kid, [section.reading for section in asking], everywhere, page, dialects)


def _is_list(section: Section) -> bool:
    return section.content and not (section.kids or section.asks or section.furniture)


def _follow(
    section: Section, read: Sequence[Reading], everywhere: bool, page: Page, dialects: Sequence[Dialect]
) -> None:
    """Read a section in the dialects in which others were read, if that makes sense of all of it."""
    habits = {reading.dialect for reading in read}
    unanswered = share([not mark.body for reading in read for mark in reading.marks])
    bare = unanswered == 1 or (everywhere and unanswered > 0.5)
    named = [replace(dialect, floor=0.0) for dialect in dialects if dialect.name in habits]
    found = best(section.body, replace(page, chosen=True), named)
    answered = [bool(mark.body) for mark in found.marks]
    told = share([mark.title.told for mark in found.marks]) > 0.5
    asked = not section.reading.marks and share([m.title.asks >= NOMINAL for m in found.marks]) >= 0.5
    sound = all(answered) or (bare and not any(answered) and not told) or asked
    if (
        len(answered) >= max(HABIT, len(section.reading.marks) + 1)
        and sound
        and (not found.lead or CHAPTER.search(section.title.text))
    ):
        section.reading = replace(found, marks=tuple(replace(m, explicit=True) for m in found.marks))
