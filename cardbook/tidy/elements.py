"""HTML elements: their names, and a tree of the ones that give a text its structure.

A tag is what CommonMark's grammar calls one (so that `a < b` and `List<String>` stay prose) and what HTML has a
name for; its attributes are read by the standard library's HTML parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

MAX_DEPTH = 20
"""Nested structural elements; deeper ones keep their text and lose their tags."""

BLOCKS = frozenset(
    "address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html legend li link main menu "
    "meta nav noframes noscript ol optgroup option p param section summary table tbody td template tfoot th thead "
    "title tr ul".split()
)
INLINES = frozenset(
    "a abbr acronym b bdi bdo big br button cite code data del dfn em embed font i iframe img input ins kbd label "
    "mark math meter object output picture pre progress q ruby rp rt rb s samp script select small source span "
    "strike strong style sub sup svg textarea time track tt u var video audio wbr canvas map area nobr".split()
)
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
STRUCTURE = frozenset(
    "table thead tbody tfoot tr td th caption ul ol li dl dt dd pre details summary blockquote aside "
    "h1 h2 h3 h4 h5 h6".split()
)
ROOTS = frozenset("table ul ol dl pre details blockquote aside h1 h2 h3 h4 h5 h6".split())
_CLOSED_BY = {
    "li": {"li"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "tr": {"tr", "td", "th"}, "td": {"td", "th"},
    "th": {"td", "th"}, "thead": {"tr", "td", "th"}, "tbody": {"thead", "tr", "td", "th"},
    "tfoot": {"tbody", "tr", "td", "th"},
}  # fmt: skip
_BARE = frozenset(
    "allowfullscreen async autoplay checked compact controls default defer disabled download hidden ismap loop "
    "multiple muted nohref noshade nowrap open readonly required reversed selected controls alt".split()
)
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_BARE_ATTRIBUTE = re.compile(r"\s([A-Za-z_:][\w:.-]*)(?=[\s/>])(?!\s*=)")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag in a text: `name` in lower case, `closing` for `</b>`."""

    name: str
    closing: bool
    start: int
    end: int
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Element:
    """A structural element and what it holds: text as it was typed, and further elements."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[str | Element] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found = {name: value or "" for name, value in reversed(attrs)}


def tag(text: str, start: int, end: int) -> Tag | None:
    """The HTML tag that `text[start:end]` is, or None where HTML has no such element: `<String>`, `<unk>`."""
    typed = text[start:end]
    match = _NAME.match(typed)
    if match is None or (name := match[1].lower()) not in BLOCKS | INLINES:
        return None
    if typed.startswith("</") or len(typed) == len(match[0]) + 1:
        return Tag(name, typed.startswith("</"), start, end)
    if any(
        bare.lower() not in _BARE
        for bare in _BARE_ATTRIBUTE.findall(re.sub(r"\"[^\"]*\"|'[^']*'", "", typed))
    ):
        return None
    return Tag(name, False, start, end, _attributes(typed))


def _attributes(typed: str) -> dict[str, str]:
    reader = _Reader()
    reader.feed(typed)
    return reader.found


def tree(text: str, tags: Iterable[Tag]) -> Element:
    """The structural elements of `text`. End tags that HTML lets one omit are supplied, stray ones dropped."""
    root = Element("root")
    stack = [root]
    at = 0
    for found in tags:
        if found.name not in STRUCTURE:
            continue
        _append(stack[-1], text[at : found.start])
        at = found.end
        if found.closing:
            _close(stack, found.name)
        elif len(stack) <= MAX_DEPTH:
            _open(stack, found)
    _append(stack[-1], text[at:])
    return root


def _append(element: Element, text: str) -> None:
    if text:
        element.children.append(text)


def _open(stack: list[Element], found: Tag) -> None:
    while stack[-1].name in _CLOSED_BY.get(found.name, ()):
        stack.pop()
    element = Element(found.name, found.attributes)
    stack[-1].children.append(element)
    if found.name not in VOID:
        stack.append(element)


def _close(stack: list[Element], name: str) -> None:
    barrier = {"table"} if name not in ("table", "root") else set()
    for k in range(len(stack) - 1, 0, -1):
        if stack[k].name == name:
            del stack[k:]
            return
        if stack[k].name in barrier:
            return
