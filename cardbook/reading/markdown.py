"""The one Markdown parser: CommonMark with tables, footnotes and math, as tokens that know their lines.

Two parses, because notes are large and questions are short: `parse` gives the block structure with the inline
source untouched (linear, safe for any input), `inline` looks inside one line or paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.dollarmath.index import math_block_dollar
from mdit_py_plugins.footnote import footnote_plugin

from cardbook.limits import MAX_INLINE_CHARS, MAX_NESTING

LIST = r"(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$)"
# markdown-it gives up on all that follows when containers are nested too deep, so such lines never get there.
TOO_DEEP = re.compile(
    rf"^(?:[ \t]*(?:>|{LIST})){{{MAX_NESTING},}}|^(?: {{0,3}}\t| {{4}}){{{MAX_NESTING // 2}}}[ \t]*(?:>|{LIST})",
    re.MULTILINE,
)
PAIR = re.compile(
    r"\*{0,3}(?:Q(?:uestion)?|A(?:ns(?:wer)?)?|[问答]|问题|答案)\s?\d{0,3}\*{0,3}\s?[:：]", re.IGNORECASE
)
"""`Q:`, `**A1**:`, `答：`: what begins a question or its answer."""
OWN_LINE = re.compile(r"\*\*(?:(?!\*\*).)+\*\*\s*[:：]?\s*$|\d{1,3}、|[一二三四五六七八九十]{1,3}、")
"""A bold line, and `1、`: what CommonMark would draw into the paragraph above, and its author meant to stand alone."""
INTERRUPTED = ["paragraph", "reference", "blockquote", "list", "footnote_def"]


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A top-level block of a Markdown text: a slice of its lines; `line` is 1-based within that text.

    `kind` is a markdown-it block name without `_open` (`paragraph`, `heading`, `bullet_list`, `ordered_list`,
    `blockquote`, `fence`, `code_block`, `table`, `html_block`, `math_block`, `hr`, `footnote_reference`), or
    `definition` for lines that only define link addresses.
    """

    text: str
    line: int
    kind: str


@dataclass(frozen=True, slots=True)
class Math:
    """A formula as typed between its dollars; `display` if between two."""

    tex: str
    display: bool


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 4 * MAX_NESTING}).enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_space=True, double_inline=True).use(footnote_plugin)
    # A display formula ends a paragraph, so that a line of it starting with `-` or `=` is no list or heading.
    parser.block.ruler.at("math_block", _math_block, {"alt": INTERRUPTED})
    parser.block.ruler.push("own_line", _own_line, {"alt": ["paragraph"]})
    return parser


def _own_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Ends a paragraph above a line that stands for itself, and in a list also above `Q:` left of it."""
    if not silent:
        return False
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    lazy = state.sCount[start] < state.blkIndent
    return bool(OWN_LINE.match(line) or (lazy and PAIR.match(line)))


def _math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The plugin's rule, made safe for the trial runs by which markdown-it asks what ends a paragraph."""
    line, tokens = state.line, len(state.tokens)
    found = _DOLLARS(state, start, end, silent)
    if silent and found:
        state.line = line
        del state.tokens[tokens:]
    return found


_DOLLARS = math_block_dollar()
_INLINE = _parser()
# Inline parsing is left out (it is only needed for questions, and slow on hostile lines), and footnotes stay where
# they were written instead of moving to the end.
_BLOCKS = _parser().disable(["inline", "footnote_tail"])


def parse(text: str, env: MutableMapping[str, Any] | None = None) -> list[Token]:
    """The block tokens of `text`; `map` of each is its half-open range of 0-based lines.

    `inline` tokens keep their source in `content` and have no children. `env` collects link definitions
    under `references`. Quotes and lists deeper than `MAX_NESTING` are read as plain text.
    """
    return _BLOCKS.parse(TOO_DEEP.sub(_flat, text), {} if env is None else env)


def _flat(match: re.Match[str]) -> str:
    """A line without the markers that would open its containers; its length stays."""
    return re.sub(r"\S", "x", match[0])


def inline(source: str) -> list[Token]:
    """The inline tokens of one line or paragraph; a text beyond `MAX_INLINE_CHARS` comes back as plain text."""
    if len(source) > MAX_INLINE_CHARS or not MARKUP.search(source):
        return [Token("text", "", 0, content=source)] if source else []
    return _INLINE.parseInline(source)[0].children or []


MARKUP = re.compile(r"[\\`*_\[\]!<>&$~^\n]")
"""Any character that begins or ends markup; a text without them is what it is."""


def top_level(tokens: Sequence[Token]) -> Iterator[Token]:
    """The opening tokens of the outermost blocks, those without lines left out."""
    return (token for token in tokens if token.level == 0 and token.nesting >= 0 and token.map)


def blocks(text: str) -> tuple[TextBlock, ...]:
    """The top-level blocks of a Markdown text in order; together they hold every line that is not blank."""
    lines = text.split("\n")
    found: list[TextBlock] = []
    done = 0
    for token in top_level(parse(text)):
        start, end = token.map or (0, 0)
        found.extend(_block(lines, done, start, "definition"))
        found.extend(_block(lines, max(start, done), end, token.type.removesuffix("_open")))
        done = max(done, end)
    found.extend(_block(lines, done, len(lines), "definition"))
    return tuple(found)


def _block(lines: Sequence[str], start: int, end: int, kind: str) -> Iterator[TextBlock]:
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    if start < end:
        yield TextBlock("\n".join(lines[start:end]), start + 1, kind)


def plain(source: str) -> str:
    """What a reader sees of a line or paragraph of Markdown, on one line: code and formulas as typed, images by
    their alt text, no markup."""
    return re.sub(r"\s+", " ", "".join(_plain(inline(source)))).strip()


def _plain(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type != "html_inline":
            yield token.content


def formulas(text: str) -> tuple[Math, ...]:
    """All formulas of a Markdown text (blocks and inline, none from code), in order."""
    found: list[Math] = []
    for token in parse(text):
        if token.type.startswith("math_block"):
            found.append(Math(token.content.strip(), True))
        elif token.type == "inline":
            found.extend(_inline_formulas(token.content))
    return tuple(found)


def _inline_formulas(source: str) -> Iterator[Math]:
    if "$" not in source:
        return
    for token in inline(source):
        if token.type.startswith("math_inline"):
            yield Math(token.content.strip(), token.type == "math_inline_double")


def wiki_text(target: str) -> str:
    """What Obsidian shows for a link that names this note, or a heading or block in one, and has no text of its own."""
    note, *parts = target.split("#")
    return " > ".join(part.strip() for part in (note, *parts) if part.strip() and not part.startswith("^"))


def links(source: str) -> tuple[str, ...]:
    """The addresses that a line or paragraph of Markdown links to, bare ones included, in order, once each."""
    found: dict[str, None] = {}
    for token in inline(source):
        if token.type == "link_open":
            found.setdefault(str(token.attrGet("href") or ""))
        elif token.type == "text":
            found.update(dict.fromkeys(URL.findall(token.content)))
    return tuple(filter(None, found))


URL = re.compile(
    r"https?://[^\s<>()\[\]，。；、）】》」\"']+(?:\([^\s()]*\)[^\s<>()\[\]，。；、）】》」\"']*)*"
)
"""A bare address in running text: it ends at white space, brackets and Chinese punctuation."""
