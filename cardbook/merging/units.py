"""The units of an answer: what an editor would move or drop as one.

A list is one unit with its items as points, together with the lines that introduce it. A paragraph is a unit
with the formula, image, code or table that it leads up to, and with what only comments on these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cardbook.merging.pieces import LISTS, Item, Piece, level, put_together

_SHOWN = ("math_block", "math_block_label", "fence", "code_block", "table", "html_block")
_ONLY_IMAGES = re.compile(r"(?:!\[[^\]]*\]\([^)]*\)\s*)+$")
_BOLD = re.compile(r"(\*\*|__)(?:(?!\1).)+\1\s*[：:]?$", re.S)
_COMMENTS = re.compile(
    r"其中|这里的?|如[上下左右]?图|从(?:上|这)?图|图中|上图|由上|由此|可以看[到出]|可见|可知|因此|所以|故而|也就是说|即"
    r"|\b(?:where|here|thus|hence|therefore|so|this shows|as shown|we (?:can )?see)\b",
    re.I,
)
LABEL = 24
_SENTENCE_ENDS = ("。", ".", "；", ";", "！", "!", "？", "?")


@dataclass(frozen=True, slots=True)
class Unit:
    """`headings` above it, outermost first; `opens` are those of them that stand directly before it.

    `lead` introduces; `body` is one list, or blocks of prose. Either may be empty, not both, except under a
    heading with nothing below.
    """

    headings: tuple[str, ...]
    opens: tuple[Piece, ...]
    lead: tuple[Piece, ...]
    body: tuple[Piece, ...]

    @property
    def listed(self) -> bool:
        """Whether the points of the unit are the items of a list."""
        return len(self.body) == 1 and self.body[0].kind in LISTS

    @property
    def items(self) -> tuple[Item, ...]:
        """The items, if it is a list."""
        return self.body[0].items if self.listed else ()

    @property
    def text(self) -> str:
        """The Markdown of the unit, without headings."""
        return put_together((*self.lead, *self.body))


def units(pieces: Sequence[Piece]) -> tuple[Unit, ...]:
    """Group the blocks of an answer; concatenated, the units are the answer again."""
    found: list[Unit] = []
    opens: list[Piece] = []
    path: list[Piece] = []
    lead: list[Piece] = []
    for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
        if piece.kind == "heading":
            if lead:
                found.append(_dangling(path, opens, lead))
                opens, lead = [], []
            path = [*(h for h in path if level(h.text) < level(piece.text)), piece]
            opens.append(piece)
        elif piece.kind in LISTS and not _labels(piece, following):
            found.append(_unit(path, opens, lead, [piece]))
            opens, lead = [], []
        elif piece.kind in LISTS or introduces(piece):
            lead.append(piece)
        elif not lead and not opens and found and _belongs(piece, found[-1]):
            found[-1] = replace(found[-1], body=(*found[-1].body, piece))
        else:
            found.append(_unit(path, opens, (), [*lead, piece]))
            opens, lead = [], []
    if lead or opens:
        found.append(_dangling(path, opens, lead))
    return tuple(found)


def _dangling(path: Sequence[Piece], opens: Sequence[Piece], lead: Sequence[Piece]) -> Unit:
    """Lines that introduce nothing: a bold one is no label then, but says something itself."""
    last = 0 if not lead or lead[-1].text.rstrip().endswith(("：", ":")) else 1
    return _unit(path, opens, lead[: len(lead) - last], lead[len(lead) - last :])


def _unit(
    path: Sequence[Piece], opens: Sequence[Piece], lead: Sequence[Piece], body: Sequence[Piece]
) -> Unit:
    return Unit(tuple(h.text for h in path), tuple(opens), tuple(lead), tuple(body))


def introduces(piece: Piece) -> bool:
    """Whether the paragraph is only there for what follows it."""
    text = piece.text.strip()
    return piece.kind == "paragraph" and (text.endswith(("：", ":")) or bool(_BOLD.match(text)))


def _labels(piece: Piece, following: Piece | None) -> bool:
    """Whether a list of one short item is a label over prose ("1. 过采样")."""
    alone = len(piece.items) == 1 and following is not None and following.kind not in ("heading", *LISTS)
    text = piece.text.strip()
    return alone and len(text) <= LABEL and not text.endswith(_SENTENCE_ENDS)


def shown(piece: Piece) -> bool:
    """Whether the block shows something (formula, code, table, image) rather than saying it."""
    return piece.kind in _SHOWN or bool(_ONLY_IMAGES.match(piece.text.strip()))


def _belongs(piece: Piece, unit: Unit) -> bool:
    if unit.listed or not unit.body:
        return False
    if shown(piece):
        return True
    return shown(unit.body[-1]) and bool(_COMMENTS.match(piece.text.strip()))
