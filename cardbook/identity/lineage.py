"""Which card of the previous build each draft of this one continues: what an id follows when notes are edited.

First by what is certain, the wording of a question; then, among what is left on both sides, by likeness
(`likeness.py`). An id follows its founder, the note that it was given to; when that is gone, it stays with another
note of the card.
"""

from __future__ import annotations

import enum
import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cardbook.identity.likeness import Kin, alike, grams, likely
from cardbook.model import Book, Card, Draft, RawNote, Retired

# Crockford's base 32, without letters that are read as digits. The first character is a letter, so that no
# YAML reader takes an id for a number.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LETTERS = _ALPHABET[10:]
_ID_LENGTH = 10
# Beyond so many pairs of one wording, only equal answers and the order tell them apart.
_MOST_NAMESAKES = 400
_EPOCH = datetime(1, 1, 1, tzinfo=UTC)

_MARKUP = re.compile(
    r"[\s\u200b-\u200f\ufeff*`]+|~~|(?<!\w)_+|_+(?!\w)|!(?!=)|\.(?!\d)|[,;:?()\"'“”‘’…·。、【】「」《》]"
)


def wording(question: str) -> str:
    """A question without what does not make it another one: case, width, spaces, punctuation, emphasis."""
    folded = unicodedata.normalize("NFKC", question).casefold()
    return unicodedata.normalize("NFKC", _MARKUP.sub("", folded)) or folded.strip()


def new_id(question: str, taken: Iterable[str] = ()) -> str:
    """The id that a question gets by its wording alone, or the next one that is not `taken`."""
    base = wording(question)
    salt = 0
    while (found := _encode(f"{base}\0{salt}" if salt else base)) in taken:
        salt += 1
    return found


def _encode(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    number, first = divmod(number, len(_LETTERS))
    letters = [_LETTERS[first]]
    for _ in range(_ID_LENGTH - 1):
        number, digit = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[digit])
    return "".join(letters)


def founder(draft: Draft) -> RawNote:
    """The note of a new card that gives it its id: the first in the order of files and lines."""
    return min(draft.notes, key=lambda note: note.span)


@dataclass(frozen=True, slots=True)
class Lineage:
    """What was found: `card` by draft, and for cards that no draft continues, the draft that holds their note."""

    continues: dict[int, Card | Retired]
    absorbed: dict[str, int]


Ancestor = Card | Retired
Key = tuple[str, str]
"""File and wording of a note; the file is empty where it does not count."""


class Tie(enum.IntEnum):
    """What connects a draft with a card, the surest first."""

    FOUNDER_IN_PLACE = 0
    FOUNDER_ELSEWHERE = 1
    WORDED_AS_AT_FIRST = 2
    NOTE_IN_PLACE = 3
    NOTE_ELSEWHERE = 4
    RETIRED = 5
    RETIRED_WORDED_AS_AT_FIRST = 6


@dataclass(frozen=True, slots=True, order=True)
class _Claim:
    """A draft's claim to a card; the smallest is honoured first: the surest, then the older card's."""

    tie: Tie
    unlike: float
    created: datetime
    card: int
    draft: int


def trace(drafts: Sequence[Draft], previous: Book | None) -> Lineage:
    """Find the card or retired id that each draft continues; each of them is continued once at most."""
    if previous is None:
        return Lineage({}, {})
    cards = ancestors(previous)
    claims = sorted(_claims(drafts, cards))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for claim in claims:
        if claim.draft not in found and claim.card not in taken:
            found[claim.draft] = claim.card
            taken.add(claim.card)
    _by_likeness(drafts, previous, claims, found)
    return Lineage({draft: cards[card] for draft, card in found.items()}, _absorbed(claims, cards, found))


def ancestors(previous: Book | None) -> list[Ancestor]:
    """All that an id can come from: the cards of the previous book in their order, then the retired ones."""
    return [*previous.entries, *previous.retired] if previous else []


def _absorbed(claims: Sequence[_Claim], cards: Sequence[Ancestor], found: dict[int, int]) -> dict[str, int]:
    taken = set(found.values())
    absorbed: dict[str, int] = {}
    for claim in claims:
        if claim.card not in taken:
            absorbed.setdefault(cards[claim.card].id, claim.draft)
    return absorbed


def _claims(drafts: Sequence[Draft], cards: Sequence[Ancestor]) -> Iterator[_Claim]:
    by_key: dict[Key, list[int]] = defaultdict(list)
    by_id = {card.id: index for index, card in enumerate(cards)}
    for index, card in enumerate(cards):
        for key in _keys(card):
            by_key[key].append(index)
    asking: dict[Key, list[int]] = defaultdict(list)
    for index, draft in enumerate(drafts):
        for key in _note_keys(draft.notes):
            asking[key].append(index)
        for id_ in {_encode(wording(note.question)) for note in draft.notes} & by_id.keys():
            retired = isinstance(cards[by_id[id_]], Retired)
            tie = Tie.RETIRED_WORDED_AS_AT_FIRST if retired else Tie.WORDED_AS_AT_FIRST
            yield _Claim(tie, 0.0, _created(cards[by_id[id_]]), by_id[id_], index)
    for key, askers in asking.items():
        for c, d, unlike in _namesakes(by_key.get(key, []), askers, cards, drafts):
            yield _Claim(_tie(key, cards[c]), unlike, _created(cards[c]), c, d)


def _tie(key: Key, ancestor: Ancestor) -> Tie:
    if isinstance(ancestor, Retired):
        return Tie.RETIRED
    if key[1] == _founder_wording(ancestor):
        return Tie.FOUNDER_IN_PLACE if key[0] else Tie.FOUNDER_ELSEWHERE
    return Tie.NOTE_IN_PLACE if key[0] else Tie.NOTE_ELSEWHERE


def _namesakes(
    cards: Sequence[int], askers: Sequence[int], ancestors: Sequence[Ancestor], drafts: Sequence[Draft]
) -> Iterator[tuple[int, int, float]]:
    """Cards and drafts with one wording, and how unlike their answers are (0 where there is no choice)."""
    if len(cards) * len(askers) <= 1:
        yield from ((card, draft, 0.0) for card in cards for draft in askers)
    elif len(cards) * len(askers) <= _MOST_NAMESAKES:
        ours = {draft: grams(drafts[draft].answer) for draft in askers}
        theirs = {card: grams(_answer(ancestors[card])) for card in cards}
        for card in cards:
            for draft in askers:
                yield card, draft, round(1 - alike(theirs[card], ours[draft]), 3)
    else:
        by_answer = {_answer(ancestors[card]): card for card in reversed(cards)}
        for draft in askers:
            if drafts[draft].answer in by_answer:
                yield by_answer[drafts[draft].answer], draft, 0.0
        yield from ((card, draft, 1.0) for card, draft in zip(cards, askers, strict=False))


def _note_keys(notes: Iterable[RawNote]) -> set[Key]:
    words = {(note.span.file, wording(note.question)) for note in notes}
    return words | {("", word) for _, word in words}


def _keys(card: Ancestor) -> set[Key]:
    keys = {("", wording(text)) for text in (card.question, *card.aliases)}
    if isinstance(card, Card):
        sources = {(source.file, wording(source.question)) for source in card.sources}
        keys |= sources | {("", word) for _, word in sources}
    return keys


def _founder_wording(card: Card) -> str:
    return wording(card.sources[0].question if card.sources else card.question)


def _answer(card: Ancestor) -> str:
    if isinstance(card, Retired):
        return card.edited.answer if card.edited else ""
    return card.answer


def _created(card: Ancestor) -> datetime:
    return card.created or card.modified or _EPOCH


def _by_likeness(
    drafts: Sequence[Draft], previous: Book, claims: Sequence[_Claim], found: dict[int, int]
) -> None:
    """Add to `found` what continues by likeness: among drafts and live cards that nothing certain connects."""
    taken = set(found.values())
    # A card whose founder is part of another draft was merged into it, and is not looked for elsewhere.
    merged = {claim.card for claim in claims if claim.tie <= Tie.FOUNDER_ELSEWHERE}
    new = [index for index in range(len(drafts)) if index not in found]
    lost = [i for i in range(len(previous.entries)) if i not in taken and i not in merged]
    if not new or not lost:
        return
    heirs = {card: draft for draft, card in found.items()}
    kin_of_drafts = [_draft_kin(drafts[i], _around(i, {d: d for d in found})) for i in new]
    kin_of_cards = [_card_kin(previous.entries[i], _around(i, heirs)) for i in lost]
    for draft, card in likely(kin_of_drafts, kin_of_cards):
        found[new[draft]] = lost[card]


def _around(index: int, drafts: dict[int, int]) -> tuple[int | None, int | None]:
    """The drafts before and after, as far as they are known to continue something."""
    return drafts.get(index - 1), drafts.get(index + 1)


def _draft_kin(draft: Draft, around: tuple[int | None, int | None]) -> Kin:
    words = {wording(note.question) for note in draft.notes}
    files = {note.span.file for note in draft.notes}
    return Kin(tuple(sorted(words)), grams(draft.answer), frozenset(files), around)


def _card_kin(card: Card, around: tuple[int | None, int | None]) -> Kin:
    words = {wording(text) for text in (card.question, *(source.question for source in card.sources))}
    files = {source.file for source in card.sources}
    return Kin(tuple(sorted(words)), grams(card.answer), frozenset(files), around)
