"""Structural HTML (tables, lists, headings, quotes, code, details) becomes the Markdown that it means.

Text inside stays as typed, Markdown and inline tags included; those are read afterwards.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator

from cardbook.tidy.drafts import Edit
from cardbook.tidy.elements import ROOTS, VOID, Element, Tag, tag, tree
from cardbook.tidy.leaves import Layout
from cardbook.tidy.spans import scan, tag_matches

MAX_COLUMNS = 120
"""Columns of one table, spans included."""
_PREFIX = re.compile(r"(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))*[ \t]*")
_SECTIONS = ("thead", "tbody", "tfoot")
_CODES = {"table": "html-table", "ul": "html-list", "ol": "html-list", "dl": "html-list", "pre": "html-code",
          "details": "html-details", "blockquote": "html-quote", "aside": "html-quote"}  # fmt: skip


def mask(text: str, layout: Layout) -> bytearray:
    """Which characters of a text are code or formulas: 1, all others 0."""
    masked = bytearray(len(text))
    for start, end, _ in layout.code:
        masked[start:end] = b"\1" * (end - start)
    for leaf in layout.leaves:
        for span in scan(leaf.text):
            if span.kind in ("code", "math"):
                start, end = leaf.offset(span.start), leaf.offset(span.end)
                masked[start:end] = b"\1" * (end - start)
    return masked


def comments(text: str, masked: bytearray) -> Iterator[Edit]:
    """Comments are for the author; the reader never saw them."""
    at = text.find("<!--")
    while at >= 0:
        end = text.find("-->", at + 4)
        if end < 0:
            return
        if not masked[at]:
            yield Edit(at, end + 3, "", ("html-comment",))
            at = text.find("<!--", end)
        else:
            at = text.find("<!--", at + 4)


def edits(text: str, layout: Layout) -> Iterator[Edit]:
    """The edits of all structural elements of a text."""
    if "<" in text:
        yield from structure(text, tags(text, mask(text, layout)))


def tags(text: str, masked: bytearray) -> list[Tag]:
    """The HTML tags of a text outside code and formulas."""
    found = (tag(text, m.start(), m.end()) for m in tag_matches(text) if not masked[m.start()])
    return [each for each in found if each]


def structure(text: str, found: list[Tag]) -> Iterator[Edit]:
    """One edit for each outermost structural element."""
    closing = _closing(found)
    k = 0
    while k < len(found):
        if k in closing and found[k].name == "details":
            yield from _unfolded(text, found, k, closing[k])
        elif k in closing:
            yield _region(text, found[k : closing[k] + 1])
            k = closing[k]
        k += 1


def _unfolded(text: str, found: list[Tag], first: int, last: int) -> Iterator[Edit]:
    """`<details>` tag by tag, so that what stands in it keeps its place."""
    rest = "\n" + _rest(text, found[first].start)
    gap = rest.rstrip(" ") + rest
    opening, closing = found[first], found[last]
    before = gap if _text_before(text, opening.start) else rest if _line_above(text, opening.start) else ""
    yield Edit(opening.start, opening.end, before, ("html-details",))
    yield Edit(closing.start, closing.end, gap if text[closing.end :].partition("\n")[0].strip() else "", ())
    if first + 1 < last and found[first + 1].name == "summary":
        end = next((t for t in found[first + 2 : last] if t.name == "summary" and t.closing), None)
        if end:
            inner = Element("summary", {}, [text[found[first + 1].end : end.start]])
            after = gap if text[end.end :].strip() else ""
            yield Edit(found[first + 1].start, end.end, _summary(inner) + after, ())


def _rest(text: str, at: int) -> str:
    """The marker of quotes and lists that a further line at `at` needs."""
    marker = _PREFIX.match(text, text.rfind("\n", 0, at) + 1, at)
    return re.sub(r"[^>\s]", " ", marker[0] if marker else "")


def _text_before(text: str, at: int) -> bool:
    line = text.rfind("\n", 0, at) + 1
    marker = _PREFIX.match(text, line, at)
    return line + len(marker[0] if marker else "") < at


def _line_above(text: str, at: int) -> bool:
    """Whether the line above is more than the markers of quotes."""
    line = text.rfind("\n", 0, at)
    return line > 0 and bool(text[text.rfind("\n", 0, line) + 1 : line].strip(" \t>"))


def _closing(found: list[Tag]) -> dict[int, int]:
    """Which end tag belongs to which start tag, each name by itself."""
    open_tags: dict[str, list[int]] = {}
    closing: dict[int, int] = {}
    for k, each in enumerate(found):
        if each.name in ROOTS:
            stack = open_tags.setdefault(each.name, [])
            if not each.closing:
                stack.append(k)
            elif stack:
                closing[stack.pop()] = k
    return closing


def _region(text: str, found: list[Tag]) -> Edit:
    start, end = found[0].start, found[-1].end
    line = text.rfind("\n", 0, start) + 1
    marker = _PREFIX.match(text, line, start)
    prefix = marker[0] if marker else ""
    rest = re.sub(r"[^>\s]", " ", prefix)
    inner, moved = _freed(text, start, end, rest, found)
    markdown = "\n\n".join(_blocks(tree(inner, moved)))
    before = "" if line + len(prefix) == start else "\n\n"
    if not before and not prefix.strip() and _line_above(text, start):
        before = "\n"
    following = text[end:].partition("\n")
    after = "" if not following[0].strip() and not following[2].partition("\n")[0].strip() else "\n\n"
    new = (before + markdown + after).replace("\n", "\n" + rest)
    new = re.sub(r"[ \t]+(?=\n)", "", new)
    return Edit(start, end, new, (_CODES.get(found[0].name, "html-heading"),))


def _freed(text: str, start: int, end: int, rest: str, found: list[Tag]) -> tuple[str, list[Tag]]:
    """The text of a region without the markers of quotes and lists at its lines, and its tags moved along."""
    if not rest:
        return text[start:end], [
            Tag(t.name, t.closing, t.start - start, t.end - start, t.attributes) for t in found
        ]
    cuts: list[tuple[int, int]] = []
    at = text.find("\n", start, end)
    while at >= 0:
        width = 0
        for want in rest:
            char = text[at + 1 + width : at + 2 + width]
            if char != want and not (want == " " and char == "\t"):
                break
            width += 1
        cuts.append((at + 1, at + 1 + width))
        at = text.find("\n", at + 1, end)
    return _cut(text, start, end, cuts, found)


def _cut(
    text: str, start: int, end: int, cuts: list[tuple[int, int]], found: list[Tag]
) -> tuple[str, list[Tag]]:
    starts = [cut[0] for cut in cuts]
    lost = [0]
    for first, last in cuts:
        lost.append(lost[-1] + last - first)
    parts = [text[a:b] for a, b in zip([start, *(c[1] for c in cuts)], [*starts, end], strict=True)]

    def moved(offset: int) -> int:
        return offset - start - lost[bisect_left(starts, offset)]

    return "".join(parts), [Tag(t.name, t.closing, moved(t.start), moved(t.end), t.attributes) for t in found]


def _blocks(element: Element) -> Iterator[str]:
    """The Markdown blocks of an element's children."""
    for child in element.children:
        if isinstance(child, str):
            if child.strip():
                yield _dedented(child)
        elif block := _RENDER.get(child.name, _plain)(child):
            yield block


def _dedented(text: str) -> str:
    lines = text.strip("\n").split("\n")
    first = lines[0].lstrip()
    others = [line for line in lines[1:] if line.strip()]
    width = min((len(line) - len(line.lstrip()) for line in others), default=0)
    return "\n".join([first, *(line[width:].rstrip() for line in lines[1:])]).strip()


def _plain(element: Element) -> str:
    return "\n\n".join(_blocks(element))


def _heading(element: Element) -> str:
    inner = " ".join(_plain(element).split())
    return f"{'#' * int(element.name[1])} {inner}" if inner else ""


def _quote(element: Element) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _plain(element).split("\n"))


def _summary(element: Element) -> str:
    inner = " ".join(_plain(element).split())
    bold = re.fullmatch(r"\*\*.*\*\*|<(?:b|strong)\b.*</(?:b|strong)>|#.*", inner)
    return inner if bold or not inner else f"**{inner}**"


def _pre(element: Element) -> str:
    raw = "".join(child if isinstance(child, str) else _plain(child) for child in element.children)
    language = re.search(r"(?:lang(?:uage)?|brush)[-:=]\s*\"?([\w+#-]+)", f"{element.attributes} {raw[:200]}")
    code = html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", re.sub(r"<br\s*/?>", "\n", raw))).strip("\n")
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", code)), 3)
    return f"{fence}{language[1] if language else ''}\n{code}\n{fence}"


def _list(element: Element) -> str:
    ordered = element.name == "ol"
    number = (
        int(start) if (start := element.attributes.get("start", "1")).isdecimal() and len(start) < 9 else 1
    )
    items: list[str] = []
    for child in element.children:
        if isinstance(child, str) and not child.strip():
            continue
        body = _dedented(child) if isinstance(child, str) else _item(child)
        marker = f"{number}. " if ordered else "- "
        number += 1
        items.append(marker + body.replace("\n", "\n" + " " * len(marker)))
    loose = any("\n\n" in item for item in items)
    return ("\n\n" if loose else "\n").join(items)


def _item(element: Element) -> str:
    if element.name != "li":
        return _RENDER.get(element.name, _plain)(element)
    blocks = list(_blocks(element))
    tight = len(blocks) == 2 and re.match(r"[-\d]", blocks[1]) and "\n\n" not in blocks[1]
    return ("\n" if tight else "\n\n").join(blocks)


def _definition(element: Element) -> str:
    inner = _plain(element)
    return f"**{inner}**" if inner and "\n" not in inner and "**" not in inner else inner


def _table(element: Element) -> str:
    captions = [_summary(c) for c in element.children if isinstance(c, Element) and c.name == "caption"]
    stray = [c.strip() for c in element.children if isinstance(c, str) and c.strip()]
    header, rows = _grid(element)
    if not rows and not header:
        return "\n\n".join((*captions, *stray))
    width = max(map(len, (header, *rows)))
    if width == 1 and len(rows) + bool(header) == 1:
        return "\n\n".join((*captions, *stray, (header or rows[0])[0].replace("<br>", "\n\n")))
    lines = [_line(row, width) for row in (header, *rows)]
    lines.insert(1, "|" + " --- |" * width)
    return "\n\n".join((*captions, *stray, "\n".join(lines)))


def _line(row: list[str], width: int) -> str:
    return "|" + "".join(f" {cell} |" for cell in row + [""] * (width - len(row)))


def _grid(table: Element) -> tuple[list[str], list[list[str]]]:
    """The header (empty if no row says it is one) and the rows, spans laid out as empty cells."""
    header: list[str] = []
    rows: list[list[str]] = []
    pending: dict[int, int] = {}
    for k, row in enumerate(_rows(table)):
        cells = list(_cells(row))
        laid = _laid(cells, pending)
        if k == 0 and cells and all(cell.name == "th" for cell in cells):
            header = laid
        elif laid:
            rows.append(laid)
    return header, rows


def _rows(table: Element) -> Iterator[Element]:
    for child in table.children:
        if isinstance(child, Element):
            if child.name in _SECTIONS:
                yield from _rows(child)
            elif child.name == "tr":
                yield child
            elif child.name in ("td", "th"):
                yield Element("tr", {}, [child])
        elif child.strip() and table.name in _SECTIONS:
            yield Element("tr", {}, [child])


def _cells(row: Element) -> Iterator[Element]:
    """The cells of a row; text that stands beside them is one too."""
    for child in row.children:
        if isinstance(child, Element):
            yield child
        elif child.strip():
            yield Element("td", {}, [child])


def _laid(cells: list[Element], pending: dict[int, int]) -> list[str]:
    laid: list[str] = []

    def skip_spanned() -> None:
        while pending.get(len(laid), 0) > 0 and len(laid) < MAX_COLUMNS:
            pending[len(laid)] -= 1
            laid.append("")

    for cell in cells:
        skip_spanned()
        rowspan = _span(cell, "rowspan")
        for k in range(min(_span(cell, "colspan"), max(MAX_COLUMNS - len(laid), 1))):
            pending[len(laid)] = rowspan - 1
            laid.append(_cell(cell) if k == 0 else "")
    skip_spanned()
    return laid


def _span(cell: Element, name: str) -> int:
    value = cell.attributes.get(name, "1").strip()
    return max(1, int(value)) if value.isdecimal() and len(value) < 4 else 1


def _cell(cell: Element) -> str:
    blocks = [re.sub(r"\s*\n\s*", "<br>" if _is_list(block) else " ", block) for block in _blocks(cell)]
    text = re.sub(r"\s*</(p|div|center)>\s*<(p|div|center)\b[^<>]*>\s*", "<br>", "<br>".join(blocks))
    text = re.sub(r"\s*</?(?:p|div|center)\b[^<>]*>\s*", " ", text).strip()
    return re.sub(r"(?<!\\)\|", r"\\|", text)


def _is_list(block: str) -> bool:
    return bool(re.match(r"(?:-|\d+\.) |\|", block))


_RENDER = {
    "table": _table, "ul": _list, "ol": _list, "pre": _pre, "summary": _summary,
    "blockquote": _quote, "aside": _quote, "dt": _definition,
    **{f"h{level}": _heading for level in range(1, 7)},
}  # fmt: skip
assert not VOID & _RENDER.keys()
