"""From entries to notes: answers as slices of the author's lines, and an account of every block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cardbook.diagnostics import Log, Span
from cardbook.dialects import furniture
from cardbook.dialects.addresses import Addresses, embedded_notes
from cardbook.dialects.deciding import is_content
from cardbook.dialects.details import unfolded
from cardbook.dialects.footnotes import settle
from cardbook.dialects.items import rest
from cardbook.dialects.marks import Entry, Left, Mark
from cardbook.dialects.pieces import Page, Piece, columns, indent
from cardbook.dialects.vault import tags_of, untagged
from cardbook.model import Accounted, Block, Fate, RawNote, SourceFile
from cardbook.reading import markdown

BOLD = r"\s*[*_]{0,3}\s*"
LABEL = re.compile(
    rf"\W{{0,3}}{BOLD}(?:(?:答案?|参考答案|回答|解答|A(?:ns(?:wer)?)?)(?:{BOLD}[:：]\s*(?:\*{{2,3}}|\*(?!\s)|_){{0,3}}\s*|{BOLD}$|\s*\n)"
    rf"|Ans(?:wer)?\s?[.\-–—]{BOLD}(?=\s))",
    re.IGNORECASE,
)
"""What stands before an answer and says no more than that it is one."""


class Writer:
    """Turns the entries of one file into its notes and account."""

    def __init__(self, file: SourceFile, page: Page, tags: tuple[str, ...], log: Log) -> None:
        self._file = file
        self._page = page
        self._tags = tags
        self._log = log
        self._addresses = Addresses(file.path, page.definitions)
        self._claimed = [False] * len(page.lines)
        self.notes: list[RawNote] = []
        self.account: list[Accounted] = []

    def write(self, entries: Sequence[Entry]) -> None:
        """Add the notes and accounts of all entries."""
        last: Entry | None = None
        for entry in settle(entries, self._page):
            if isinstance(entry, Left):
                self._leave(entry)
                self._warn_of_left(entry, last)
            else:
                self.notes.append(self._note(entry))
            last = entry
        self._rest()

    def _warn_of_left(self, entry: Left, last: Entry | None) -> None:
        """Text amid the questions that belongs to none; of several blocks in a row the first is named."""
        follows = isinstance(last, Left) and last.reason == entry.reason
        if entry.reason != "introduction" or follows or not self.notes:
            return
        if is_content(entry.piece, self._page):
            hint = (
                "make a question of the heading above it, or move the text below the question that it answers"
            )
            shown = _begin(self._block(entry.piece).text)
            self._log.warning("text-left-out", self._span(entry.piece), f"on no card: “{shown}”", hint)

    def _leave(self, entry: Left) -> None:
        if entry.topic:
            self._count(entry.piece, Fate.TOPIC)
            return
        reason = furniture.reason(entry.piece, self._page.lines)
        if reason in ("tags", "byline") and not self.notes:
            found = tags_of(furniture.text_of(entry.piece))
            self._tags = tuple(dict.fromkeys((*self._tags, *found)))
        self._count(entry.piece, Fate.SKIPPED, reason or entry.reason)

    def _note(self, mark: Mark) -> RawNote:
        self._count(mark.head, Fate.QUESTION)
        span = self._span(mark.head)
        references = dict.fromkeys(mark.title.references)
        tagged = [*mark.title.tags]
        blocks = tuple(self._blocks(self._answer(mark.body, references, tagged)))
        tags = tuple(dict.fromkeys((*self._tags, *tagged)))
        return RawNote(mark.title.text, blocks, span, mark.topics, tags, tuple(references))

    def _answer(self, body: Sequence[Piece], references: dict[str, None], tagged: list[str]) -> list[Piece]:
        """The pieces that answer; the others are counted as what they are: addresses go to `references`, tags to
        `tagged`."""
        kept: list[Piece] = []
        label: Piece | None = None
        for piece in (part for folded in body for part in unfolded(folded, self._page)):
            reason = furniture.reason(piece, self._page.lines)
            if not reason and furniture.is_reference(piece, self._page.lines):
                references.update(dict.fromkeys(self._links(piece)))
                self._count(piece, Fate.REFERENCE)
                if label and kept and kept[-1] is label:
                    self._count(kept.pop(), Fate.REFERENCE)
            elif reason and reason != "rule":
                tagged.extend(tags_of(furniture.text_of(piece)) if reason in ("tags", "byline") else ())
                self._count(piece, Fate.SKIPPED, reason)
            else:
                kept.append(self._untagged(piece, tagged))
            label = piece if furniture.is_label(piece) else None
        return self._without_edges(kept)

    def _untagged(self, piece: Piece, tagged: list[str]) -> Piece:
        bare, tags = untagged(piece, self._page, (*self._tags, *tagged))
        tagged.extend(tags_of(tags))
        if bare.end < piece.end:
            self._count(replace(piece, start=bare.end), Fate.SKIPPED, "tags")
        return bare

    def _without_edges(self, kept: list[Piece]) -> list[Piece]:
        """Rules between an answer and its neighbours belong to neither; nor does a label that announces nothing."""
        while kept and (kept[-1].kind == "rule" or furniture.is_label(kept[-1])):
            piece = kept.pop()
            fate = Fate.SKIPPED if piece.kind == "rule" else Fate.REFERENCE
            self._count(piece, fate, "rule" if piece.kind == "rule" else "")
        while kept and kept[0].kind == "rule":
            self._count(kept.pop(0), Fate.SKIPPED, "rule")
        if kept and (label := LABEL.match(kept[0].title)) and kept[0].kind in ("paragraph", "heading"):
            self._unlabel(kept, label.end())
        return _listed(kept, self._page)

    def _unlabel(self, kept: list[Piece], end: int) -> None:
        """Take `答：` or `**Answer:**` off an answer."""
        behind = rest(kept[0], self._page, end) if kept[0].kind == "paragraph" else None
        if behind:
            kept[0] = behind
        elif len(kept[0].title) <= end:
            self._count(kept.pop(0), Fate.SKIPPED, "label")

    def _links(self, piece: Piece) -> Iterator[str]:
        for text in (
            furniture.item_sources(piece) if piece.children else [furniture.source(piece, self._page.lines)]
        ):
            yield from (link for link in markdown.links(text) if link.startswith(("http://", "https://")))

    def _blocks(self, pieces: Sequence[Piece]) -> Iterator[Block]:
        for piece in pieces:
            block = self._block(piece)
            if block.text.strip():
                yield block
                self._count(piece, Fate.ANSWER)
            else:
                self._count(piece, Fate.SKIPPED, "markup")

    def _block(self, piece: Piece) -> Block:
        """The author's lines of a piece, without the margin that its container puts before them."""
        lines = self._page.lines[piece.start : piece.end]
        # What stands on the line of a list marker or tag is as deep as its container; else its own depth counts.
        inner = piece.kind == "code" or lines[0][: piece.column].strip()
        margin = piece.margin if inner else columns(lines[0], piece.column)
        own = [dedent(line, margin) for line in lines]
        last = lines[-1][: piece.stop]
        own[-1] = dedent(last, margin)
        own[0] = (last if len(lines) == 1 else lines[0])[piece.column :]
        if piece.kind == "code":
            own[0] = dedent(last if len(lines) == 1 else lines[0], margin)
        text = "\n".join(line.rstrip() if not line.strip() else line for line in own).rstrip()
        cut = max(
            (len(line) - len(d) for line, d in zip(lines[1:], own[1:], strict=True) if d.strip()), default=0
        )
        column = piece.column if piece.kind != "code" else len(lines[0]) - len(own[0])
        place = Span(self._file.path, piece.start + 1, column + 1)
        self._warn_of_embedded(Block(text, place, cut))
        return Block(self._addresses.rewrite(text), place, cut)

    def _warn_of_embedded(self, block: Block) -> None:
        hint = "copy what the card should say from that note, or make a link of it: [[…]] without the !"
        for offset, name in embedded_notes(block.text):
            message = f"“{name}” is embedded here, and no card can show it; its name stands there instead"
            self._log.warning("note-embedded", block.place(offset), message, hint)

    def _span(self, piece: Piece) -> Span:
        return Span(self._file.path, piece.start + 1, piece.column + 1)

    def _count(self, piece: Piece, fate: Fate, reason: str = "") -> None:
        """Account for the lines of a piece that no earlier piece stands on."""
        lines = [k for k in range(piece.start, piece.end) if not self._claimed[k]]
        while lines and not self._page.lines[lines[0]].strip():
            lines.pop(0)
        while lines and not self._page.lines[lines[-1]].strip():
            lines.pop()
        if not lines:
            return
        for k in lines:
            self._claimed[k] = True
        text = "\n".join(self._page.lines[k] for k in range(lines[0], lines[-1] + 1))
        column = piece.column if lines[0] == piece.start else indent(self._page.lines[lines[0]])
        place = Span(self._file.path, lines[0] + 1, column + 1)
        self.account.append(Accounted(place, fate, text, reason))

    def _rest(self) -> None:
        """Account for what belongs to no piece: the front matter, and lines between markup."""
        front = self._file.body_line - 1
        self._count(Piece("paragraph", 0, front), Fate.SKIPPED, "front matter")
        for k, line in enumerate(self._page.lines):
            if line.strip() and not self._claimed[k]:
                reason = "label" if LABEL.fullmatch(line.rstrip()) else "markup"
                self._count(Piece("paragraph", k, k + 1, indent(line)), Fate.SKIPPED, reason)
        self.account.sort(key=lambda accounted: accounted.span)


def _begin(text: str) -> str:
    """The first words of a text, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"


def _listed(kept: list[Piece], page: Page) -> list[Piece]:
    """The pieces of an answer; a list that begins behind its label (`A: - x`) is one with the rest of it below."""
    if len(kept) < 2 or kept[0].kind != "paragraph" or kept[1].kind != "bullets":
        return kept
    first, below = kept[:2]
    marker = page.lines[below.start][below.column : below.column + 1]
    if first.end != below.start or not re.match(rf"{re.escape(marker)}\s+\S", first.title):
        return kept
    margin = columns(page.lines[below.start], below.column)
    return [replace(below, start=first.start, column=first.column, margin=margin), *kept[2:]]


def dedent(line: str, margin: int) -> str:
    """The line without its first `margin` columns of white space; half a tab that is left becomes spaces."""
    width = at = 0
    while at < len(line) and width < margin and line[at] in " \t":
        width += 4 - width % 4 if line[at] == "\t" else 1
        at += 1
    return " " * max(width - margin, 0) + line[at:] if width else line
