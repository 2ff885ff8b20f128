"""`<details><summary>question</summary> answer </details>`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from cardbook.dialects.asking import title
from cardbook.dialects.furniture import reason
from cardbook.dialects.html import summary_of
from cardbook.dialects.marks import SHAPED, Event, Mark
from cardbook.dialects.pieces import Page, Piece

CLOSED = re.compile(
    r"\W*(?:(?:click|tap)?\W*(?:here)?\W*(?:to)?\W*(?:show|view|see|reveal|expand|open|toggle)?\W*(?:the|me)?\W*(?:full|sample|example|detailed)?\W*"
    r"(?:answers?|solutions?|hints?|details?|code|explanation|more|output|spoiler|expand|example|result)?\W*(?:here)?"
    r"|(?:点击|点我|单击)?\W*(?:查看|展开|显示|看|打开|折叠|收起)?\W*(?:我的|参考|详细|正确|完整|更多|全部)?\W*(?:答案|解析|解答|详情|内容|代码|提示|回答|题解|示例|目录)?)\W*",
    re.IGNORECASE,
)
"""What a summary says that hides an answer whose question stands above it."""


def details(pieces: Sequence[Piece], page: Page) -> list[Event]:
    """Each `<details>` whose summary is more than "show the answer"; one that never closes goes on below. Where
    nothing else stands, they are questions by their shape."""
    marks = [_mark(piece, page) for piece in pieces]
    rest = sum(not mark and not reason(piece, page.lines) for piece, mark in zip(pieces, marks, strict=True))
    weight = SHAPED if len(pieces) - rest > 1 and rest == 0 else 0.0
    return [replace(m, weight=weight) if m else piece for piece, m in zip(pieces, marks, strict=True)]


def _mark(piece: Piece, page: Page) -> Mark | None:
    if piece.kind == "html":
        summary = summary_of(piece, page.lines)
        return Mark(title(summary.title), piece) if summary and not CLOSED.fullmatch(summary.title) else None
    if piece.kind != "details" or CLOSED.fullmatch(piece.title):
        return None
    found = title(piece.title)
    return Mark(found, piece, piece.children) if found.text else None


def unfolded(piece: Piece, page: Page) -> list[Piece]:
    """What a `<details>` inside an answer shows when it is open: its summary, if that says anything, and the rest."""
    if piece.kind != "details":
        return [piece]
    summary = None if CLOSED.fullmatch(piece.title) else summary_of(piece, page.lines)
    inside = [part for child in piece.children for part in unfolded(child, page)]
    return [summary, *inside] if summary else inside
