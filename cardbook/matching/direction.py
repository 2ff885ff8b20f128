"""Whether two questions give what they name the same parts: who does what to whom.

Order tells it, so order counts wherever something relates two names: a verb, a preposition. It does not where they
are only counted up ("A 和 B"), stand beside each other ("TCP 三次握手"), or where the words between turn them round
("B in A", "B 被 A …").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from cardbook.matching.ask import Ask
from cardbook.matching.intent import Intent
from cardbook.matching.wording import HAN, stem
from cardbook.matching.words import words

_SYMMETRIC = frozenset({Intent.DIFFERENCE, Intent.RELATION})
"""What is asked of several things alike."""
_LINK = r"(?:和|与|跟|同|及|以及|还是|或者?|、|,|/|&|\+|\b(?:and|or|nor|vs|versus)\b)"
_LINKED = re.compile(rf"\W*(?:的|the|an?)?\W*{_LINK}(?:.*{_LINK})?\W*(?:the|an?)?\W*$")
_TURNS = re.compile(r"被|受|遭|\bby\b")
"""What stands before these did not do it."""
_LOOSE = re.compile(
    r"\b(?:of|in|at|inside|within|for|with|from|if|as|after|before|under|using|used|via|through)\b"
    r"|在|(?<!作)用|于|由|从|通过|如果|之[前后]|[做当]|作为"
)
"""What stands before these may as well stand behind: "归一化在训练中", "训练中的归一化"."""
_MEANWHILE = re.compile(r"\n|(?<!何)(?<!什么)时(?!间)|\b(?:when|while|during)\b")
"""What happens at one time is in no order."""
_IDLE = re.compile(
    r"\b(?:the|an?|is|are|was|were|be|been|do|does|did|can|could|should|would|will|may|might|must|has|have|had|how"
    r"|why|what|which|it|its|s)\b|怎么样?|怎样|如何|为什么|为何|为啥|是否|能否|可以|应该|需要|有哪些|有什么|什么|哪些"
    r"|[的地得了是会能要去来中里上下不没吗呢]"
)
"""What relates nothing to anything."""
_AUXILIARY = r"(?:do|does|did|can|could|will|would|should|has|have|had)"
_ASKED_FOR = re.compile(rf"^(?:what|whom?|which \w+) {_AUXILIARY}\b(.*)$")
_ASKED_WHO = re.compile(rf"^(?:what|who|which \w+) (?!(?:is|are|was|were|{_AUXILIARY})\b)")
_WHO = re.compile(
    r"(?<![有是叫由被受为])(?:谁|什么(?!是|时候|时间|地方|叫)|哪(?:些|个|种|位)[^\W\da-z\ue000-\uf8ff]?)"
)
_GAP = "\u25a1"
"""Stands for what is asked for."""
_TOKEN = re.compile(r"[a-z0-9_][a-z0-9_.+#]*|\S")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a thing stands in the frame of a question."""

    start: int
    end: int


def same_direction(a: Ask, b: Ask) -> bool:
    """Whether nothing that both name has changed its part."""
    if (a.wants | b.wants) <= _SYMMETRIC:
        return True
    if a.than and b.than:
        return a.than == b.than
    one, other = _frame(a.frame), _frame(b.frame)
    if one == other:
        return True
    there = [
        (left, right)
        for thing in dict.fromkeys((*a.order, *_shared_text(a, b), _GAP))
        if (left := _place(thing, one)) and (right := _place(thing, other))
    ]
    return not any(
        _reversed(one, other, x, y, asked=one[x[0].start] == _GAP or one[y[0].start] == _GAP)
        for x, y in combinations(sorted(there, key=lambda places: places[0].start), 2)
    )


def parts(ask: Ask) -> tuple[str, ...]:
    """What it names in its order, for telling apart asks that may differ in nothing else; empty where no order is."""
    frame = _frame(ask.frame)
    found = {thing: place for thing in (*ask.order, *ask.han, _GAP) if (place := _place(thing, frame))}
    things = sorted(found, key=lambda thing: found[thing].start)
    related = any(_relates(frame[found[x].end : found[y].start]) for x, y in combinations(things, 2))
    return (*things, *_TURNS.findall(frame)) if related else ()


def _reversed(
    one: str, other: str, x: tuple[_Place, _Place], y: tuple[_Place, _Place], *, asked: bool
) -> bool:
    """Whether of two things, `x` first in `one`, each has the other's part in `other`."""
    turned = x[1].start > y[1].start
    left = one[x[0].end : y[0].start]
    right = other[y[1].end : x[1].start] if turned else other[x[1].end : y[1].start]
    if not (_relates(left) and _relates(right)) or (asked and not _alike(left, right)):
        return False
    passive = bool(_TURNS.search(left)), bool(_TURNS.search(right))
    loose = sorted(_LOOSE.findall(left)), sorted(_LOOSE.findall(right))
    if passive[0] != passive[1]:
        return not turned and _alike(left, right)
    return turned and loose[0] == loose[1]


def _relates(between: str) -> bool:
    """Whether words between two things say what the one is to the other."""
    if _MEANWHILE.search(between) or _LINKED.match(between):
        return False
    return bool(_IDLE.sub("", between).strip(" ,"))


def _alike(left: str, right: str) -> bool:
    """Whether the same verb stands between."""
    return bool(set(_verbs(left)) & set(_verbs(right)))


def _verbs(between: str) -> Iterator[str]:
    bare = _TURNS.sub(" ", _LOOSE.sub(" ", _IDLE.sub(" ", between)))
    for word in bare.split():
        pairs = (word[i : i + 2] for i in range(max(len(word) - 1, 1)))
        yield from pairs if HAN.match(word) else (stem(word),)


def _frame(text: str) -> str:
    """A clause with its words stemmed, and a gap where stands what is asked for."""
    text = _ASKED_FOR.sub(rf"\1 {_GAP}", text)
    text = _ASKED_WHO.sub(f"{_GAP} ", text)
    return _TOKEN.sub(lambda token: stem(token[0]), _WHO.sub(_GAP, text, count=1))


def _place(thing: str, frame: str) -> _Place | None:
    """Where `thing` stands, if it stands there once, as a whole word."""
    places = [_Place(at, at + len(thing)) for at in _occurrences(thing, frame)]
    if thing.isascii():
        places = [place for place in places if not _inside(frame, place)]
    return places[0] if len(places) == 1 else None


def _occurrences(thing: str, frame: str) -> Iterator[int]:
    at = frame.find(thing)
    while at >= 0:
        yield at
        at = frame.find(thing, at + len(thing))


def _inside(frame: str, place: _Place) -> bool:
    """Whether a Latin word goes on before or behind."""
    around = frame[max(place.start - 1, 0) : place.start] + frame[place.end : place.end + 1]
    return any(c.isascii() and (c.islower() or c.isdigit() or c == "_") for c in around)


def _shared_text(a: Ask, b: Ask) -> Iterator[str]:
    """The longest pieces of Chinese text that both have."""
    for run in a.han:
        at = 0
        while at < len(run):
            end = next((e for e in range(len(run), at, -1) if any(run[at:e] in o for o in b.han)), at)
            piece = run[at:end]
            if piece and not set(piece) <= words().characters:
                yield piece
            at = max(end, at + 1)
