r"""Display formulas of several lines, held together before Markdown sees a list item in `- b` or a quote in `> 0`.

A formula between `$$`, `\[` and `\]`, or `\begin{align}` and its end may hold blank lines and lines that begin
like a list item, a heading or a table. pandoc reads blocks before formulas, so such lines move up.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from cardbook.tidy.drafts import Edit
from cardbook.tidy.plausible import displays
from cardbook.tidy.spans import ENVIRONMENTS

MAX_LINES = 200
"""Lines of one display formula; a longer one is an unclosed delimiter."""
_PREFIX = re.compile(r"(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))*[ \t]*")
_OPENER = re.compile(
    r"\\\\?\[|\$\$|＄＄|\\begin\s*\{(?:" + "|".join(ENVIRONMENTS) + r")\*?\}|(?<!`)`+(?!`)|\\.", re.DOTALL
)
_BLOCK = re.compile(r"[-+*](?:[ \t]|$)|\d{1,9}[.)](?:[ \t]|$)|#{1,6}(?:[ \t]|$)|>|(?:=+|-+)[ \t]*$|```|~~~")
_CENTRED = re.compile(r"[ \t]*(?:\$\$?[^$\n]+\$\$?|!\[[^\n]*\]\([^\n()]*\))[ \t]*")
_COMMENT = re.compile(r"(?<!\\)%")


def joined(text: str, code: Sequence[tuple[int, int, str]]) -> Iterator[Edit]:
    """Edits that put the lines of each display where no block can begin."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    fenced = _fenced(starts, code)
    k = 0
    while k < len(lines):
        last, edit = (k, None) if k in fenced else _display(lines, starts, k, fenced)
        if edit:
            yield edit
        k = last + 1


def fences(text: str, code: Sequence[tuple[int, int, str]]) -> Iterator[Edit]:
    """A fence marked as `math` is a display formula."""
    for start, end, info in code:
        if info.strip().lower() not in ("math", "katex", "mathjax"):
            continue
        body = text[start:end].split("\n")
        prefix = _PREFIX.match(body[0])
        inner = [line.strip().lstrip("> ") for line in body[1:-1]]
        if prefix and len(body) > 2 and displays("\n".join(inner)):
            rest = re.sub(r"[^>\s]", " ", prefix[0])
            new = "\n".join(rest + line for line in (*filter(None, inner), "$$"))
            yield Edit(start + prefix.end(), end, "$$\n" + new, ("math-in-code",))


def indented(text: str, code: Sequence[tuple[int, int, str]]) -> Iterator[Edit]:
    """A formula or an image that was moved to the middle of the page with blanks is no code."""
    for start, end, _ in code:
        lines = text[start:end].split("\n")
        if all(_CENTRED.fullmatch(line) for line in lines if line.strip()):
            marker = text[text.rfind("\n", 0, start) + 1 : start]
            kept = [line.strip() for line in lines]
            yield Edit(start, end, ("\n" + re.sub(r"[^>\s]", " ", marker)).join(kept), ("math-in-code",))


def _fenced(starts: Sequence[int], code: Sequence[tuple[int, int, str]]) -> set[int]:
    fenced: set[int] = set()
    for start, end, _ in code:
        fenced.update(range(bisect_right(starts, start) - 1, bisect_right(starts, end)))
    return fenced


def _display(lines: list[str], starts: list[int], k: int, fenced: set[int]) -> tuple[int, Edit | None]:
    """The display that line `k` leaves open, if any: its last line, and the edit that it needs."""
    opener = _open_at_end(lines[k])
    if opener is None:
        return k, None
    closer = _closer(opener[0])
    for last in range(k + 1, min(k + MAX_LINES, len(lines))):
        if last in fenced:
            break
        if closer in lines[last]:
            return _joined(lines, starts, (k, opener.end()), last, closer)
    return k, None


def _open_at_end(line: str) -> re.Match[str] | None:
    at = 0
    while match := _OPENER.search(line, at):
        if match[0][0] == "`" or match[0] in ("$$", "＄＄") or _is_opener(match[0]):
            close = line.find(_closer(match[0]), match.end())
            if close < 0 and match[0][0] != "`":
                return match
            at = close + len(_closer(match[0])) if close >= 0 else match.end()
        else:
            at = match.end()
    return None


def _is_opener(mark: str) -> bool:
    return mark.startswith(("\\begin", "\\[", "\\\\["))


def _closer(opener: str) -> str:
    if opener.startswith("\\begin"):
        return "\\end" + opener[6:].strip()
    return opener.replace("[", "]")


def _joined(
    lines: list[str], starts: list[int], first: tuple[int, int], last: int, closer: str
) -> tuple[int, Edit | None]:
    prefix = _PREFIX.match(lines[first[0]])
    rest = re.sub(r"[^>\s]", " ", prefix[0] if prefix else "")
    quotes = rest.count(">")
    inner = [_unquoted(line, quotes) for line in lines[first[0] + 1 : last + 1]]
    body = "\n".join([lines[first[0]][first[1] :], *inner[:-1], inner[-1].partition(closer)[0]])
    harmless = all(line and not _BLOCK.match(line) for line in inner)
    if harmless or not displays(body.replace("$", "")):
        return (last if harmless else first[0]), None
    kept = [lines[first[0]][first[1] :].rstrip()]
    for line in filter(None, inner):
        if _BLOCK.match(line) and not _COMMENT.search(kept[-1]):
            kept[-1] = f"{kept[-1]} {line}".strip() if kept[-1] else line
        else:
            kept.append(line)
    if kept[0] and not lines[first[0]][first[1] :].strip() and not _COMMENT.search(kept[0]):
        kept[0] = " " + kept[0]
    new = "\n".join([kept[0], *(rest + line for line in kept[1:])])
    return last, Edit(starts[first[0]] + first[1], starts[last + 1] - 1, new, ("math-lines",))


def _unquoted(line: str, quotes: int) -> str:
    for _ in range(quotes):
        line = line.lstrip()
        line = line[1:] if line.startswith(">") else line
    return line.strip()
