"""From clusters of notes to drafts of cards: one question, one answer, nothing lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cardbook import plain
from cardbook.cache import Cache
from cardbook.config import Config
from cardbook.matching.concepts import glossary
from cardbook.matching.wording import HAN
from cardbook.merging import topics
from cardbook.merging.answer import join
from cardbook.merging.content import Reader
from cardbook.merging.wording import wording
from cardbook.model import Covered, Draft, Matching, RawNote, Verdict

MOST_RELATED = 5


@dataclass(frozen=True, slots=True)
class _Text:
    """What merging makes of the texts of a cluster."""

    question: str
    aliases: tuple[str, ...]
    answer: str
    covered: tuple[Covered, ...]


def merge(
    notes: Sequence[RawNote], matching: Matching, config: Config, cache: Cache | None = None
) -> tuple[Draft, ...]:
    """Merge each cluster of `matching` into a draft; in book order: topics in theirs, then first appearance.

    `cache` spares the clusters that are as they were.
    """
    home = {note: cluster for cluster, members in enumerate(matching.clusters) for note in members}
    related = _related(matching, home)
    read = Reader(glossary(config.terms), config.terms, cache)
    drafts = [
        _draft(group, related.get(cluster, ()), _kept(group, read, config, cache))
        for cluster, members in enumerate(matching.clusters)
        if (group := [notes[k] for k in members])
    ]
    return _in_book_order(drafts, config)


def _in_book_order(drafts: Sequence[Draft], config: Config) -> tuple[Draft, ...]:
    chapters = topics.assign(drafts, config)
    order = topics.order(chapters, config)
    place = {old: new for new, old in enumerate(order)}
    return tuple(
        replace(drafts[old], topic=chapters[old], related=tuple(place[k] for k in drafts[old].related))
        for old in order
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


def _draft(notes: Sequence[RawNote], related: tuple[int, ...], text: _Text) -> Draft:
    return Draft(
        question=text.question,
        answer=text.answer,
        notes=tuple(notes),
        aliases=text.aliases,
        tags=_union(note.tags for note in notes),
        references=_union(note.references for note in notes),
        covered=text.covered,
        related=related,
    )


def _kept(notes: Sequence[RawNote], read: Reader, config: Config, cache: Cache | None) -> _Text:
    """The text of a cluster, from the cache if its notes and the configuration are as they were."""
    said = [(note.span.file, note.question, [block.text for block in note.blocks]) for note in notes]
    depends = config.language, repr(config.terms), repr(said)
    return plain.kept(cache, "answer", _Text, lambda: _text(notes, read, config), *depends)


def _text(notes: Sequence[RawNote], read: Reader, config: Config) -> _Text:
    question, aliases = wording([note.question for note in notes], read)
    language = config.language if HAN.search(question) else "en"
    answer, covered = join(notes, question, read, language)
    return _Text(question, aliases, answer, covered)


def _union(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for group in groups for text in group))
