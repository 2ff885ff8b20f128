"""Whether two asks are about the same: their units and pieces of Chinese text, compared both ways."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from cardbook.matching.ask import Ask
from cardbook.matching.concepts import Glossary
from cardbook.matching.intent import Intent
from cardbook.matching.words import Light, words


@dataclass(frozen=True, slots=True)
class Apart:
    """What one subject has that the other lacks, both ways, context and function words aside.

    `shared` says whether they have anything in common.
    """

    left: frozenset[str]
    right: frozenset[str]
    shared: bool

    @property
    def same(self) -> bool:
        return self.shared and not self.left and not self.right


def apart(a: Ask, b: Ask, glossary: Glossary) -> Apart:
    """Compare the subjects of two asks."""
    left, right = _lacking(a, b), _lacking(b, a)
    if not left and not right:
        return Apart(left, right, not a.empty)
    common, pairs = a.units & b.units, a.pairs & b.pairs
    shared = bool(common or pairs)
    if not pairs and not common - glossary.context:
        return Apart(left, right, shared)  # nothing but context in common: here the context is the subject
    known = glossary.context.union(*(glossary.implies.get(unit, ()) for unit in a.units | b.units))
    left, right = (_heavy(side - known, glossary) for side in (left, right))
    if not right:
        left -= b.setting  # what only one names is the chapter of the other
    elif not left:
        right -= a.setting
    if not left or not right:
        left, right = _weighty(left, a, glossary), _weighty(right, b, glossary)
    return Apart(left, right, shared)


def pieces(ask: Ask, glossary: Glossary) -> int:
    """Of how many parts that matter the subject is made; one is a plain name."""
    units = sum(unit not in glossary.context and not _is(words().light, unit, glossary) for unit in ask.order)
    return units + sum(1 + ("的" in run[1:-1]) for run in ask.han if not _is(words().light, run, glossary))


def _lacking(a: Ask, b: Ask) -> frozenset[str]:
    """Units of `a` that `b` has not, and pieces of its Chinese text that no pair of characters of `b` covers."""
    units = a.units - b.units
    if a.pairs <= b.pairs:
        return units
    known = b.pairs
    left = [piece for run in a.han for piece in _uncovered(run, known)]
    if left:
        own = a.pairs
        spare = Counter("".join(piece for run in b.han for piece in _uncovered(run, own)))
        left = [piece for piece in (_without(piece, spare) for piece in left) if piece]
    opposed = (
        _OPPOSED if set("".join(left)) & _OPPOSED and set("".join(spare.elements())) & _OPPOSED else set()
    )
    return units | {piece for piece in left if not set(piece) <= words().characters - opposed}


_OPPOSED = frozenset("上下前后内外左右大小多少有无正负高低长短")


def _uncovered(run: str, known: frozenset[str]) -> list[str]:
    if len(run) == 1:
        return [] if run in known else [run]
    covered = [False] * len(run)
    for i in range(len(run) - 1):
        if run[i : i + 2] in known:
            covered[i] = covered[i + 1] = True
    marked = "".join("\0" if c else character for c, character in zip(covered, run, strict=True))
    return [piece for piece in marked.split("\0") if piece]


def _without(piece: str, spare: Counter[str]) -> str:
    """`piece` without the characters that the other side has left over as well."""
    kept = []
    for character in piece:
        if spare[character] > 0:
            spare[character] -= 1
        else:
            kept.append(character)
    return "".join(kept)


def _heavy(parts: frozenset[str], glossary: Glossary) -> frozenset[str]:
    return frozenset(part for part in parts if not _is(words().light, part, glossary))


def _weighty(parts: frozenset[str], ask: Ask, glossary: Glossary) -> frozenset[str]:
    """The `parts` that make a difference even where the other side has nothing against them."""
    idle = ask.than if ask.wants & {Intent.WHY, Intent.NEED} else frozenset()
    if ask.han or ask.units - ask.gloss:
        idle |= ask.gloss
    light = words().alone
    return frozenset(
        part
        for part in parts - idle
        if not _is(light, part, glossary) and not set(part) <= _NUMERALS | words().characters
    )


_NUMERALS = frozenset("一二三四五六七八九十几两次")


def _is(light: Light, part: str, glossary: Glossary) -> bool:
    """Whether `part` is made of `light` words and single function characters only."""
    if part in light.words or glossary.title.get(part) in light.words:
        return True
    rest = light.han.sub("", part)
    return rest != part and set(rest) <= words().characters
