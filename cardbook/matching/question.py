"""A question taken apart: what it is about, and what it wants of it.

A question is one or more `Ask`s, one a clause: "什么是过拟合，怎么解决？" asks twice about one concept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from cardbook.matching.concepts import Glossary, is_concept, load
from cardbook.matching.intent import Intent, intents
from cardbook.matching.wording import HAN, normalise, stem

_CLAUSE = re.compile(
    r"[?!;,:.](?=\s|$|[^\x00-\x7f])|[?!;]|(?<=[^\x00-\x7f])[,:]|[()\[\]{}「」『』“”\"《》]"
    r"| and (?=(?:how|what|why|when|which) )"
)
_TOKEN = re.compile(
    r"(?:\+\+|--|@)?[a-z0-9_][a-z0-9_.+#/]*|[+\-*/=<>!&|^%@]{2,3}|[<>=](?= )"
    r"|(?:[^\W\d_a-z]|[\ue000-\uf8ff\U000F0000-\U000FFFFD])+"
)


@dataclass(frozen=True, slots=True)
class Ask:
    """One want about one subject.

    `order` holds the units (concept characters, stems of Latin words, numbers) as they stand; `han` the runs
    of Chinese text that belong to no concept.
    """

    order: tuple[str, ...]
    han: tuple[str, ...]
    wants: frozenset[Intent]
    negated: bool = False

    @property
    def units(self) -> frozenset[str]:
        return frozenset(self.order)

    @property
    def empty(self) -> bool:
        return not self.order and not self.han


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the matcher sees it; `wording` is the same for the same string."""

    wording: str
    asks: tuple[Ask, ...]

    @property
    def units(self) -> frozenset[str]:
        return frozenset(unit for ask in self.asks for unit in ask.order)


@dataclass(frozen=True)
class _Words:
    phrases: re.Pattern[str]
    words: frozenset[str]
    characters: frozenset[str]


@cache
def words() -> _Words:
    """The function words, from `words.yaml`."""
    data = load("words.yaml")
    phrases = sorted((*data["phrases"], *data["fillers"]), key=lambda phrase: (-len(phrase), phrase))
    return _Words(
        phrases=re.compile("|".join(map(re.escape, phrases))),
        words=frozenset(data["words"]),
        characters=frozenset(data["characters"]),
    )


_NEGATION = re.compile(
    r"(?<!是)(?<!能)(?<!要)(?<!会)(?<!可)不(?!同|足|平衡|均衡|变)|没有|无法|\b(?:not|never|without|cannot|don't|doesn't|no)\b|n't\b"
)


def parse(text: str, glossary: Glossary, topic: str = "") -> Question:
    """Take the question `text` apart. `topic` lends it a subject when it names none ("优点" under "BN")."""
    plain = normalise(text)
    asks: list[Ask] = []
    for clause in _clauses(glossary.mark(plain)):
        ask = _ask(clause)
        if ask.empty and asks:
            ask = replace(ask, order=asks[-1].order, han=asks[-1].han)
        asks.append(ask)
    asks = _inherit_forward(asks)
    if topic and all(ask.empty for ask in asks):
        subject = _ask(glossary.mark(normalise(topic)))
        asks = [replace(ask, order=subject.order, han=subject.han) for ask in asks]
    return Question(plain, tuple(dict.fromkeys(asks)))


def _inherit_forward(asks: list[Ask]) -> list[Ask]:
    """A clause before the subject is named ("简述:") says nothing by itself."""
    named = [ask for ask in asks if not ask.empty]
    return named or asks[:1]


def _clauses(text: str) -> list[str]:
    return [clause for clause in map(str.strip, _CLAUSE.split(text)) if clause]


def _ask(clause: str) -> Ask:
    wants, rest = intents(clause)
    negated = bool(_NEGATION.search(rest))
    rest = words().phrases.sub(" ", _NEGATION.sub(" ", rest))
    order: list[str] = []
    han: list[str] = []
    for token in _TOKEN.findall(rest):
        if HAN.match(token) or is_concept(token[0]):
            _split_run(token, order, han)
        elif token not in words().words:
            order.append(stem(token.rstrip("./")))
    return Ask(tuple(dict.fromkeys(order)), tuple(dict.fromkeys(han)), wants, negated)


def _split_run(token: str, order: list[str], han: list[str]) -> None:
    run = ""
    for character in token + "\0":
        if HAN.match(character):
            run += character
            continue
        if run and not set(run) <= words().characters:
            han.append(run)
        run = ""
        if is_concept(character):
            order.append(character)
