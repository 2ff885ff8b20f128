"""Inline HTML becomes the Markdown that it means; a tag that means nothing goes, its text stays."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from cardbook.tidy.drafts import Edit
from cardbook.tidy.elements import BLOCKS, VOID, Tag, tag
from cardbook.tidy.leaves import Leaf
from cardbook.tidy.plausible import CJK
from cardbook.tidy.spans import scan

_MARKS = {
    "b": "**", "strong": "**", "mark": "**", "i": "*", "em": "*", "cite": "*", "dfn": "*", "var": "*", "u": "*",
    "ins": "*", "del": "~~", "s": "~~", "strike": "~~",
}  # fmt: skip
_CODE = frozenset({"code", "kbd", "samp", "tt"})
_SCRIPTS = {"sup": "^", "sub": "_"}
_BREAKS = re.compile(r"\s*</?br\s*/?>(?:\s|</?br\s*/?>)*", re.IGNORECASE)
_NEUTRAL = re.compile(
    r"(?:black|white|(?:dark|light|dim|slate)*gr[ae]y|silver|inherit|initial|transparent|unset|none|currentcolor"
    r"|windowtext|var\(.*)?$"
)
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)")
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})$")
_LOUD = re.compile(
    r"font-weight\s*:\s*(?:bold|[6-9]00)|(?:^|[;\s])(?:color|background(?:-color)?)\s*:\s*([^;]+)"
)
_RAISED = dict(zip("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True))
_LOWERED = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))
_BASE = re.compile(r"(?<![A-Za-z0-9\\$])(?:[A-Za-zΑ-ω]|\d+)$")
_SCRIPT_RUN = re.compile(r"\s*<(sup|sub)>([^<>$`]*)</\1>", re.IGNORECASE)


def inline(leaf: Leaf) -> Iterator[Edit]:
    """The edits that every tag of a leaf needs."""
    if "<" not in leaf.text:
        return
    spans = scan(leaf.text)
    for span in spans:
        if span.kind == "comment":
            yield Edit(span.start, span.end, "", ("html-comment",))
    yield from _breaks(leaf, [s.start for s in spans if s.kind == "tag"])
    yield from _scripts(leaf, {s.start for s in spans if s.kind == "tag"})
    tags = [(span, tag(leaf.text, span.start, span.end)) for span in spans if span.kind == "tag"]
    yield from _unknown(leaf, [(span.start, span.end) for span, found in tags if found is None])
    yield from _known(leaf, [found for _, found in tags if found])


def _unknown(leaf: Leaf, places: list[tuple[int, int]]) -> Iterator[Edit]:
    """Elements of other worlds: components of a page go, `List<String>` and `<unk>` are shown as typed."""
    dropped: set[str] = set()
    for start, end in places:
        typed = leaf.text[start:end]
        name = re.split(r"[\s/>]", typed.lstrip("</"), maxsplit=1)[0].lower()
        if "=" in typed or "-" in name or name in dropped:
            dropped.add(name)
            yield Edit(start, end, "", ("html-dropped",))
        else:
            yield Edit(start, start, "\\", ("html-escaped",))


def _known(leaf: Leaf, tags: list[Tag]) -> Iterator[Edit]:
    partner = _partners(tags)
    around: list[str] = []
    for k, found in enumerate(tags):
        if found.name in VOID or found.name in BLOCKS:
            yield from _single(leaf, found)
        elif k not in partner:
            yield from _lonely(leaf, found)
        elif not found.closing:
            close = tags[partner[k]]
            yield from _pair(leaf, found, close, around)
            around.append(_mark(found))
        else:
            around.pop()


def _partners(tags: list[Tag]) -> dict[int, int]:
    """Which opening tag belongs to which closing one; crossed pairs belong to nobody."""
    partner: dict[int, int] = {}
    stack: list[int] = []
    open_names: dict[str, int] = {}
    for k, found in enumerate(tags):
        if found.name in VOID or found.name in BLOCKS:
            continue
        if not found.closing:
            stack.append(k)
            open_names[found.name] = open_names.get(found.name, 0) + 1
        elif open_names.get(found.name):
            while True:
                other = stack.pop()
                open_names[tags[other].name] -= 1
                if tags[other].name == found.name:
                    break
            partner[other] = k
            partner[k] = other
    return partner


def _mark(found: Tag) -> str:
    if found.name in _MARKS:
        return _MARKS[found.name]
    style = _LOUD.search(found.attributes.get("style", ""))
    color = found.attributes.get("color", "") if found.name == "font" else ""
    if style and style[1] is None:
        return "**"
    return "**" if any(map(_loud, (color, style[1] if style else ""))) else ""


def _loud(color: str) -> bool:
    """Whether a CSS colour is meant to stand out: no shade of grey, nor nearly so."""
    color = color.strip().lower()
    if match := _RGB.match(color):
        channels = [int(value) for value in match.groups()]
    elif match := _HEX.match(color):
        digits = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
        channels = [int(digits[k : k + 2], 16) for k in (0, 2, 4)]
    else:
        return not _NEUTRAL.match(color)
    return max(channels) - min(channels) > 48


def _pair(leaf: Leaf, opening: Tag, closing: Tag, around: list[str]) -> Iterator[Edit]:
    inner = leaf.text[opening.end : closing.start]
    code = (f"html-{_FAMILY.get(opening.name, 'dropped')}",)
    if opening.name in _CODE:
        yield Edit(opening.start, closing.end, _code_span(inner), code)
    elif opening.name in _SCRIPTS:
        yield Edit(opening.start, closing.end, _script(opening.name, inner), code)
    elif opening.name == "a":
        yield from _link(opening, closing, inner)
    elif opening.name in ("script", "style"):
        yield Edit(opening.start, closing.end, "", ("html-dropped",))
    else:
        mark = _mark(opening)
        kept = inner.strip()
        if not kept or leaf.kind == "heading" or _is_marked(leaf.text, opening.start, mark, kept, around):
            mark = ""
        left = len(inner) - len(inner.lstrip()) if mark else 0
        right = len(inner) - len(inner.rstrip()) if mark else 0
        yield Edit(opening.start, opening.end + left, " " * bool(left) + mark, code)
        yield Edit(closing.start - right, closing.end, mark + " " * bool(right), ())


def _is_marked(text: str, start: int, mark: str, kept: str, around: list[str]) -> bool:
    """Whether an element, or the asterisks of its author, already mark what the tag would mark."""
    within = mark == "**" and len(re.findall(r"(?<!\\)\*\*", text[:start])) % 2 == 1
    return not mark or mark in around or kept.startswith(mark) or within


_FAMILY = dict.fromkeys((*_MARKS, "font", "span"), "emphasis") | {
    "a": "link", "code": "code", "kbd": "code", "samp": "code", "tt": "code", "sup": "script", "sub": "script",
}  # fmt: skip


def _code_span(inner: str) -> str:
    text = " ".join(html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", inner)).split())
    if text.startswith("`") and text.endswith("`") and text.strip("`"):
        return text
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if "`" in text else ""
    return f"{ticks}{pad}{text}{pad}{ticks}" if text else ""


def _link(opening: Tag, closing: Tag, inner: str) -> Iterator[Edit]:
    href = opening.attributes.get("href", "").strip()
    if re.match(r"(?i)\s*(?:javascript|vbscript|data):", href) or href.startswith("#") or "](" in inner:
        href = ""
    if href and inner.strip():
        yield Edit(opening.start, opening.end, "[", ("html-link",))
        yield Edit(closing.start, closing.end, f"]({address(href)})", ())
    else:
        yield Edit(opening.start, opening.end, "", ("html-link",))
        yield Edit(closing.start, closing.end, "", ())


def address(href: str) -> str:
    """An address as Markdown takes it, in angle brackets where it holds blanks or parentheses."""
    href = href.replace("\n", "").strip()
    if re.search(r"[\s()<>]", href):
        return "<" + href.replace("<", "%3C").replace(">", "%3E") + ">"
    return href


def _scripts(leaf: Leaf, starts: set[int]) -> Iterator[Edit]:
    """`x<sub>i</sub><sup>2</sup>` with its base letter, as one formula."""
    at = 0
    for match in _SCRIPT_RUN.finditer(leaf.text):
        if match.start() < at or leaf.text.index("<", match.start()) not in starts:
            continue
        base = _BASE.search(leaf.text, max(0, match.start() - 12), match.start())
        run = [match]
        while further := _SCRIPT_RUN.match(leaf.text, run[-1].end()):
            run.append(further)
        at = run[-1].end()
        following = leaf.text[at : at + 1]
        scripts = "".join(f"{_SCRIPTS[m[1].lower()]}{{{_tex(m[2])}}}" for m in run)
        plain = all(_plain_script(m[1].lower(), m[2]) for m in run)
        if (
            base
            and not (following.isascii() and following.isalpha() and plain)
            and all(m[2].strip() for m in run)
        ):
            yield Edit(base.start(), at, f"${base[0]}{scripts}$", ("html-script",))


def _plain_script(name: str, inner: str) -> str:
    table = _RAISED if name == "sup" else _LOWERED
    inner = inner.strip().replace("−", "-")
    return "".join(table[char] for char in inner) if all(char in table for char in inner) else ""


def _script(name: str, inner: str) -> str:
    text = html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", inner)).strip()
    if not text or re.search(r"[$`\]]\(|\$|`", inner):
        return inner
    return _plain_script(name, text) or f"${_SCRIPTS[name]}{{{_tex(text)}}}$"


def _tex(text: str) -> str:
    text = html.unescape(text).strip()
    wordy = re.search(r"[A-Za-z]{3,}|[" + CJK + r"]|[\\{}$&#%_^~]", text)
    safe = re.sub(r"([&#%_${}])", r"\\\1", text.replace("\\", "").replace("^", "").replace("~", ""))
    return f"\\text{{{safe}}}" if wordy else text


def _single(leaf: Leaf, found: Tag) -> Iterator[Edit]:
    code = ("html-dropped",)
    if found.name == "br":
        return
    if found.name == "img":
        yield Edit(found.start, found.end, _image(found), ("html-image",))
    elif found.name == "input":
        box = "☑ " if "checked" in found.attributes else "☐ "
        yield Edit(found.start, found.end, box if found.attributes.get("type") == "checkbox" else "", code)
    elif found.name == "hr":
        yield Edit(found.start, found.end, _apart(leaf, found, "***"), ("html-rule",))
    elif found.attributes or _alone(leaf, found) or _balanced_block(leaf, found):
        yield Edit(found.start, found.end, _apart(leaf, found, ""), code)
    else:
        yield Edit(found.start, found.start, "\\", ("html-escaped",))


def _alone(leaf: Leaf, found: Tag) -> bool:
    """Whether the tag stands at the edge of a line or of other markup there."""
    before = leaf.text[: found.start].rpartition("\n")[2]
    after = leaf.text[found.end :].partition("\n")[0]
    return not re.sub(r"<[^<>]*>", "", before).strip() or not re.sub(r"<[^<>]*>", "", after).strip()


def _balanced_block(leaf: Leaf, found: Tag) -> bool:
    other = f"<{found.name}" if found.closing else f"</{found.name}>"
    return other in leaf.text.lower()


def _apart(leaf: Leaf, found: Tag, content: str) -> str:
    """A block boundary in the middle of a leaf is a paragraph break, at its edges nothing."""
    if leaf.kind != "text":
        return content if content else " "
    before = "\n\n" if leaf.text[: found.start].strip() else ""
    after = "\n\n" if leaf.text[found.end :].strip() else ""
    if not content:
        return before and after
    return f"{before}{content}{after}"


def _image(found: Tag) -> str:
    names = ("src", "data-src", "data-original", "data-actualsrc")
    source = next((value for name in names if (value := found.attributes.get(name, "").strip())), "")
    alt = " ".join(
        re.sub(r"[\[\]]", "", found.attributes.get("alt") or found.attributes.get("title", "")).split()
    )
    return f"![{alt}]({address(source)})" if source else alt


def _lonely(leaf: Leaf, found: Tag) -> Iterator[Edit]:
    """An inline tag without its partner: dropped where it only decorates, else shown as typed."""
    if found.attributes or found.name in ("font", "span", "a", "label", "small", "big"):
        target = found.attributes.get("src", "") if found.name in ("iframe", "video", "audio") else ""
        new = f"[{target}]({address(target)})" if re.match(r"https?:|//", target) else ""
        yield Edit(found.start, found.end, new, ("html-dropped",))
    else:
        yield Edit(found.start, found.start, "\\", ("html-escaped",))


def _breaks(leaf: Leaf, starts: list[int]) -> Iterator[Edit]:
    """`<br>` is a hard break, two of them a paragraph; in a table cell it is the only way to break, and stays."""
    known = set(starts)
    for match in _BREAKS.finditer(leaf.text):
        first = leaf.text.index("<", match.start())
        if first not in known:
            continue
        count = len(re.findall("<", match[0]))
        edge = match.start() == 0 or match.end() == len(leaf.text)
        if leaf.kind == "text":
            new = "" if edge else "\\\n" if count == 1 else "\n\n"
        else:
            new = "" if edge else "<br>" if leaf.kind == "cell" else " "
        yield Edit(match.start(), match.end(), new, ("html-break",))
