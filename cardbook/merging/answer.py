"""The answers of a cluster become one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cardbook.matching.wording import same_string
from cardbook.merging.compose import TOP, compose
from cardbook.merging.content import Reader, said_by
from cardbook.merging.frame import rank
from cardbook.merging.pieces import headings_from, put_together, take_apart, title
from cardbook.merging.units import Unit, units
from cardbook.merging.weave import Weaver
from cardbook.model import Covered, RawNote

INTRODUCTIONS = 100
"""So many headings of the answer are asked whether they say what one says that was left out."""


def join(
    notes: Sequence[RawNote], question: str, read: Reader, language: str
) -> tuple[str, tuple[Covered, ...]]:
    """One answer from the answered notes of a cluster, and what it leaves out.

    Every block and list item of the notes is in the answer, up to white space and heading marks, or covered.
    """
    prepared = [(note, *_prepare(note, question)) for note in notes if note.blocks]
    if not prepared:
        return "", ()
    dropped = [Covered(note.span.file, head, question, 1.0) for note, heads, _ in prepared for head in heads]
    if len(prepared) == 1:
        return _alone(prepared[0][2]), tuple(_once(dropped, ""))
    ranked = rank([(note, answer) for note, _, answer in prepared], read.question(question), read)
    weaver = Weaver(read, question)
    (first, frame), others = ranked[0], _distinct(ranked)
    weaver.frame(frame, first.span.file)
    for note, answer in others:
        weaver.add(answer, note.span.file)
    for note, answer in others:
        weaver.keep_telling(answer, note.span.file)
    text = compose(weaver.spots, weaver.more, first.span.file, language)
    left = [*dropped, *weaver.covered()]
    there = [question, *dict.fromkeys(weaver.shown())]
    for note, answer in others:
        left.extend(_introductions(answer, note.span.file, weaver, there, read))
    return text, tuple(_once(left, text))


def _distinct(ranked: Sequence[tuple[RawNote, Sequence[Unit]]]) -> Sequence[tuple[RawNote, Sequence[Unit]]]:
    """The answers after the best one that are word for word in none before them."""
    first = {entry[0].answer: entry for entry in reversed(ranked)}
    return [entry for entry in ranked[1:] if first[entry[0].answer] is entry]


def _alone(answer: Sequence[Unit]) -> str:
    """The only answer, as it is."""
    pieces = [piece for unit in answer for piece in (*unit.opens, *unit.lead, *unit.body)]
    return put_together(headings_from(pieces, TOP))


def _prepare(note: RawNote, question: str) -> tuple[list[str], tuple[Unit, ...]]:
    """The units of a note's answer, and the headings cut off its top because they repeat the question."""
    pieces = take_apart(note.answer)
    repeats = {same_string(question), same_string(note.question)}
    cut = 0
    while (
        cut < len(pieces) - 1
        and pieces[cut].kind == "heading"
        and same_string(title(pieces[cut].text)) in repeats
    ):
        cut += 1
    dropped = [piece.text for piece in pieces[:cut]]
    return dropped, units(headings_from(pieces[cut:], TOP))


def _introductions(
    answer: Sequence[Unit], file: str, weaver: Weaver, there: Sequence[str], read: Reader
) -> Iterator[Covered]:
    """Headings, and lines before a list, that have nothing left to introduce."""
    for unit in answer:
        for piece in weaver.hidden(unit):
            said = (
                (said_by(read(other), read(piece.text)), other)
                for other in weaver.labels(unit) or there[:INTRODUCTIONS]
            )
            score, by = (1.0, piece.text) if piece.text in there else max(said, key=lambda entry: entry[0])
            yield Covered(file, piece.text, by, round(score, 2))


def _once(left: Sequence[Covered], answer: str) -> Iterator[Covered]:
    """What is not in the answer word by word, each text once."""
    seen: set[str] = set()
    whole = _squeezed(answer)
    for covered in left:
        text = _squeezed(covered.text)
        if text not in seen and text not in whole:
            seen.add(text)
            yield covered


def _squeezed(text: str) -> str:
    return "".join(text.lstrip("# ").split())
