"""Blocks that belong together: HTML and formulas may go on behind the blank line that ends a Markdown block."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from cardbook.model import Block
from cardbook.reading.markdown import blocks as markdown_blocks
from cardbook.tidy import html_blocks
from cardbook.tidy.drafts import Draft
from cardbook.tidy.elements import ROOTS
from cardbook.tidy.leaves import layout

MAX_BLOCKS = 200
"""Blocks that one unclosed element or formula may take with it in search of its end."""
_OPENERS = re.compile(
    r"<(?:" + "|".join(sorted(ROOTS)) + r")\b|<!--|\\\[|\\begin\s*\{|\{[{%][-<%]?\s*(?:highlight|code)",
    re.IGNORECASE,
)
_LIQUID = re.compile(r"\{[{%][-<%]?\s*(end|/)?(?:highlight|code)")
_MATH = re.compile(r"(?<!\\)\\{1,2}([\[\]])|\\(begin|end)\s*\{[A-Za-z]+\*?\}")


def together(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, those between the beginning of an element or formula and its end as one."""
    k = 0
    while k < len(blocks):
        last = _end(blocks, k) if _OPENERS.search(blocks[k].text) else k
        yield _joined(blocks[k : last + 1]) if last > k else blocks[k]
        k = last + 1


def _end(blocks: Sequence[Block], first: int) -> int:
    """The block in which everything ends that block `first` leaves open; itself if nothing does."""
    pending = _pending(blocks[first].text)
    if not pending:
        return first
    for k in range(first + 1, min(len(blocks), first + MAX_BLOCKS)):
        if blocks[k].indent != blocks[first].indent or blocks[k].span.file != blocks[first].span.file:
            return first
        pending.update(_balance(blocks[k].text))
        if not any(count > 0 for count in pending.values()):
            return k
    return first


def _pending(text: str) -> Counter[str]:
    return Counter({name: count for name, count in _balance(text).items() if count > 0})


@lru_cache(maxsize=2 * MAX_BLOCKS)  # every open block asks the same of those behind it
def _balance(text: str) -> Counter[str]:
    """How many elements and formulas a block opens more often than it closes them."""
    balance: Counter[str] = Counter()
    masked = html_blocks.mask(text, layout(text))
    for tag in html_blocks.tags(text, masked):
        if tag.name in ROOTS:
            balance[tag.name] += -1 if tag.closing else 1
    for match in _MATH.finditer(text):
        if not masked[match.start()]:
            balance["formula"] += 1 if match[1] == "[" or match[2] == "begin" else -1
    for match in _LIQUID.finditer(text):
        balance["code"] += -1 if match[1] else 1
    comments = text.count("<!--") - text.count("-->")
    balance["comment"] += comments if "<!--" in text or "-->" in text else 0
    return balance


def _joined(blocks: Sequence[Block]) -> Block:
    """One block with as many blank lines between its parts as there were, so that places stay right."""
    text = blocks[0].text
    for before, block in pairwise(blocks):
        used = before.span.line + before.text.count("\n")
        text += "\n" * max(2, block.span.line - used) + block.text
    return replace(blocks[0], text=text)


def apart(draft: Draft, block: Block) -> Iterator[Block]:
    """The blocks of a repaired text, each at the place where its first character was typed."""
    lines = draft.text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for found in markdown_blocks(draft.text):
        yield Block(found.text, block.place(draft.origin(starts[found.line - 1])), block.indent)
