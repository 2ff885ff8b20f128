"""Finding the concepts of a text: every name of one thing becomes one character.

The shipped glossary and the user's `terms:` give the names. Scanning is longest-match from a table by first
character; a Latin name must stand as a whole word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cardbook import plain, shipped
from cardbook.cache import Cache
from cardbook.matching.wording import HAN, normalise

_AND = re.compile(r"以及|[和与及或、/]| (?:and|or|vs\.?|versus|&) ")
LONGEST = 10
"""Names that share their beginning are no longer than this."""
_PRIVATE = (range(0xE000, 0xF900), range(0xF0000, 0xFFFFE))

Rewrites = Sequence[tuple[re.Pattern[str], str]]
Terms = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Glossary:
    """Names of concepts. A concept is a private-use character, so that marked text stays text.

    `names` maps a name to its concept, and `lengths` a character to the lengths of the names that begin with it,
    the longest first; `title` maps a concept to its first name; `context`, `problems`, `aspects` and `fields` are
    sets of concepts; `implies` maps a concept to what its name already says, and each of `compounds` is a concept
    with parts that together mean it.
    """

    names: dict[str, str]
    lengths: dict[str, tuple[int, ...]]
    title: dict[str, str]
    context: frozenset[str]
    problems: frozenset[str]
    aspects: frozenset[str]
    fields: frozenset[str]
    implies: dict[str, frozenset[str]]
    compounds: tuple[tuple[str, frozenset[str]], ...]
    rewrites: tuple[tuple[str, str], ...]
    """Patterns, and what stands for them."""

    @cached_property
    def _patterns(self) -> Rewrites:
        return _compiled(self.rewrites)

    def mark(self, text: str, *, shared: bool = False) -> str:
        """`text` (normalised) with every name replaced by the character of its concept.

        With `shared`, of names that share a part ("深/浅拷贝") each is found.
        """
        text = _rewritten(text, self._patterns)
        text = self._spelled_out(self._joined(text)) if shared else text
        pieces: list[str] = []
        at = 0
        while at < len(text):
            found = self._at(text, at)
            pieces.append(found[1] if found else text[at])
            at += len(found[0]) if found else 1
        return "".join(pieces)

    def _spelled_out(self, text: str) -> str:
        """`text`, in which of names that share a part each says it: "shallow vs deep copy"."""
        at = 0
        while found := _AND.search(text, at):
            before, after = text[: found.start()], text[found.end() :]
            shared = self._shared_end(before, after)
            begins = "" if shared else self._shared_start(before, after)
            text = f"{before}{shared}{found[0]}{begins}{after}"
            at = found.end() + len(shared) + len(begins)
        return text

    def _joined(self, text: str) -> str:
        """`text` without a 的 inside a name: 学习率的衰减 is 学习率衰减."""
        at = text.find("的")
        while at >= 0:
            before, after = text[:at], text[at + 1 :]
            for start in _words(before, LONGEST):
                name = (self._at(before[start:] + after[:LONGEST], 0) or ("",))[0]
                if len(name) > at - start + 1:
                    text = before + after
                    break
            at = text.find("的", at + 1)
        return text

    def _shared_end(self, before: str, after: str) -> str:
        """What the names on both sides of an "and" end in, if only the second says it."""
        name, concept = self._at(after, 0) or ("", "")
        for start in _words(before):
            first = before[start:]
            for cut in range(1, len(name)):
                joined = self._at(first + name[cut:] + "\0", 0)
                if joined and len(joined[0]) == len(first) + len(name) - cut and joined[1] != concept:
                    own = self._at(first, 0)
                    return "" if own and len(own[0]) == len(first) else name[cut:]
        return ""

    def _shared_start(self, before: str, after: str) -> str:
        """What the names on both sides of an "and" begin with, if only the first says it."""
        if self._at(after, 0):
            return ""
        for start in _words(before, LONGEST):
            name, concept = self._at(before, start) or ("", "")
            if name != before[start:]:
                continue
            for cut in range(1, len(name)):
                joined = self._at(name[:cut] + after, 0)
                if joined and len(joined[0]) > cut + 1 and joined[1] != concept:
                    return name[:cut]
        return ""

    def _at(self, text: str, at: int) -> tuple[str, str] | None:
        for length in self.lengths.get(text[at : at + 1], ()):
            name = text[at : at + length]
            if name in self.names and _whole(name, text, at):
                return name, self.names[name]
        return None

    def label(self, unit: str) -> str:
        """How a person calls this unit."""
        return self.title.get(unit, unit)


def _words(text: str, most: int = 4) -> list[int]:
    """Where a name may begin that ends with `text`: the last Latin word, or up to `most` characters from the end."""
    starts = range(len(text) - 1, max(len(text) - 1 - max(most, 12), -1), -1)
    latin = bool(text) and _latin(text[-1])
    return [
        start
        for start in starts
        if (start == 0 or not _latin(text[start - 1]) or not _latin(text[start]))
        and (latin or len(text) - start <= most)
        and (not latin or _latin(text[start]))
    ]


def _compiled(rewrites: Iterable[tuple[str, str]]) -> Rewrites:
    return [(re.compile(pattern), replacement) for pattern, replacement in rewrites]


def _rewritten(text: str, rewrites: Rewrites) -> str:
    for pattern, replacement in rewrites:
        text = pattern.sub(replacement, text)
    return text


def _whole(name: str, text: str, at: int) -> bool:
    end = at + len(name)
    if _latin(name[0]) and at and _latin(text[at - 1]):
        return False
    after = text[end : end + 2]
    return not (_latin(name[-1]) and after and (_latin(after[0]) or _signed(after)))


def _signed(after: str) -> bool:
    """Whether a name goes on with a sign, as C++ and C# do; "BiLSTM+CRF" are two."""
    return after[0] in "+#" and not (len(after) > 1 and _latin(after[1]))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def glossary(terms: Sequence[Sequence[str]] = (), cache: Cache | None = None) -> Glossary:
    """The shipped glossary joined with the user's `terms`, which win and may join shipped concepts.

    `cache` keeps it between builds: most of what a small edit takes would be making it anew.
    """
    key = tuple(tuple(group) for group in terms)
    if key not in _MADE:
        _MADE[key] = plain.kept(cache, "glossary", Glossary, lambda: _glossary(key), repr(key))
    return _MADE[key]


_MADE: dict[Terms, Glossary] = {}


def _glossary(terms: Terms) -> Glossary:
    data = load("glossary.yaml")
    groups = [*data["concepts"], *data["synonyms"], *([word] for word in data["context"])]
    rewrites = tuple((str(pattern), str(text)) for pattern, text in data["rewrites"])
    patterns = _compiled(rewrites)
    owner: dict[str, int] = {}
    title: list[str] = []
    for group in groups:
        _add(group, owner, title, join=False)
    for group in terms:
        _add(group, owner, title, join=True)
    for name, number in list(owner.items()):
        owner.setdefault(_rewritten(name, patterns), number)
    letters = {number: _letter(number) for number in set(owner.values())}
    return Glossary(
        names={name: letters[number] for name, number in owner.items()},
        lengths=_lengths(owner),
        title={letters[number]: title[number] for number in letters},
        context=_letters(data["context"], owner, letters),
        problems=_letters(data["problems"], owner, letters),
        aspects=_letters(data["aspects"], owner, letters),
        fields=_letters(data["fields"], owner, letters),
        implies=_implied(data["implies"], owner, letters),
        compounds=tuple(
            (letter, _units(parts, owner, letters))
            for name, wholes in data["compounds"].items()
            for letter in _letters([name], owner, letters)
            for parts in wholes
        ),
        rewrites=rewrites,
    )


def _implied(
    shipped: dict[str, list[str]], owner: dict[str, int], letters: dict[int, str]
) -> dict[str, frozenset[str]]:
    """What names say already: as listed, and what a longer name of a thing has before a shorter one ("HTTP 状态码")."""
    implied = {
        letter: _letters(names, owner, letters)
        for name, names in shipped.items()
        for letter in _letters([name], owner, letters)
    }
    for name, number in owner.items():
        for cut in range(2, len(name) - 1):
            before = owner.get(name[:cut].strip(), number)
            if before != number and owner.get(name[cut:].strip()) == number:
                letter = letters[number]
                implied[letter] = implied.get(letter, frozenset()) | {letters[before]}
    return implied


def _add(group: Sequence[Any], owner: dict[str, int], title: list[str], *, join: bool) -> None:
    forms = [form for name in group for form in _forms(str(name))]
    known = {owner[form] for form in forms if form in owner}
    number = min(known) if known else len(title)
    if not known:
        title.append(str(group[0]))
    if join:
        for name, old in owner.items():
            if old in known:
                owner[name] = number
        title[number] = str(group[0])
    for form in forms:
        owner.setdefault(form, number)


def _forms(name: str) -> list[str]:
    bare = normalise(name)
    together = bare.replace(" ", "")
    forms = [bare, together] if len(together) > 3 else [bare]
    if len(bare) > 3 and _latin(bare[-1]) and bare[-1] not in "s0123456789":
        forms += [f"{form}s" for form in forms]
    return [form for form in dict.fromkeys(forms) if form]


def _letters(words: Iterable[Any], owner: dict[str, int], letters: dict[int, str]) -> frozenset[str]:
    return frozenset(letters[owner[normalise(str(word))]] for word in words)


def _units(words: Iterable[Any], owner: dict[str, int], letters: dict[int, str]) -> frozenset[str]:
    bare = (normalise(str(word)) for word in words)
    return frozenset(letters[owner[word]] if word in owner else word for word in bare)


def _lengths(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for name in names:
        found.setdefault(name[0], set()).add(len(name))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}


def _letter(number: int) -> str:
    first, second = _PRIVATE
    return chr(first[number]) if number < len(first) else chr(second[number - len(first)])


def is_concept(character: str) -> bool:
    """Whether `character` stands for a concept in a marked text."""
    return "\ue000" <= character <= "\uf8ff" or character >= "\U000f0000"


def load(name: str) -> Any:
    """A data file of this package."""
    return shipped.load(__package__, name)


def has_han(text: str) -> bool:
    """Whether any Chinese character stands in `text`."""
    return bool(HAN.search(text))
