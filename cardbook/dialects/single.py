"""One question a file: the answer is the file, the question its title or its name."""

from __future__ import annotations

import posixpath
import re

from cardbook.dialects.asking import Title, title
from cardbook.dialects.marks import Left, Mark
from cardbook.dialects.outline import Section, is_facet, share
from cardbook.dialects.pieces import Page, Piece
from cardbook.dialects.words import pattern
from cardbook.model import SourceFile

NAMELESS = pattern(r"\W*(?:{nameless})?\W*\d*\W*")
COUNTED = re.compile(r"^0\d+[\s_.、-]+")
"""What makes a folder list its files in order: `012 `."""
EXPORTED = re.compile(r"\s+[0-9a-f]{32}$")
"""What Notion adds to the names of exported files."""


def name(file: SourceFile) -> Title:
    """What a file is called: the title in its front matter, else its name; empty if that says nothing."""
    named = file.front_matter.get("title")
    text = (
        named
        if isinstance(named, str)
        else EXPORTED.sub("", posixpath.splitext(posixpath.basename(file.path))[0])
    )
    text = COUNTED.sub("", text)
    found = title(text if isinstance(named, str) else text.replace("_", " "))
    return title("") if NAMELESS.fullmatch(found.text) else found


def is_single(root: Section, named: Title) -> bool:
    """Whether a whole file answers what it is called: no heading, or only headings of parts of an answer."""
    if not named.text or not any(section.content for section in root.walk()):
        return False
    headings = [section for section in root.walk() if section.title.text and not section.furniture]
    if not headings:
        return not root.reading.marks
    highest = min(section.level for section in headings)
    headings = [section for section in headings if section.level == highest]
    readings = [section.reading for section in root.walk()]
    marked = sum(mark.explicit for reading in readings for mark in reading.marks)
    if marked > 1 or any(reading.strong > 1 for reading in readings):
        return False
    if share([is_facet(kid) for kid in headings]) >= 0.5 and len(headings) > 1:
        return True
    asking = share([section.asks for section in headings])
    return named.asks == 1 and (asking < 0.5 if root.content else not any(s.asks for s in root.walk()))


def single(file: SourceFile, page: Page, root: Section, named: Title) -> list[Mark | Left]:
    """The file as one question."""
    pieces = tuple(root.pieces())
    repeated = bool(pieces) and pieces[0].kind == "heading" and title(pieces[0].title).text == named.text
    if repeated:
        return [Mark(named, pieces[0], pieces[1:], dialect="single")]
    return [Mark(named, _head(file, page), pieces, dialect="single")]


def _head(file: SourceFile, page: Page) -> Piece:
    """Where the title stands in the front matter, else an empty piece at the top of the text."""
    for k in range(file.body_line - 1):
        if re.match(r"title\s*[:=]", page.lines[k]):
            return Piece("title", k, k)
    first = next((k for k in range(file.body_line - 1, len(page.lines)) if page.lines[k].strip()), 0)
    return Piece("title", first, first)
