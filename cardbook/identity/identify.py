"""Ids and times that outlive every edit, so that a re-import keeps every card's study progress.

`identify` carries ids over from the previous book and keeps what a person typed into `canonical.yaml`; `stamp`
moves a card's time only when the card looks different; `changes` says what a build did. See docs/identity.md.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cardbook.config import Config
from cardbook.diagnostics import Log
from cardbook.identity.lineage import Ancestor, Lineage, ancestors, founder, new_id, trace, wording
from cardbook.model import Book, Card, Draft, Edited, NoteType, Retired, Source, Unanswered

FIELDS = ("question", "answer", "topic", "tags")
"""What a person may edit in `canonical.yaml`; `Card.digest` has a part for each, in this order."""


def identify(
    drafts: Sequence[Draft],
    previous: Book | None,
    config: Config,
    now: datetime,
    log: Log,
    places: Mapping[str, int] | None = None,
) -> Book:
    """Give every draft its id, and make the book; `modified` is provisional until `stamp`.

    `places` are the lines of the entries in the previous `canonical.yaml`, for messages about hand edits.
    """
    lineage = trace(drafts, previous)
    edits = _Edits(log, places or {})
    kept = [edits.apply(draft, lineage.continues.get(i)) for i, draft in enumerate(drafts)]
    ids = _ids(drafts, kept, lineage, previous)
    cards = [
        _card(i, drafts, kept[i], ids, lineage.continues.get(i), now) for i in range(len(drafts)) if ids[i]
    ]
    book = Book(
        title=config.title,
        entries=_in_topic_order(cards, drafts),
        unanswered=tuple(_unanswered(draft) for draft, id_ in zip(drafts, ids, strict=True) if not id_),
        author=config.author,
        language=config.language,
        notetype=previous.notetype if previous else None,
    )
    return replace(book, retired=_retired(book, drafts, ids, lineage, previous, edits))


def _ids(
    drafts: Sequence[Draft], kept: Sequence[_Content], lineage: Lineage, previous: Book | None
) -> list[str]:
    """The id of each draft, empty for those that no note and no hand answers."""
    taken = {card.id for card in ancestors(previous)}
    ids = []
    for index, draft in enumerate(drafts):
        if not kept[index].answer:
            ids.append("")
        elif card := lineage.continues.get(index):
            ids.append(card.id)
        else:
            ids.append(new_id(founder(draft).question, taken))
            taken.add(ids[-1])
    return ids


def _card(
    index: int,
    drafts: Sequence[Draft],
    content: _Content,
    ids: Sequence[str],
    past: Ancestor | None,
    now: datetime,
) -> Card:
    draft = drafts[index]
    return Card(
        id=ids[index],
        question=content.question,
        answer=content.answer,
        topic=content.topic,
        modified=(past.modified if past else None) or now,
        aliases=tuple(alias for alias in draft.aliases if alias != content.question),
        tags=content.tags,
        related=tuple(dict.fromkeys(ids[i] for i in draft.related if ids[i] and i != index)),
        references=draft.references,
        sources=_sources(draft, past),
        covered=draft.covered,
        created=past.created if past else None,
        digest=_digest(_generated(draft)),
        rendered=past.rendered if past else "",
    )


def _sources(draft: Draft, past: Ancestor | None = None) -> tuple[Source, ...]:
    """Where the draft comes from, each place once, the note that its id follows first."""
    notes = sorted(draft.notes, key=lambda note: note.span)
    sources = tuple(dict.fromkeys(Source(note.span.file, note.question) for note in notes))
    if not (isinstance(past, Card) and past.sources):
        return sources
    founding = past.sources[0]
    first = max(sources, key=lambda source: _succeeds(source, founding))
    return (first, *(source for source in sources if source != first))


def _succeeds(source: Source, first: Source) -> int:
    """How sure it is that `source` is the note that `first` was."""
    same_words = wording(source.question) == wording(first.question)
    return 2 * same_words + (source.file == first.file)


def _unanswered(draft: Draft) -> Unanswered:
    return Unanswered(draft.question, _sources(draft), draft.topic)


def _in_topic_order(cards: Iterable[Card], drafts: Iterable[Draft]) -> tuple[Card, ...]:
    """A card that was given another topic by hand goes to that chapter; a chapter of its own comes last."""
    order = {topic: rank for rank, topic in enumerate(dict.fromkeys(draft.topic for draft in drafts))}
    return tuple(sorted(cards, key=lambda card: order.setdefault(card.topic, len(order))))


@dataclass(frozen=True, slots=True)
class _Content:
    """What a person may edit of a card."""

    question: str
    answer: str
    topic: str = ""
    tags: tuple[str, ...] = ()


def _generated(draft: Draft) -> _Content:
    return _Content(draft.question, draft.answer.strip("\n"), draft.topic, draft.tags)


def _content(card: Card | Edited) -> _Content:
    return _Content(card.question, card.answer, card.topic, card.tags)


def _digest(content: _Content) -> str:
    """A word for each of `FIELDS`; spaces at line ends, which editors take away, do not count."""
    return "-".join(_word(getattr(content, name)) for name in FIELDS)


def _word(value: str | tuple[str, ...]) -> str:
    lines = value.split("\n") if isinstance(value, str) else value
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    hashed = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(hashed[:5]).decode().lower()


class _Edits:
    """Keeps what a person typed into `canonical.yaml`, and says so."""

    def __init__(self, log: Log, places: Mapping[str, int]) -> None:
        self._log = log
        self._places = places

    def apply(self, draft: Draft, past: Ancestor | None) -> _Content:
        """The content of the card that continues `past`: as generated, save for what was edited by hand."""
        generated = _generated(draft)
        card = past if isinstance(past, Card) else past.edited if past else None
        if past is None or card is None:
            return generated
        typed = _typed(card)
        result = replace(generated, **{name: getattr(card, name) for name in typed})
        names = [name for name in typed if getattr(result, name) != getattr(generated, name)]
        if names:
            self._say(draft, past.id, names, _moved(card.digest, _digest(generated)))
        return result

    def set_aside(self, card: Card, replaced_by: str) -> Edited | None:
        """What was typed into a card that is retired now."""
        if not _typed(card):
            return None
        went = f"it was merged into `{replaced_by}`" if replaced_by else "no note asks it any more"
        self._log.warning(
            "hand-edit-set-aside",
            None,
            f"`{card.id}` ({card.question}) was edited{self._where(card.id)}, but {went}",
            "What was typed is kept under `retired`, and comes back with the question.",
        )
        return Edited(card.question, card.answer, card.topic, card.tags, card.digest)

    def _say(self, draft: Draft, id_: str, names: Sequence[str], moved: Sequence[str]) -> None:
        what = ", ".join(names)
        span = founder(draft).span
        if not moved:
            self._log.info("hand-edit-kept", span, f"{what} of `{id_}` as edited{self._where(id_)}")
        elif clash := [name for name in names if name in moved]:
            self._log.warning(
                "hand-edit-conflict",
                span,
                f"{', '.join(clash)} of `{id_}` was edited{self._where(id_)}, and changed in the notes as well;"
                " the edit is kept",
                "To take the notes' version, delete the edited lines from canonical.yaml; to keep yours, do nothing.",
            )
        else:
            self._log.warning(
                "hand-edit-conflict",
                span,
                f"{what} of `{id_}` was edited{self._where(id_)}; {', '.join(moved)} changed in the notes."
                " The edit is kept, the rest follows the notes",
                "See whether both still fit together; if so, do nothing.",
            )

    def _where(self, id_: str) -> str:
        return f" in canonical.yaml:{self._places[id_]}" if id_ in self._places else " in canonical.yaml"


def _typed(card: Card | Edited) -> list[str]:
    """The fields that are not as they were generated. One that was emptied asks for the notes' version again."""
    was = card.digest.split("-")
    now = _digest(_content(card)).split("-")
    edited = [
        name
        for name, a, b in zip(FIELDS, was if len(was) == len(now) else [""] * 4, now, strict=True)
        if a != b
    ]
    return [name for name in edited if getattr(card, name) or name == "tags"]


def _moved(before: str, after: str) -> list[str]:
    """The fields that were generated differently before, by their digests."""
    pairs = zip(FIELDS, before.split("-"), after.split("-"), strict=False)
    return [name for name, a, b in pairs if a != b]


def _retired(
    book: Book,
    drafts: Sequence[Draft],
    ids: Sequence[str],
    lineage: Lineage,
    previous: Book | None,
    edits: _Edits,
) -> tuple[Retired, ...]:
    if previous is None:
        return ()
    living = {card.id for card in book.entries}
    unanswered = {card.id: drafts[i] for i, card in lineage.continues.items() if not ids[i]}
    gone = [_retire(card) for card in previous.entries if card.id not in living]
    result = []
    for item in (*(item for item in previous.retired if item.id not in living), *gone):
        by = ids[lineage.absorbed[item.id]] if item.id in lineage.absorbed else item.replaced_by
        item = _worded(item, unanswered.get(item.id))
        result.append(replace(item, replaced_by=by if by != item.id else ""))
    cards = {card.id: card for card in previous.entries}
    return tuple(
        replace(item, edited=edits.set_aside(cards[item.id], item.replaced_by)) if item.id in cards else item
        for item in result
    )


def _retire(card: Card) -> Retired:
    wordings = dict.fromkeys([*(source.question for source in card.sources), *card.aliases])
    return Retired(
        id=card.id,
        question=card.question,
        aliases=tuple(text for text in wordings if text != card.question),
        created=card.created,
        modified=card.modified,
        rendered=card.rendered,
    )


def _worded(item: Retired, draft: Draft | None) -> Retired:
    """`item` with the wordings of `draft`, which asks it but does not answer it."""
    wordings = [note.question for note in draft.notes] if draft else []
    aliases = dict.fromkeys([*item.aliases, *wordings])
    return replace(item, aliases=tuple(text for text in aliases if text != item.question))


def stamp(
    book: Book, previous: Book | None, rendered: Mapping[str, str], notetype_digest: str, now: datetime
) -> Book:
    """`book` with its final times: `modified` moves when `rendered` (by id) does, and never backwards.

    With a clock that was set back, a change is one second later than the last.
    """
    now = now.astimezone(UTC).replace(microsecond=0)
    past = {item.id: item for item in ancestors(previous)}
    entries = tuple(_stamped(card, past.get(card.id), rendered[card.id], now) for card in book.entries)
    notetype = previous.notetype if previous else None
    if notetype is None or notetype.digest != notetype_digest:
        notetype = NoteType(notetype_digest, _later(notetype.modified if notetype else None, now))
    return replace(book, entries=entries, notetype=notetype)


def _stamped(card: Card, past: Ancestor | None, rendered: str, now: datetime) -> Card:
    if past is None or past.modified is None:
        return replace(card, rendered=rendered, modified=now, created=None)
    if past.rendered == rendered:
        return replace(card, rendered=rendered, modified=past.modified, created=past.created)
    created = past.created or past.modified
    return replace(card, rendered=rendered, modified=_later(past.modified, now), created=created)


def _later(before: datetime | None, now: datetime) -> datetime:
    return now if before is None else max(now, before + timedelta(seconds=1))


@dataclass(frozen=True, slots=True)
class Changes:
    """What a build did to the deck: `restored` cards were retired before."""

    new: tuple[Card, ...]
    changed: tuple[Card, ...]
    restored: tuple[Card, ...]
    retired: tuple[Card, ...]


def changes(previous: Book | None, book: Book) -> Changes:
    """Compare two stamped books."""
    before = {card.id: card for card in previous.entries} if previous else {}
    retired = {item.id for item in previous.retired} if previous else set()
    living = {card.id for card in book.entries}
    new = [card for card in book.entries if card.id not in before]
    return Changes(
        new=tuple(card for card in new if card.id not in retired),
        changed=tuple(c for c in book.entries if c.id in before and c.modified != before[c.id].modified),
        restored=tuple(card for card in new if card.id in retired),
        retired=tuple(card for card in before.values() if card.id not in living),
    )


def search(ids: Iterable[str], notetype: str = "cardbook") -> str:
    """What to type into the search of Anki's browser to find exactly the notes with these ids."""
    return f'"note:{notetype}" ({" OR ".join(f"Id:{id_}" for id_ in ids)})'
