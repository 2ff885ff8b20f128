"""From clusters of notes to drafts of cards: one question, one answer, nothing lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cardbook.config import Config
from cardbook.merging.content import content, covers
from cardbook.merging.pieces import LISTS, Piece, headings_from, put_together, take_apart
from cardbook.model import Covered, Draft, Matching, RawNote, Verdict

TOP_HEADING = 3
ENOUGH = 0.6
MOST_RELATED = 5


def merge(notes: Sequence[RawNote], matching: Matching, config: Config) -> tuple[Draft, ...]:
    """Merge each cluster of `matching` into a draft; in book order: topics in theirs, then first appearance."""
    home = {note: cluster for cluster, members in enumerate(matching.clusters) for note in members}
    related = _related(matching, home)
    return tuple(
        _draft([notes[k] for k in members], related.get(cluster, ()), config)
        for cluster, members in enumerate(matching.clusters)
    )


def _related(matching: Matching, home: dict[int, int]) -> dict[int, tuple[int, ...]]:
    close: dict[int, dict[int, float]] = {}
    for decision in matching.decisions:
        a, b = home[decision.a], home[decision.b]
        if a != b and decision.verdict in (Verdict.RELATED, Verdict.DOUBTFUL):
            for one, other in ((a, b), (b, a)):
                best = close.setdefault(one, {})
                best[other] = max(best.get(other, 0.0), decision.score)
    return {
        one: tuple(sorted(others, key=lambda other: (-others[other], other))[:MOST_RELATED])
        for one, others in close.items()
    }


def _draft(notes: Sequence[RawNote], related: tuple[int, ...], config: Config) -> Draft:
    ranked = sorted(notes, key=lambda note: (-len(note.answer), note.span))
    answer, covered = _answer(ranked)
    return Draft(
        question=ranked[0].question,
        answer=answer,
        notes=tuple(notes),
        aliases=tuple(dict.fromkeys(n.question for n in notes if n.question != ranked[0].question)),
        topic=notes[0].topics[-1] if notes[0].topics else "",
        tags=_union(note.tags for note in notes),
        references=_union(note.references for note in notes),
        covered=covered,
        related=related,
    )


def _union(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for group in groups for text in group))


def _answer(ranked: Sequence[RawNote]) -> tuple[str, tuple[Covered, ...]]:
    pieces = list(headings_from(take_apart(ranked[0].answer), TOP_HEADING))
    said = [text for piece in pieces for text in _points(piece)]
    covered: list[Covered] = []
    for note in ranked[1:]:
        for piece in headings_from(take_apart(note.answer), TOP_HEADING):
            points = [(text, *_best(text, said)) for text in _points(piece)]
            if all(score >= ENOUGH for _, _, score in points):
                covered.extend(Covered(note.span.file, *point) for point in points)
            else:
                pieces.append(piece)
                said.extend(text for text, _, _ in points)
    return put_together(pieces), tuple(covered)


def _points(piece: Piece) -> tuple[str, ...]:
    return tuple(item.text for item in piece.items) if piece.kind in LISTS else (piece.text,)


def _best(text: str, said: Sequence[str]) -> tuple[str, float]:
    scored = [(covers(content(other), content(text)), other) for other in said]
    score, by = max(scored, default=(0.0, ""))
    return by, score
