"""Images: pictures of formulas become the formulas, addresses that Markdown cannot read are written so that it can."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

from cardbook.tidy.drafts import Edit
from cardbook.tidy.elements import tag
from cardbook.tidy.leaves import Leaf
from cardbook.tidy.plausible import balanced
from cardbook.tidy.spans import scan

_MARKDOWN = re.compile(
    r"!\[((?:\\.|[^\[\]\\]|\[[^\[\]]*\])*)\]\(\s*(<[^<>\n]*>|(?:[^()\n]|\((?:[^()\n]|\([^()\n]*\))*\))*?)\s*\)"
)
_HTML = re.compile(r"<img\s[^<>]*>", re.IGNORECASE)
_QUERY = re.compile(r"[?&](?:tex|latex|chl|formula|math|eq)=([^#]*)", re.IGNORECASE)
_SERVICE = re.compile(
    r"(?:codecogs\.com/(?:[\w./]*\.(?:latex|download)|eqnedit\.php)|codecogs\.com/(?:gif|png|svg|eqn|pdf)[\w.]*"
    r"|mathtex(?:\.cgi)?|mimetex(?:\.cgi)?|math\.jianshu\.com/math|render\.githubusercontent\.com/render/math"
    r"|latex\.numberempire\.com/render|sciweavers\.org/tex2img\.php|tex\.s2cms\.ru/(?:svg|png)/|i\.upmath\.me/(?:svg|png)/"
    r"|math\.now\.sh|zhihu\.com/equation|juejin\.cn/equation|chart\.(?:apis\.)?google(?:apis)?\.com/chart"
    r"|private\.codecogs\.com/\w+)",
    re.IGNORECASE,
)
_COSMETIC = re.compile(
    r"^(?:\s|\\(?:huge|Huge|LARGE|Large|large|small|tiny|inline|fn_\w+|dpi\{\d+\}|bg_\w+|displaystyle|normalsize|color\{\w+\})(?![A-Za-z])\s*)+"
)
_SIZE = re.compile(r"\s+=\d+%?x?\d*%?\s*$|\s+=x\d+\s*$")
_TITLE = re.compile(r"^(.*?)\s+(\"[^\"]*\"|'[^']*')$", re.DOTALL)
_STYLE = re.compile(r"\{:?\s*(?:(?:width|height|style|align|class|\.|#)[^{}\n]*)\}")


def equations(leaf: Leaf) -> Iterator[Edit]:
    """An image whose address carries TeX is the formula that it shows."""
    if "![" not in leaf.text and "<img" not in leaf.text.lower():
        return
    code = [(span.start, span.end) for span in scan(leaf.text) if span.kind in ("code", "math")]
    for start, end, address in (*_markdown_images(leaf.text), *_html_images(leaf.text)):
        if any(first <= start < last for first, last in code):
            continue
        tex = formula(address)
        if tex:
            yield Edit(start, end, _written(tex, leaf, start, end), ("equation-image",))


def _markdown_images(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _MARKDOWN.finditer(text):
        if not text[: match.start()].endswith("\\"):
            yield match.start(), match.end(), match[2].strip("<>")


def _html_images(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _HTML.finditer(text):
        found = tag(text, match.start(), match.end())
        if found and found.attributes.get("src"):
            yield match.start(), match.end(), found.attributes["src"]


def formula(address: str) -> str:
    """The TeX in the address of an equation image, or the empty string."""
    address = html.unescape(address.replace("&space;", "%20").replace("&plus;", "%2B"))
    service = _SERVICE.search(address)
    if not service:
        return ""
    query = _QUERY.search(address, service.start())
    rest = query[1] if query else address[service.end() :].lstrip("?/")
    raw = re.split(r"&(?:preview|eeimg|mode|cht|chf|chco|bc|fc|im|fs|ff|edit|theme|from)=", rest)[0]
    tex = unquote_plus(raw) if query and "%20" not in raw else unquote(raw)
    tex = _COSMETIC.sub("", tex).strip()
    tex = re.sub(r"\s*\n\s*", " ", re.sub(r"(?:\\\\\s*)+$", "", tex)).strip()
    tex = tex.strip("$").strip()
    return tex if tex and balanced(tex) and not re.search(r"(?<!\\)\$", tex) else ""


def _written(tex: str, leaf: Leaf, start: int, end: int) -> str:
    alone = (
        not leaf.text[:start].rpartition("\n")[2].strip() and not leaf.text[end:].partition("\n")[0].strip()
    )
    return f"$${tex}$$" if alone and leaf.kind == "text" else f"${tex}$"


def addresses(leaf: Leaf) -> Iterator[Edit]:
    """Sizes that other editors write into images, blanks in paths, backslashes of Windows, style blocks behind."""
    if "![" not in leaf.text:
        return
    code = [(span.start, span.end) for span in scan(leaf.text) if span.kind in ("code", "math")]
    for match in _MARKDOWN.finditer(leaf.text):
        if any(first <= match.start() < last for first, last in code) or leaf.text[: match.start()].endswith(
            "\\"
        ):
            continue
        new = f"![{_alt(match[1])}]({_target(match[2])})"
        style = _STYLE.match(leaf.text, match.end())
        end = style.end() if style else match.end()
        if new != match[0] or style:
            yield Edit(match.start(), end, new, ("image-address",))


def _alt(alt: str) -> str:
    return re.sub(r"\s*(?<!\\)\|\s*\d+(?:x\d+)?\s*$", "", alt)


def _target(target: str) -> str:
    if target.startswith("<") and target.endswith(">"):
        return target
    title = _TITLE.match(target)
    path, title_text = (title[1], f" {title[2]}") if title else (target, "")
    path = _SIZE.sub("", path).strip()
    if "\\" in path and "://" not in path and not re.search(r"\\[()\[\]\\_*]", path):
        path = path.replace("\\", "/")
    return (f"<{path}>" if re.search(r"\s", path) else path) + title_text
