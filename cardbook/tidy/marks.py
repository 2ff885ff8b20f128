"""Markdown marks that CommonMark does not read as their author meant them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cardbook.reading.markdown import wiki_text
from cardbook.tidy.characters import outside
from cardbook.tidy.drafts import Edit
from cardbook.tidy.leaves import Leaf
from cardbook.tidy.plausible import CJK
from cardbook.tidy.spans import scan

_SOFT = "，。；：、！？,;:"
_PAIRED = {"“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "【": "】", "（": "）", "(": ")", '"': '"'}
_STRONG = re.compile(r"(?<![\\*])\*\*(?!\*)(?<!(?a:[\w)] )\*\*(?= (?a:[\w(])))")
_UNDERLINED = re.compile(f"(?<=[{CJK}，。；：、！？）”])__(?=\\S)([^_\n]*?[{CJK}][^_\n]*?)(?<=\\S)__"
                         f"|__(?=\\S)([^_\n]*?[{CJK}][^_\n]*?)(?<=\\S)__(?=[{CJK}])")  # fmt: skip
_HIGHLIGHT = re.compile(r"(?<![A-Za-z0-9=!<>])==(?=[^\s=])([^=\n]*?[^\s=])==(?![A-Za-z0-9=])")
_CALLOUT = re.compile(r"\[!([A-Za-z][\w-]{0,30})\][+-]?[ \t]*([^\n]*)(\n|$)")
_WIKI_LINK = re.compile(r"(?<!\\)(!?)\[\[([^\[\]\n|]+)(?:\|([^\[\]\n]+))?\]\]")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?)$", re.IGNORECASE)
_HEADING = re.compile(r"^([ \t>]*)(#{2,6})(?=[^#\s\\{(!@$%&*+-/:;=?])(?=[^\n]*\S)", re.MULTILINE)
_CONTAINER = re.compile(r"^([ \t>]*)(:{3,}[ \t]*(?:\{?[A-Za-z][\w.-]*\}?)?[ \t]*([^\n:]*))$", re.MULTILINE)
_ENTITY_SPACE = re.compile(r"(?:&(?:nbsp|emsp|ensp|thinsp|#160|#12288|zwnj|zwj|#8203);?)+", re.IGNORECASE)
_HIDDEN = re.compile(
    r"[ \t]*%%(?=\S)[^%\n]*?(?<=\S)%%"  # a comment of Obsidian
    r"|[ \t]+\^(?=[\w-]*[A-Za-z])[A-Za-z0-9-]{4,}[ \t]*$"  # the name of a block
    r"|(?<=[)\]*`])\{:[^{}\n]*\}"  # attributes of kramdown
)
_WORD = re.compile(r"\w")


def _prose(leaf: Leaf, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The matches of a pattern outside code, formulas, tags and addresses."""
    taken = bytearray(len(leaf.text) + 1)
    for span in scan(leaf.text):
        taken[span.start : span.end] = b"\1" * (span.end - span.start)
    for match in pattern.finditer(leaf.text):
        if not taken[match.start()] and not taken[match.end() - 1]:
            yield match


def underlined(leaf: Leaf) -> Iterator[Edit]:
    """`中__重点__文` is no emphasis in CommonMark: underscores do not open inside a word, and CJK has no blanks."""
    if "__" in leaf.text:
        for match in _prose(leaf, _UNDERLINED):
            yield Edit(match.start(), match.end(), f"**{match[1] or match[2]}**", ("bold-marks",))


def highlighted(leaf: Leaf) -> Iterator[Edit]:
    """`==x==` (Obsidian, Typora) is bold here."""
    if "==" in leaf.text:
        for match in _prose(leaf, _HIGHLIGHT):
            yield Edit(match.start(), match.end(), f"**{match[1]}**", ("highlight",))


def strong(leaf: Leaf) -> Iterator[Edit]:
    """`**` that stays visible because of the punctuation or the blanks beside it."""
    if leaf.text.count("**") < 2:
        return
    marks = [match.start() for match in _prose(leaf, _STRONG)]
    if len(marks) % 2 or re.search(r"(?<!\\)\*{3}", leaf.text):
        return
    for opening, closing in zip(marks[::2], marks[1::2], strict=True):
        inner = leaf.text[opening + 2 : closing]
        if _latin(leaf.text[opening - 1 : opening]) and _latin(inner[:1]):
            return
        if inner.strip() and "\n\n" not in inner:
            yield from _strong(leaf.text, opening, closing, inner)


def _strong(text: str, opening: int, closing: int, inner: str) -> Iterator[Edit]:
    before, after = text[opening - 1 : opening], text[closing + 2 : closing + 3]
    opens = _flanks(before, inner[0])
    closes = _flanks(after, inner[-1])
    if opens and closes:
        return
    kept = inner.strip()
    left, right = _left(before, inner, kept), _right(after, inner, kept)
    moved = _moved(kept, before if not opens else "", after if not closes else "")
    if moved:
        head, kept, tail = moved
        new = f"{head}**{kept}**{tail}"
    else:
        new = f"{left}**{kept}**{right}"
    yield Edit(opening, closing + 2, new, ("bold-marks",))


def _flanks(outside: str, inside: str) -> bool:
    """Whether a run of asterisks between these characters opens (or, mirrored, closes) emphasis."""
    if inside.isspace():
        return False
    return bool(_WORD.match(inside)) or not outside or outside.isspace() or not _WORD.match(outside)


def _left(before: str, inner: str, kept: str) -> str:
    if inner[0].isspace():
        return " " if before.strip() and (_latin(before) or not _flanks(before, kept[0])) else ""
    return "" if _flanks(before, kept[0]) else " "


def _right(after: str, inner: str, kept: str) -> str:
    if inner[-1].isspace():
        return " " if after.strip() and (_latin(after) or not _flanks(after, kept[-1])) else ""
    return "" if _flanks(after, kept[-1]) else " "


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _moved(kept: str, before: str, after: str) -> tuple[str, str, str] | None:
    """Punctuation at the edge moved outside, where bold or not makes no difference to the eye."""
    head, core, tail = kept[0], kept[1:-1], kept[-1]
    if (
        _PAIRED.get(head) == tail
        and core
        and head not in core
        and tail not in core
        and (_WORD.match(core[0]) and _WORD.match(core[-1]))
    ):
        return head, core, tail
    if (
        after
        and kept[-1] in _SOFT
        and len(kept) > 1
        and _WORD.match(kept[-2])
        and (not before or _WORD.match(kept[0]))
    ):
        return "", kept[:-1], kept[-1]
    return None


def callout(leaf: Leaf) -> Iterator[Edit]:
    """`> [!note] Title` (Obsidian, GitHub): a quote whose first line is its title in bold."""
    match = _CALLOUT.match(leaf.text) if leaf.quoted else None
    if match:
        title = re.sub(r"^\*\*(.*)\*\*$", r"\1", match[2].strip()) or match[1].replace("-", " ").capitalize()
        yield Edit(0, match.end(), f"**{title}**" + ("\n\n" if match[3] else ""), ("callout",))


def wiki_links(leaf: Leaf) -> Iterator[Edit]:
    """`[[Note|text]]` leads nowhere in a book: its text; `![[picture.png]]` is an image."""
    if "[[" not in leaf.text:
        return
    for match in _prose(leaf, _WIKI_LINK):
        target, label = match[2].strip(), (match[3] or "").strip()
        if match[1] and _PICTURE.search(target):
            alt = "" if re.fullmatch(r"\d+(?:x\d+)?", label) else label
            yield Edit(match.start(), match.end(), f"![{alt}]({_bracketed(target)})", ("wiki-link",))
        elif label or (re.search(f"[A-Za-z{CJK}]", target) and not re.search(r"[,;=+*()]|\.\.", target)):
            yield Edit(match.start(), match.end(), label or wiki_text(target), ("wiki-link",))


def _bracketed(target: str) -> str:
    return f"<{target}>" if re.search(r"[\s()]", target) else target


def containers(text: str, code: Sequence[tuple[int, int, str]]) -> Iterator[Edit]:
    """`::: tip Title` … `:::` (VuePress, Docusaurus, Yuque): the title in bold, and the content."""
    for match in outside(_CONTAINER, text, lambda: code):
        title = (match[3] or "").strip("[] ")
        yield Edit(
            match.start(2), match.end(), f"**{title}**\n{match[1].rstrip()}" if title else "", ("callout",)
        )


def hidden(leaf: Leaf) -> Iterator[Edit]:
    """`%%a comment%%` and `^block-id` of Obsidian, `{:target="_blank"}` of kramdown: nobody is to see them."""
    if "%%" in leaf.text or " ^" in leaf.text or "{:" in leaf.text:
        for match in _prose(leaf, _HIDDEN):
            yield Edit(match.start(), match.end(), "", ("site-tag",))


def headings(text: str, code: Sequence[tuple[int, int, str]]) -> Iterator[Edit]:
    """`##标题` is a heading to its author and a paragraph to CommonMark."""
    for match in outside(_HEADING, text, lambda: code):
        yield Edit(match.end(2), match.end(2), " ", ("heading-space",))


def entity_spaces(leaf: Leaf) -> Iterator[Edit]:
    """`&nbsp;` and its kin are blanks; at the start of a paragraph they are an indent that the book sets itself."""
    if "&" in leaf.text:
        for match in _prose(leaf, _ENTITY_SPACE):
            edge = match.start() == 0 or match.end() == len(leaf.text)
            yield Edit(match.start(), match.end(), "" if edge else " ", ("exotic-space",))
