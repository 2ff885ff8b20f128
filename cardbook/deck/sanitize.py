"""From pandoc's HTML to what may stand in a field of an Anki note.

An allow-list decides which tags, attributes and classes stay; what Anki or MathJax would read as a command of
theirs (`[sound:…]`, `[latex]`, a delimiter in prose) is made plain text; images are those of the package only.
"""

from __future__ import annotations

import html as entities
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import partial
from html.parser import HTMLParser
from itertools import pairwise

import nh3

FOLD_WIDTH = 1000
"""Answers with more text than this (in Latin characters, a Chinese one being two of them) fold their sections.

It is about one screen of a phone."""

TAGS = {
    "p", "br", "hr", "strong", "em", "b", "i", "u", "s", "del", "ins", "sub", "sup", "small", "mark", "kbd",
    "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code",
    "div", "span", "section", "a", "img", "label", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"class"},
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
CLASSES = {
    "math", "inline", "display", "image-missing", "image-alt", "unproven", "sourceCode", "footnotes",
    "footnote-ref", "task-list", "table", "left", "right", "center",
}  # fmt: skip
# A programming language, and the token classes of skylighting, pandoc's highlighter.
_CODE_CLASS = re.compile(r"[A-Za-z][A-Za-z0-9+#-]{0,29}")

# A tag, quoted attributes included.
_TAG = r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>"""
_TAGS = re.compile(_TAG)
_IMAGE = re.compile(r'<img src="([^"]*)"(?: alt="([^"]*)")?[^>]*>')
_LONE_IMAGE = re.compile(r"<p>(<img [^>]*>)</p>")
# What is left of an image of which the sanitizer took the address.
_NO_IMAGE = re.compile(r"<img(?! src=)[^>]*>")
_MATH = re.compile(r'(<span class="math (?:inline|display)">.*?</span>)', re.DOTALL)
_DELIMITER = re.compile(rf"({_TAG})|\\(?=[()\[\]])")
# Anki looks for these in the text of a card, before any HTML is read.
_ANKI_MARK = re.compile(r"\[(?=(?:sound|anki):|/?(?:latex|\$\$?)\])", re.IGNORECASE)

# How pandoc says things that a card says another way. Text is escaped there, so these only meet its own tags.
_IDIOMS = (
    (re.compile(r'<(t[dh]) style="text-align: (left|right|center);">'), r'<\1 class="\2">'),
    (re.compile(r'<input type="checkbox" checked=""\s*/?>'), "☑ "),
    (re.compile(r'<input type="checkbox"\s*/?>'), "☐ "),
    (re.compile(r'<a href="#cb[^>]*></a>'), ""),
    (re.compile(r'<a href="#fnref[^>]*>.*?</a>'), ""),
    (re.compile(r"<table\b"), '<div class="table"><table'),
    (re.compile(r"</table>"), "</table></div>"),
)


def clean(html: str, images: Mapping[str, tuple[int, int]]) -> str:
    """The fragment with nothing in it that a card does not need.

    `images` are the files of the package with their width and height in CSS pixels; any other image becomes
    a placeholder with its address.
    """
    for idiom, instead in _IDIOMS:
        html = idiom.sub(instead, html)
    html = _IMAGE.sub(partial(_image, images), html)
    html = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=partial(_attribute, images),
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
        clean_content_tags={"script", "style"},
    )
    html = _LONE_IMAGE.sub(r'<p class="picture">\1</p>', _NO_IMAGE.sub("", html))
    return _ANKI_MARK.sub("&#91;", _inert(html)).strip()


def text(value: str) -> str:
    """Plain text as HTML that neither Anki nor MathJax reads as anything else."""
    return _ANKI_MARK.sub("&#91;", _inert(entities.escape(value, quote=False)))


def attribute(value: str) -> str:
    """Plain text as it stands between the quotes of an attribute."""
    return entities.escape(value)


def visible(html: str) -> str:
    """The text of a fragment, tags dropped and entities read."""
    return entities.unescape(_TAGS.sub("", html))


def inline(html: str) -> str:
    """A fragment that is one paragraph, without the paragraph."""
    inner = html.removeprefix("<p>").removesuffix("</p>")
    return inner if html.startswith("<p>") and "<p>" not in inner else html


def fold(html: str) -> str:
    """A long answer with each of its sections under its heading, to be opened by a tap.

    Sections begin at the outermost headings. What stands before them is shown, or else the first section.
    """
    # Most answers have no headings, which a search sees sooner than a parser.
    starts = _sections(html) if _HEADING.search(html) else []
    if len(starts) < 2 or _width(visible(html)) <= FOLD_WIDTH:
        return html
    before, footnotes = html[: starts[0]], html.find('<section class="footnotes')
    end = footnotes if footnotes > starts[-1] else len(html)
    parts = [html[start:stop] for start, stop in pairwise([*starts, end])]
    folded = [_folded(part, opened=i == 0 and not before.strip()) for i, part in enumerate(parts)]
    return before + "\n".join(folded) + html[end:]


def lists(items: Iterable[str]) -> str:
    """HTML items as a list; nothing for none."""
    body = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{body}</ul>" if body else ""


def _image(images: Mapping[str, tuple[int, int]], match: re.Match[str]) -> str:
    source, alt = match[1], match[2] or ""
    size = images.get(entities.unescape(source))
    if size is None:
        return (
            f'<span class="image-missing"><span class="image-alt">{alt}</span> <code>{source}</code></span>'
        )
    return f'<img src="{source}" alt="{alt}" width="{size[0]}" height="{size[1]}">'


def _attribute(images: Mapping[str, tuple[int, int]], tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return _classes(tag, value)
    if name == "href":
        return value if value.lower().startswith(("http://", "https://", "mailto:")) else None
    if name == "src":
        return value if value in images else None
    return value


def _classes(tag: str, value: str) -> str | None:
    code = tag in ("pre", "code", "span")
    kept = [name for name in value.split() if name in CLASSES or (code and _CODE_CLASS.fullmatch(name))]
    return " ".join(kept) or None


def _inert(html: str) -> str:
    """MathJax reads its delimiters anywhere in a card; outside formulas a tag between the two signs stops it."""
    parts = _MATH.split(html)
    parts[::2] = [_DELIMITER.sub(lambda m: m[1] or "\\<span></span>", part) for part in parts[::2]]
    return "".join(parts)


def _width(shown: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in shown)


_HEADING = re.compile("<h[1-6]")


class _Outline(HTMLParser):
    """Finds the headings that stand in no other element."""

    _VOID = frozenset({"br", "hr", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[tuple[int, tuple[int, int]]] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if self._depth == 0 and re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), self.getpos()))
        self._depth += tag not in self._VOID

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag not in self._VOID


def _sections(html: str) -> list[int]:
    """Where the outermost headings of a fragment begin."""
    outline = _Outline()
    outline.feed(html)
    top = min((level for level, _ in outline.headings), default=0)
    lines = [0, *(match.end() for match in re.finditer("\n", html))]
    return [lines[line - 1] + column for level, (line, column) in outline.headings if level == top]


def _folded(part: str, opened: bool) -> str:
    level = part[2]
    heading, body = part.split(f"</h{level}>", 1)
    title = heading[heading.index(">") + 1 :]
    state = " open" if opened else ""
    # AnkiMobile passes a tap through to what has the class `tappable`.
    return (
        f'<details class="part"{state}><summary class="tappable">{title}</summary>{body.rstrip()}</details>'
    )
