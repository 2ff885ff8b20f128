"""Footnotes, which may stand anywhere in a file, go to the questions whose answers hold their marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from cardbook.dialects.addresses import CODE
from cardbook.dialects.marks import Entry, Mark
from cardbook.dialects.pieces import Page, Piece

MARK = re.compile(r"\[\^([^\]\s]{1,100})\]")


def settle(entries: Sequence[Entry], page: Page) -> list[Entry]:
    """The entries, with each footnote in every answer that refers to it; one that none refers to stays."""
    notes = {label: piece for entry in entries for piece in _pieces(entry) if (label := _label(piece, page))}
    if not notes:
        return list(entries)
    wanted = [_wanted(entry, notes, page) for entry in entries]
    moved = {label for labels in wanted for label in labels}
    found: list[Entry] = []
    for entry, labels in zip(entries, wanted, strict=True):
        if isinstance(entry, Mark):
            own = [piece for piece in entry.body if _label(piece, page) not in moved]
            found.append(replace(entry, body=(*own, *(notes[label] for label in labels))))
        elif _label(entry.piece, page) not in moved:
            found.append(entry)
    return found


def _pieces(entry: Entry) -> Sequence[Piece]:
    return entry.body if isinstance(entry, Mark) else (entry.piece,)


def _label(piece: Piece, page: Page) -> str:
    """What a footnote is called; empty for any other piece."""
    found = MARK.match(page.lines[piece.start], piece.column) if piece.kind == "footnote" else None
    return found[1] if found else ""


def _wanted(entry: Entry, notes: dict[str, Piece], page: Page) -> list[str]:
    """The labels of the footnotes that an answer, or a footnote of it, refers to."""
    if not isinstance(entry, Mark):
        return []
    todo = [piece for piece in entry.body if piece.kind not in ("fence", "code", "footnote")]
    labels: dict[str, None] = {}
    while todo:
        piece = todo.pop(0)
        text = "\n".join(page.lines[piece.start : piece.end])
        for label in MARK.findall(CODE.sub("", text)):
            if label in notes and label not in labels:
                labels[label] = None
                todo.append(notes[label])
    return list(labels)
