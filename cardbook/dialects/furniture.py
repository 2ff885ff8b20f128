"""What stands in a file of notes beside questions and answers: contents, bylines, navigation, references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from functools import lru_cache

from cardbook.dialects.asking import NAVIGATION, NOMINAL, TAG, Title, title
from cardbook.dialects.pieces import Page, Piece
from cardbook.dialects.vault import QUERY, is_furniture, is_map
from cardbook.dialects.words import pattern
from cardbook.reading import markdown

CONTENTS = pattern(r"^\W*{contents}\W*$")
REFERENCES = pattern(r"^\W*{references}\W*$")
PRELIMINARY = pattern(r"^\W*{preliminary}\W*$")
SPONSOR = pattern("{sponsor}")
BYLINE = pattern(r"^\W*{byline}\s*[:：]")
PLACEHOLDER = pattern(r"\W*{placeholders}\W*")
LABEL = pattern(r"^\W*{label}\s*\d?\d?\s*(?:[:：]|\W*$)")
EDIT_DATE = re.compile(
    r"^\W*(?:(?:发布|发表|编辑|更新|修改|写|创建)(?:于|在)\s*)?(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*\d{1,2}\s*日?)?[\s\d:：]*(?:更新|修改|编辑|发布)?\W*$"
)
TOC_MARKS = re.compile(
    r"^\W*(?:\[\[?toc\]?\]|@\[toc\].*|\{:toc\}|\{\{.*toc.*\}\}|\[\[_TOC_\]\]|<!--\s*/?toc.*-->)\W*$",
    re.IGNORECASE,
)

SITE_TAG = re.compile(
    r"\s*(?:\{%(?!\s*\w*im(?:g|age)\b)[^{}\"]*%\}|\{\{[<%](?![^{}]*\bsrc=)[^{}\"]*[%>]\}\}|\{:[^{}]*\}|\^[\w-]+)\s*"
)
"""A line that only speaks to a site generator, or names a block: nothing to be seen."""


def heading_reason(heading: Title, body: Sequence[Piece], below: Sequence[Piece]) -> str:
    """Why a section is no note: `contents`, `references`, `preliminary`, `sponsor`; else empty. `body` are the pieces
    up to its first sub-heading, `below` all."""
    text = markdown.plain(heading.text)
    if CONTENTS.match(text):
        return "contents"
    if REFERENCES.match(text) and _could_refer(body, below):
        return "references"
    if PRELIMINARY.match(text):
        return "preliminary"
    return "sponsor" if SPONSOR.search(text) and len(text) < 40 else ""


def _could_refer(body: Sequence[Piece], below: Sequence[Piece]) -> bool:
    """Whether a title such as 引用 is that of sources; above headings that explain (左值引用) it is a term."""
    listed = {"bullets", "ordered", "footnote", "definition"}
    return not below or bool(body) or any(p.kind in listed or markdown.links(p.title) for p in below)


def reason(piece: Piece, lines: Sequence[str]) -> str:
    """Why a block is no part of any answer: a fixed word, or empty if it may be one."""
    if piece.kind == "rule":
        return "rule"
    if piece.kind == "fence" and QUERY.match(lines[piece.start], piece.column):
        return "query"
    if piece.kind in ("definition", "table head", "contents", "comment"):
        return {"definition": "link definition"}.get(piece.kind, piece.kind)
    if piece.kind == "html":
        return _html_reason(piece, lines)
    if piece.kind in ("bullets", "ordered"):
        return _list_reason(piece)
    if piece.kind in ("paragraph", "quote"):
        return _paragraph_reason(source(piece, lines))
    return "contents" if piece.kind == "table" and _is_contents_table(piece, lines) else ""


def source(piece: Piece, lines: Sequence[str]) -> str:
    """The inline source of a paragraph or of a quote's text."""
    if piece.title or piece.kind == "paragraph":
        return piece.title
    own = (line.lstrip(" \t>") for line in lines[piece.start : piece.end])
    return "\n".join(own)


def _html_reason(piece: Piece, lines: Sequence[str]) -> str:
    text = "\n".join(lines[piece.start : piece.end]).strip()
    if text.startswith("<!--") and text.endswith("-->") and text.count("<!--") == 1:
        return "comment"
    shown = re.sub(r"<[^<>]*>", "", text).strip()
    if not shown and "<img" not in text.lower():
        return "markup"
    return "navigation" if NAVIGATION.fullmatch(shown) else ""


def _list_reason(piece: Piece) -> str:
    texts = list(item_sources(piece))
    if not texts:
        return "empty list"
    titles = [title(text) for text in texts[:200]]
    if sum(t.anchors for t in titles) >= 0.7 * len(titles):
        return "contents"
    return "byline" if all(map(_is_byline, texts)) else ""


def set_apart(page: Page) -> Page:
    """The page, its lists that only name what is asked elsewhere on it (links or not) as pieces of kind `contents`,
    or all that it holds if it only maps other pages, what stands between `%%` and `%%` of kind `comment`; `linked` if
    what is nothing but a link is answered."""
    if is_map(page.pieces):
        kept = (
            p if p.kind in ("heading", "fence", "rule") else replace(p, kind="contents") for p in page.pieces
        )
        return replace(page, pieces=tuple(kept))
    heads = {bare(piece.title) for piece in page.pieces if _is_head(piece)}
    firsts = [list(_firsts(piece)) for piece in page.pieces]
    answered = {bare(line) for lines in firsts for line, more in lines if more}
    linked = any(
        more and title(line).asks >= NOMINAL and _only_links(line) for lines in firsts for line, more in lines
    )
    later: set[str] = set()
    pieces: list[Piece] = []
    for piece, lines in zip(reversed(page.pieces), reversed(firsts), strict=True):
        more = any(more for _, more in lines)
        index = _is_index(piece, heads if more else heads | answered | later)
        pieces.append(replace(piece, kind="contents") if index else piece)
        later.update(bare(line) for line, _ in lines)
    return replace(page, pieces=tuple(_hidden(pieces[::-1])), linked=linked)


def _hidden(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces, the comments of Obsidian marked; what is opened and never closed is none."""
    ends = [k for k, piece in enumerate(pieces) if piece.kind == "paragraph" and piece.title.count("%%") % 2]
    pairs = [(a, b) for a, b in zip(ends[::2], ends[1::2], strict=False) if pieces[a].title.startswith("%%")]
    between = {k for a, b in pairs if pieces[b].title.endswith("%%") for k in range(a, b + 1)}
    for k, piece in enumerate(pieces):
        alone = piece.kind == "paragraph" and re.fullmatch(r"%%[^%]*%%", piece.title.strip())
        yield replace(piece, kind="comment") if alone or k in between else piece


def _is_head(piece: Piece) -> bool:
    return piece.kind in ("heading", "details") or (piece.kind == "paragraph" and title(piece.title).bold)


def _firsts(piece: Piece) -> Iterator[tuple[str, bool]]:
    """The first line of each item of a list, and whether the item holds more."""
    for item in piece.children if piece.kind in ("bullets", "ordered") else ():
        line, _, rest = item.children[0].title.partition("\n") if item.children else ("", "", "")
        yield line, bool(rest) or len(item.children) > 1


def _is_index(piece: Piece, known: Set[str]) -> bool:
    if piece.kind not in ("bullets", "ordered"):
        return False
    asked = [text for text in item_sources(piece) if title(text).asks >= NOMINAL or title(text).references]
    named = [text for text in asked if bare(text) in known]
    return len(named) >= 3 and len(named) >= 0.7 * len(asked)


def bare(source: str) -> str:
    """The letters and digits of a title, for comparing it with another."""
    return re.sub(r"\W+", "", markdown.plain(title(source).text)).casefold()


def _is_byline(text: str) -> bool:
    seen = markdown.plain(text) if len(text) < 200 else text
    return bool(BYLINE.match(seen) or EDIT_DATE.match(seen))


def item_sources(piece: Piece) -> Iterator[str]:
    """The inline source of each paragraph in a list, nested lists included."""
    for child in piece.children:
        if child.kind in ("paragraph", "heading"):
            yield child.title
        yield from item_sources(child)


def text_of(piece: Piece) -> str:
    """The inline sources of a paragraph or list, a line each."""
    return "\n".join(item_sources(piece)) if piece.children else piece.title


@lru_cache(maxsize=4096)
def _paragraph_reason(text: str) -> str:
    if TOC_MARKS.match(text.strip()):
        return "contents"
    if len(text) > 2000:
        return ""
    if len(text) < 300 and all(map(_is_byline, text.split("\n"))):
        return "byline"
    if text.strip() and all(map(TAG.fullmatch, text.split())):
        return "tags"
    if found := is_furniture(text):
        return found
    if all(map(SITE_TAG.fullmatch, text.split("\n"))):
        return "markup"
    seen = markdown.plain(text)
    if PLACEHOLDER.fullmatch(seen):
        return "placeholder"
    if NAVIGATION.fullmatch(seen) or (title(text).anchors and len(seen) < 120):
        return "navigation"
    return "badge" if _is_badges(text) else ""


def _is_badges(text: str) -> bool:
    tokens = markdown.inline(text)
    badges = [
        t for t in tokens if t.type == "image" and re.search(r"badge|shields\.io", str(t.attrGet("src")))
    ]
    return bool(badges) and not any(t.type == "text" and t.content.strip() for t in tokens)


def _is_contents_table(piece: Piece, lines: Sequence[str]) -> bool:
    cells = [c for line in lines[piece.start + 2 : piece.end] for c in line.split("|") if c.strip()]
    found = [cell for cell in cells if title(cell).anchors]
    return len(found) >= 0.4 * len(cells) and bool(found)


def is_reference(piece: Piece, lines: Sequence[str]) -> bool:
    """Whether a block only points elsewhere: a link, `参考：` with links, a list of links."""
    if piece.kind in ("bullets", "ordered"):
        texts = list(item_sources(piece))
        return bool(texts) and all(_only_links(text) for text in texts)
    if piece.kind in ("paragraph", "quote"):
        text = source(piece, lines)
        return 0 < len(text.strip()) < 5000 and all(
            _only_links(line) for line in text.split("\n") if line.strip()
        )
    return False


def _points_elsewhere(lines: Sequence[str]) -> bool:
    """Whether every line is a link or announces one."""
    linked = [_only_links(line) for line in lines]
    return any(linked) and all(
        found or LABEL.fullmatch(markdown.plain(line)) for found, line in zip(linked, lines, strict=True)
    )


def is_label(piece: Piece) -> bool:
    """Whether a paragraph only announces references: `参考：`."""
    text = piece.title.strip()
    return (
        piece.kind in ("paragraph", "heading")
        and len(text) < 30
        and bool(LABEL.fullmatch(markdown.plain(text)))
    )


@lru_cache(maxsize=4096)
def _only_links(text: str) -> bool:
    """Whether a line is a link or a bare address, perhaps with a label such as `参考：` before it."""
    if "http" not in text and "](" not in text:
        return False
    outside, linked, depth = "", False, 0
    for token in markdown.inline(text):
        if token.type in ("link_open", "link_close"):
            depth, linked = depth + token.nesting, True
        elif token.type == "image" or token.type.startswith("math"):
            return False
        elif not depth:
            outside += token.content
    found = markdown.URL.findall(outside)
    rest = LABEL.sub("", markdown.URL.sub(" ", outside)).strip()
    short = len(re.sub(r"\W", "", rest)) <= (0 if not LABEL.match(outside) else 12)
    named = re.fullmatch(r".{0,40}[:：]\W*" if found else r".{0,12}[:：]\W*", rest)
    return (linked or bool(found)) and (short or bool(named))
