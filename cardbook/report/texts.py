"""The notes' Markdown on the page: by pandoc, formulas as MathML, and nothing in it that could run or load."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import nh3
from markupsafe import Markup, escape

from cardbook.cache import Cache
from cardbook.deck import sanitize
from cardbook.rendering.render import Text, render

MATHML = {
    "math", "semantics", "mrow", "mi", "mn", "mo", "mtext", "mspace", "ms", "mfrac", "msqrt", "mroot", "mstyle",
    "mpadded", "mphantom", "menclose", "msub", "msup", "msubsup", "munder", "mover", "munderover",
    "mmultiscripts", "mprescripts", "none", "mtable", "mtr", "mtd",
}  # fmt: skip
# Formulas for MathJax, and images by the names that they have in the package.
_CARDS_OWN = re.compile(r'<span class="math|<img')
_LINK = re.compile(r"</?a\b[^>]*>")
_LENGTHS = {"width", "height", "depth", "voffset", "lspace", "rspace", "linethickness", "notation"}
_STRETCHING = {
    "form",
    "fence",
    "separator",
    "stretchy",
    "symmetric",
    "minsize",
    "maxsize",
    "largeop",
    "accent",
}
_LOOKS = {
    "display",
    "displaystyle",
    "scriptlevel",
    "mathvariant",
    "columnalign",
    "columnspacing",
    "rowspacing",
}
_ATTRIBUTES: Mapping[str, set[str]] = {
    **sanitize.ATTRIBUTES,
    **dict.fromkeys(MATHML, _LENGTHS | _STRETCHING | _LOOKS),
}
# What may be wider than the page scrolls by itself, also by keyboard.
_SCROLLING = (
    ("<table>", '<div class="scroll" tabindex="0"><table>'),
    ("</table>", "</table></div>"),
    ('<math display="block">', '<math display="block" tabindex="0">'),
)


class Texts:
    """Markdown to HTML, all texts by one pandoc process."""

    def __init__(self, markdown: Iterable[str], rendered: Mapping[str, str], cache: Cache) -> None:
        """Render each text that is not `rendered` for the cards; one that pandoc refuses is shown as typed."""
        wanted = list(dict.fromkeys(markdown))
        found = {
            text: html for text in wanted if (html := rendered.get(text)) and not _CARDS_OWN.search(html)
        }
        rest = [text for text in wanted if text not in found]
        fragments = render([Text(text) for text in rest], cache, "mathml")
        found |= {text: f.html for text, f in zip(rest, fragments, strict=True) if f is not None}
        self._html = {text: clean(html) for text, html in found.items()}

    def block(self, markdown: str) -> Markup:
        """The text as paragraphs, lists and so on."""
        found = self._html.get(markdown)
        return Markup("<pre>{}</pre>").format(markdown) if found is None else Markup(found)

    def line(self, markdown: str) -> Markup:
        """A text of one line, such as a question, without a paragraph around it and without links."""
        found = self._html.get(markdown)
        return escape(markdown) if found is None else Markup(_LINK.sub("", sanitize.inline(found)))


def clean(html: str) -> str:
    """The fragment with only what text and formulas need: no script, no style, no address but of the web."""
    cleaned = nh3.clean(
        html,
        tags=(sanitize.TAGS | MATHML) - {"img"},
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
        clean_content_tags={"script", "style", "annotation"},
    )
    for element, instead in _SCROLLING:
        cleaned = cleaned.replace(element, instead)
    return cleaned.strip()


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if value.lower().startswith(("http://", "https://", "mailto:")) else None
    if name == "class":
        return " ".join(c for c in value.split() if c in sanitize.CLASSES) or None
    return value
