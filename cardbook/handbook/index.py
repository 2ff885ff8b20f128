"""The index of terms: which cards speak of which term, in the order of a Chinese dictionary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cardbook.model import Card


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as it is printed, its other names, and the ids of the cards that use any of them."""

    term: str
    also: tuple[str, ...]
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The entries under one letter; `#` holds what begins with none."""

    letter: str
    entries: tuple[Entry, ...]


def index(cards: Sequence[Card], terms: Iterable[Sequence[str]]) -> tuple[Group, ...]:
    """The index of `terms` (each a group of synonyms, the printed one first) over `cards`.

    Terms that no card uses are left out. Latin letters sort by the alphabet, Chinese by pinyin.
    """
    entries = [entry for names in _merged(terms) if (entry := _entry(names, cards)).ids]
    entries.sort(key=lambda entry: _key(entry.term))
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(_letter(entry.term), []).append(entry)
    return tuple(Group(letter, tuple(members)) for letter, members in groups.items())


def _merged(terms: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """Each printed term once; the first group that has it wins."""
    seen: dict[str, Sequence[str]] = {}
    for names in terms:
        seen.setdefault(names[0].casefold(), names)
    return list(seen.values())


def _entry(names: Sequence[str], cards: Sequence[Card]) -> Entry:
    pattern = re.compile("|".join(map(_pattern, names)), re.IGNORECASE)
    ids = tuple(card.id for card in cards if pattern.search(card.question) or pattern.search(card.answer))
    return Entry(names[0], tuple(names[1:]), ids)


def _pattern(name: str) -> str:
    """A name as a whole word where it begins or ends with a Latin letter or digit."""
    before = r"(?<![A-Za-z0-9])" if re.match(r"[A-Za-z0-9]", name) else ""
    after = r"(?![A-Za-z0-9])" if re.search(r"[A-Za-z0-9]$", name) else ""
    return before + re.escape(name) + after


def _key(term: str) -> tuple[list[str], str]:
    """Syllables with their tones, so that homophones stand together."""
    from pypinyin import Style, lazy_pinyin

    return [syllable.casefold() for syllable in lazy_pinyin(term, style=Style.TONE3)], term


def _letter(term: str) -> str:
    first = _key(term)[0][0][:1].upper()
    return first if "A" <= first <= "Z" else "#"
