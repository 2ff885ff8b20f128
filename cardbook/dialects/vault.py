"""What is on a page of a vault (Obsidian) beside notes: properties, queries, maps of other pages, templates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from cardbook.dialects.asking import NOMINAL, TAG, title
from cardbook.dialects.marks import Entry, Left, Mark
from cardbook.dialects.pieces import Page, Piece

QUERY = re.compile(r"(?:`{3,}|~{3,})[ \t]*(?:dataview(?:js)?|tasks|query)[ \t]*$")
"""The head of a fence that Obsidian fills with what it finds in the vault."""
LINK = r"!?\[\[[^\[\]\n]+\]\]"
LINKS = re.compile(rf"(?:{LINK}|[^\w\[\]]){{1,99}}")
GROUP = 30
"""Characters of a line that can name a group of pages."""
FIELD = re.compile(
    rf"\W{{0,3}}\w[\w /-]{{0,30}}::\s*(?:(?:{LINK}|#[^\s,，、]+|\d[\d:./T-]*)(?:[\s,，、]+|$))*"
)
"""A property of the page as Dataview reads it (`up:: [[Cell]]`); what says more is a card."""
LEADS_ON = re.compile(
    r"\W*(?:(?:go )?back(?: to)?|up|parent|home|prev(?:ious)?|next|返回|回到|上一[篇页节]|下一[篇页节]|上级)"
    rf"[\s:：]*(?:{LINK}[\s,|·]*)+",
    re.IGNORECASE,
)
"""A line that only leads around in the vault."""
TAGGED = re.compile(r"\W*(?:tags?|标签|keywords?|关键[词字])\W*?[:：]{1,2}[*\s]*(.*)", re.IGNORECASE)
BLANK = re.compile(r"\{\{[^{}\n]*\}\}|<%[^\n]*?%>")
"""What a template leaves to be filled in."""

BEHIND = re.compile(r"(?:(?:(?<=\s)|^)#(?=\S*[^\W\d])[\w/-]+\s*)+$")
"""Tags at the end of a line."""
COLOUR = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
ENDED = re.compile(r"[.。!！?？…:：;；)）\]】\"”』」$|]\s*$")


def is_furniture(text: str) -> str:
    """Why a paragraph of a vault is no part of an answer: `byline` or `navigation`; else empty."""
    lines = text.strip().split("\n")
    if all(map(FIELD.fullmatch, lines)):
        return "byline"
    return "navigation" if all(map(LEADS_ON.fullmatch, lines)) else ""


def tags_of(text: str) -> tuple[str, ...]:
    """The tags in a line of tags or a byline: the words with a `#`, and what stands behind `Tags:`."""
    named = (match[1] for line in text.split("\n") if (match := TAGGED.match(line)) and "#" not in line)
    listed = (tag.strip("`*[] ") for one in named for tag in re.split(r"[,，、;；]", one))
    return tuple(dict.fromkeys((*TAG.findall(text), *filter(None, listed))))


def untagged(piece: Piece, page: Page, known: Collection[str]) -> tuple[Piece, str]:
    """A paragraph or list without the tags behind it, and these: several, or behind a sentence, or all of them `known`;
    a word with a `#` that stands in a sentence stays."""
    inner = piece
    while inner.children:
        inner = inner.children[-1]
    line = page.lines[piece.end - 1][: piece.stop]
    begin = piece.column if piece.end == piece.start + 1 else 0
    found = BEHIND.search(line, begin) if inner.kind == "paragraph" and inner.end == piece.end else None
    tags = TAG.findall(found[0]) if found else []
    if not found or any(COLOUR.fullmatch(f"#{tag}") for tag in tags):
        return piece, ""
    before = line[begin : found.start()]
    if not before.strip() and piece.end > piece.start + 1 and not piece.children:
        title = piece.title.rpartition("\n")[0]
        return replace(piece, end=piece.end - 1, stop=None, title=title), found[0]
    sure = len(tags) > 1 or ENDED.search(before) or all(tag in known for tag in tags)
    if not before.strip() or not sure:
        return piece, ""
    return replace(
        piece, stop=len(line[: found.start()].rstrip()), title=piece.title[: -len(found[0])]
    ), found[0]


def is_map(pieces: Sequence[Piece]) -> bool:
    """Whether a page holds nothing below its headings but links to other pages, with short names of groups between,
    and no heading asks."""
    rest = [piece for piece in pieces if piece.kind not in ("rule", "contents", "comment", "html", "fence")]
    if any(piece.kind == "heading" and title(piece.title).asks >= NOMINAL for piece in rest):
        return False
    texts = [text for piece in rest if piece.kind != "heading" for text in _texts(piece)]
    links = [bool("[[" in text and LINKS.fullmatch(text)) for text in texts]
    named = all(link or len(text) <= GROUP for text, link in zip(texts, links, strict=True))
    return named and sum(links) > 0.5 * len(links)


def _texts(piece: Piece) -> Iterator[str]:
    """The lines of the paragraphs in a piece; of what is neither paragraph nor list its kind."""
    if piece.kind in ("bullets", "ordered", "item"):
        for child in piece.children:
            yield from _texts(child)
    elif piece.kind == "paragraph":
        yield from (line for line in piece.title.split("\n") if not is_furniture(line) and line.strip())
    else:
        yield piece.kind


def without_templates(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries; a question that is to be filled in (`What is {{title}}?`) and has no answer yet is none."""
    for entry in entries:
        if (
            isinstance(entry, Mark)
            and BLANK.search(entry.title.text)
            and not any(map(_is_filled, entry.body))
        ):
            yield from (Left(piece, "template") for piece in (entry.head, *entry.body))
        else:
            yield entry


def _is_filled(piece: Piece) -> bool:
    """Whether a piece says something beside what is to be filled in."""
    said = any(re.search(r"\w", BLANK.sub("", text)) for text in _texts(piece))
    return said and piece.kind != "heading"
