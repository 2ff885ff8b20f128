"""Tidying: what copying broke in a note is repaired, each repair under its own code, each of them once.

The repairs come in two rounds. `_DOCUMENT` sees the text with its blocks; `_LEAVES` sees one leaf (paragraph,
heading, table cell) at a time, freed from the markers around it. Both are repeated until nothing changes, so
tidying is idempotent; a text that never comes to rest stays as typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from cardbook.diagnostics import Log, Span
from cardbook.limits import MAX_LINE_CHARS
from cardbook.model import Block, RawNote
from cardbook.tidy import (
    characters,
    delimiters,
    displays,
    generators,
    groups,
    html_blocks,
    html_inline,
    images,
    marks,
    tables,
)
from cardbook.tidy.drafts import Draft, Edit, Repair
from cardbook.tidy.leaves import Layout, Leaf, layout
from cardbook.tidy.spans import Span as Formula
from cardbook.tidy.spans import math

__all__ = ["Formula", "Repair", "formula_spans", "tidy", "tidy_line", "tidy_text"]

MAX_ROUNDS = 20
"""Rounds until a text must have come to rest."""

# The visible table of repairs, in their order. Of a whole text, given its layout:
_DOCUMENT: tuple[Callable[[str, Layout], Iterable[Edit]], ...] = (
    lambda text, _: characters.control(text),
    lambda text, _: characters.bidirectional(text),
    lambda text, found: characters.spaces(text, found.all_code),
    lambda text, found: characters.indents(text, found.all_code),
    lambda text, found: characters.look_alikes(text, found.all_code),
    lambda text, found: generators.tags(text, found.code),
    lambda text, found: generators.boxes(text, found.code),
    lambda text, found: displays.fences(text, found.code),
    lambda text, found: displays.indented(text, found.code),
    lambda text, found: displays.joined(text, found.code),
    lambda text, found: marks.headings(text, found.code),
    lambda text, found: marks.containers(text, found.code),
    lambda text, found: html_blocks.comments(text, html_blocks.mask(text, found)) if "<!--" in text else (),
    lambda text, found: html_blocks.edits(text, found),
    lambda text, found: tables.pipes(text, found.code),
    lambda text, found: tables.apart(text, found.code),
)
# Of one leaf:
_LEAVES: tuple[Callable[[Leaf], Iterator[Edit]], ...] = (
    images.equations,
    delimiters.in_code,
    delimiters.escaped,
    delimiters.formulas_of,
    html_inline.inline,
    images.addresses,
    marks.wiki_links,
    marks.callout,
    marks.hidden,
    marks.entity_spaces,
    marks.highlighted,
    marks.underlined,
    marks.strong,
    delimiters.literal,
)


def tidy(note: RawNote, log: Log) -> RawNote:
    """The note with its question and its blocks repaired, each repair reported at its place."""
    question, repairs = tidy_line(note.question)
    _report(log, repairs, lambda offset: note.span)
    blocks = tuple(repaired for block in groups.together(note.blocks) for repaired in _block(block, log))
    return replace(note, question=question, blocks=blocks)


def _block(block: Block, log: Log) -> Iterator[Block]:
    draft = _settled(block.text, _round)
    _report(log, draft.repairs, block.place)
    return groups.apart(draft, block) if draft.repairs else iter((block,))


def _report(log: Log, repairs: Iterable[Repair], place: Callable[[int], Span]) -> None:
    for repair in repairs:
        log.info(repair.code, place(repair.offset), f"{_short(repair.before)} → {_short(repair.after)}")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return f"`{text if len(text) <= 60 else text[:57] + '…'}`"


def tidy_text(text: str) -> tuple[str, tuple[Repair, ...]]:
    """Markdown with everything repaired that can be, and the repairs in the order of their places."""
    draft = _settled(text, _round)
    return draft.text, tuple(draft.repairs)


def tidy_line(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The same for one line of inline Markdown, such as a question; it stays one line."""
    draft = _settled(text, _line_round)
    return draft.text, tuple(draft.repairs)


def _settled(text: str, once: Callable[[Draft], bool]) -> Draft:
    draft = Draft(text)
    if max(map(len, text.split("\n"))) > MAX_LINE_CHARS:
        return draft
    for _ in range(MAX_ROUNDS):
        if not once(draft):
            if draft.repairs:
                draft.apply(blank_lines(draft.text))
            draft.repairs.sort(key=lambda repair: repair.offset)
            return draft
    return Draft(text)


def blank_lines(text: str) -> Iterator[Edit]:
    """What the removal of tags left behind: more than one blank line between blocks, or blanks on it."""
    for match in characters.outside(_BLANK_LINES, text, lambda: layout(text).code):
        new = "" if match.start() == 0 or match.end() == len(text) else "\n\n"
        yield Edit(match.start(), match.end(), new, ())


_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+|\A(?:[ \t]*\n)+|\n\s*\Z")


def _round(draft: Draft) -> bool:
    changed = False
    found = layout(draft.text)
    for repair in _DOCUMENT:
        if draft.apply(repair(draft.text, found)):
            changed = True
            found = layout(draft.text)
    edits = [edit for leaf in found.leaves for edit in _leaf(leaf)]
    return draft.apply(edits) or changed


def _leaf(leaf: Leaf) -> Iterator[Edit]:
    """The edits of the first repair that finds something; the others have their turn in the next round."""
    for repair in _LEAVES:
        edits = [edit for edit in repair(leaf) if leaf.text[edit.start : edit.end] != edit.new]
        if edits:
            yield from map(leaf.outer, edits)
            return


def _line_round(draft: Draft) -> bool:
    changed = False
    for repair in (characters.control, characters.bidirectional):
        changed |= draft.apply(repair(draft.text))
    for characters_of in (characters.spaces, characters.indents, characters.look_alikes):
        found = Layout((Leaf("heading", draft.text, (0,)),), ())
        changed |= draft.apply(characters_of(draft.text, found.all_code))
    leaf = Leaf("heading", draft.text, (0,))
    return draft.apply(map(leaf.outer, _leaf(leaf))) or changed


def formula_spans(text: str) -> tuple[Formula, ...]:
    """Where formulas stand in Markdown: `start` and `end` are offsets in `text`, delimiters included."""
    spans: list[Formula] = []
    for leaf in layout(text).leaves:
        for span in math(leaf.text):
            spans.append(replace(span, start=leaf.offset(span.start), end=leaf.offset(span.end)))
    return tuple(spans)
