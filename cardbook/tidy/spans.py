"""The inline spans of a leaf that other repairs must respect: code, tags, addresses and formulas.

Code comes first (as in CommonMark), then formulas by plausibility, then tags; a `$` in prose is no formula.
Everything is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.common.html_re import open_tag

from cardbook.tidy.plausible import balanced, displays, worth

ENVIRONMENTS = (
    "align", "aligned", "alignat", "alignedat", "array", "bmatrix", "Bmatrix", "cases", "dcases", "eqnarray",
    "equation", "flalign", "gather", "gathered", "matrix", "multline", "pmatrix", "smallmatrix", "split",
    "vmatrix", "Vmatrix",
)  # fmt: skip
_TICKS = re.compile(r"`+")
_ADDRESS = re.compile(r"\]\((?:<[^<>\n]*>|(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*)")
_URL = re.compile(r"(?<![\"'=(])https?://[^\s<>\"`$，。；、（）()\[\]{}|]+")
_TAG = re.compile(open_tag + r"|</[A-Za-z][A-Za-z0-9-]*\s*>|<![A-Za-z][^<>]*>|<\?[^<>]*\?>")
_PAREN = re.compile(r"(\\\\?)([(\[])")
_BEGIN = re.compile(r"\\begin\s*\{(" + "|".join(ENVIRONMENTS) + r")(\*?)\}")
_DOLLARS = re.compile(r"\\.|[$＄]+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Span:
    """`kind` is `code`, `comment`, `tag`, `address` or `math`; for math also the TeX and how it was written."""

    kind: str
    start: int
    end: int
    tex: str = ""
    display: bool = False
    form: str = ""


def scan(text: str) -> tuple[Span, ...]:
    """All spans of a leaf, in order, none overlapping."""
    taken = _Taken(len(text))
    found = list(taken.claim(_code(text)))
    found += taken.claim(_bracketed(text, taken))
    found += taken.claim(_dollars(text, taken))
    found += taken.claim(_targets(text))
    found += taken.claim(_tags(text))
    found += taken.claim(_urls(text))
    return tuple(sorted(found, key=lambda span: span.start))


def math(text: str) -> tuple[Span, ...]:
    """The formulas of a leaf."""
    return tuple(span for span in scan(text) if span.kind == "math")


class _Taken:
    """Which characters already belong to a span."""

    def __init__(self, length: int) -> None:
        self._mask = bytearray(length + 1)

    def free(self, start: int, end: int) -> bool:
        return self._mask.find(1, start, end) < 0

    def claim(self, spans: Iterator[Span]) -> Iterator[Span]:
        for span in spans:
            if self.free(span.start, span.end):
                self._mask[span.start : span.end] = b"\1" * (span.end - span.start)
                yield span


def _code(text: str) -> Iterator[Span]:
    runs = [(m.start(), m.end()) for m in _TICKS.finditer(text)]
    later: dict[int, list[int]] = {}
    for k in range(len(runs) - 1, -1, -1):
        later.setdefault(runs[k][1] - runs[k][0], []).append(k)
    k = 0
    while k < len(runs):
        start, end = runs[k]
        same = later[end - start]
        while same and same[-1] <= k:
            same.pop()
        if _escaped(text, start) or not same:
            k += 1
            continue
        k = same.pop()
        yield Span("code", start, runs[k][1])
        k += 1


def _targets(text: str) -> Iterator[Span]:
    """The addresses of links and images."""
    for match in _ADDRESS.finditer(text):
        if match.end() < len(text) and text[match.end()] in ") \t\n":
            yield Span("address", match.start() + 2, match.end())


def _urls(text: str) -> Iterator[Span]:
    """Addresses that stand bare in the text."""
    for match in _URL.finditer(text):
        yield Span("address", match.start(), match.end())


def _tags(text: str) -> Iterator[Span]:
    at = text.find("<!--")
    while at >= 0 and (end := text.find("-->", at + 4)) >= 0:
        yield Span("comment", at, end + 3)
        at = text.find("<!--", end)
    for match in tag_matches(text):
        yield Span("tag", match.start(), match.end())


def tag_matches(text: str) -> Iterator[re.Match[str]]:
    """What CommonMark takes for a tag; `\\<b>` is escaped."""
    for match in _TAG.finditer(text):
        if not _escaped(text, match.start()):
            yield match


def _escaped(text: str, at: int) -> bool:
    before = text[max(0, at - 50) : at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _bracketed(text: str, taken: _Taken) -> Iterator[Span]:
    r"""`\(…\)`, `\[…\]`, both also with doubled backslashes, and bare environments, outside of dollars."""
    dollars = [(s.start, s.end) for s in _dollars(text, taken)] if "$" in text or "＄" in text else []
    inside = _Taken(len(text))
    for start, end in dollars:
        deque(inside.claim(iter([Span("math", start, end)])), maxlen=0)
    missing: set[str] = set()
    at = 0
    for match in re.finditer(_PAREN.pattern + "|" + _BEGIN.pattern, text):
        if match.start() < at or not inside.free(match.start(), match.end()):
            continue
        span = _bracket(text, match, missing)
        if span and taken.free(span.start, span.end):
            at = span.end
            yield span


def _bracket(text: str, match: re.Match[str], missing: set[str]) -> Span | None:
    closer = f"\\end{{{match[3]}{match[4]}}}" if match[3] else match[1] + {"(": ")", "[": "]"}[match[2]]
    if closer in missing:
        return None
    end = text.find(closer, match.end())
    if end < 0:
        missing.add(closer)
    if end < 0 or text.find(match[0], match.end(), end) >= 0:
        return None
    stop = end + len(closer)
    if match[3]:
        return Span("math", match.start(), stop, text[match.start() : stop], True, "environment")
    tex = text[match.end() : end]
    display = match[2] == "["
    if not balanced(tex) or "$" in tex or not worth(tex, "", strict=False, escaped=True):
        return None
    if display and len(tex.strip()) < 3:
        return None
    return Span("math", match.start(), stop, tex, display, "brackets")


def _dollars(text: str, taken: _Taken) -> Iterator[Span]:
    marks = list(_marks(text, taken))
    singles: list[int] = []
    k = 0
    while k < len(marks):
        start, end = marks[k]
        if end - start == 1:
            singles.append(start)
            k += 1
            continue
        close = next((j for j in range(k + 1, min(len(marks), k + 8)) if marks[j][1] - marks[j][0] == 2), -1)
        tex = text[end : marks[close][0]] if close >= 0 else ""
        if close >= 0 and displays(tex) and taken.free(end, marks[close][0]):
            yield from _pairs(text, singles, taken)
            singles = []
            yield Span("math", start, marks[close][1], tex, True, "dollars")
            k = close + 1
        else:
            singles += [start, start + 1]
            k += 1
    yield from _pairs(text, singles, taken)


def _marks(text: str, taken: _Taken) -> Iterator[tuple[int, int]]:
    """Runs of one or two dollars that are neither escaped nor part of code or of an address."""
    addresses = _Taken(len(text))
    for find in (_targets, _urls):
        deque(addresses.claim(find(text)), maxlen=0)
    for match in _DOLLARS.finditer(text):
        start, end = match.span()
        if match[0][0] != "\\" and end - start <= 2 and taken.free(start, end) and addresses.free(start, end):
            yield start, end


def _pairs(text: str, marks: Sequence[int], taken: _Taken) -> Iterator[Span]:
    """The best pairing of single dollars: each is prose, or closes the one before it."""
    best = [0.0] * (len(marks) + 2)
    pairs = [False] * (len(marks) + 1)
    for k in range(len(marks) - 2, -1, -1):
        start, end = marks[k], marks[k + 1]
        tex = text[start + 1 : end]
        value = 0.0
        if tex and balanced(tex) and taken.free(start + 1, end):
            value = worth(tex, text[end + 1 : end + 2], strict=tex == tex.strip())
        pairs[k] = value > 0 and value + best[k + 2] >= best[k + 1]
        best[k] = value + best[k + 2] if pairs[k] else best[k + 1]
    k = 0
    while k < len(marks) - 1:
        if pairs[k]:
            yield Span(
                "math", marks[k], marks[k + 1] + 1, text[marks[k] + 1 : marks[k + 1]], False, "dollars"
            )
        k += 2 if pairs[k] else 1
