"""What a point says, in a form that can be compared: words, and things that no words replace."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cardbook.cache import Cache
from cardbook.matching.concepts import Glossary, is_concept, load
from cardbook.matching.question import Question, taken_apart
from cardbook.matching.wording import HAN, normalise, stem
from cardbook.matching.words import words
from cardbook.merging.claims import OPPOSITE, Claim, claims, gainsays
from cardbook.merging.marks import unmarked
from cardbook.reading import markdown

_NUMBER = re.compile(r"\bo\((?:[^()]|\([^()]*\))*\)|[a-z0-9]+\^[a-z0-9]+|\d+\.\d+|\d{2,}")
_TOKEN = re.compile(r"[a-z0-9]+|(?:[^\W\d_a-z]|[\ue000-\uf8ff\U000F0000-\U000FFFFD])+")
_ORDINAL = re.compile(r"^第[一二三四五六七八九十\d]+[次步点个条种轮]\s*[:,、]?\s*")
_SPAN = re.compile(r"`([^`\n]+)`")
_CAPITAL = re.compile(r"[A-Za-z][a-z]*[A-Z][A-Za-z]+|\b[A-Z][a-z]{2,}")
_OPENING = re.compile(
    r"(?:^|[.!?:;。！？：；\n]|[-*+#>])\s*(?:\*\*|__|[\"“(（])?[A-Z][a-z]+(?![A-Za-z])", re.M
)
"""The capital that begins a sentence, an item or a label."""
_IMAGE = re.compile(r"!\[[^\]]*\]\(\s*<?([^)\s>]+)[^)]*\)")
_MATH = re.compile(r"\$\$.*?\$\$|\$[^$\n]*\$", re.S)
_FENCE = re.compile(r"^(`{3,}|~{3,}).*?(?:^\1|\Z)", re.S | re.M)
DULL = 0.3
"""The words of the question tell the points of its answers apart less than others."""
WORDS = 0.9
"""Words in common prove less than a name in common."""
THIN = 0.2
"""A text with fewer words for a character is thin."""
CHANCE = 0.5
"""A single word in common, besides those of the question, may be chance."""
WHOLE = 0.25
"""A text without a word that tells is compared as a whole, and weighs little."""
REMARK = 4.0
"""So many words beside a name are more than a remark on it."""
TOLD = 0.2
"""Of which so much must be said by the other point, or it says something else."""
_TRIVIAL = 4
"""A formula of fewer characters is a name (`$w_i$`), no statement."""

_HEAD = re.compile(r"[^:,.;!?]*")
_HEAD_CHARS = 40
_BRACKETS = re.compile(r"\(([^()]*)\)")
# What people put around the name of a method without saying anything: 采用dropout方法 is dropout.
_AROUND = re.compile(
    r"采用|使用|运用|加入|引入|添加|选用|合理|适当|方法|手段|策略|机制|思想|数量|程度|(?<=..)(?:条件|方式|算法|技术)$|\b(?:use|using|add|apply|method|technique)s?\b"
)
_DENIALS = frozenset("非无不未")
_DEFINES = re.compile(
    r"([^:,.;!?]{1,40}?)(?:\([^()]*\))?(?:则?相反,?)?(?:是指|指的是|指|就是|是|即|:|,?又称|\b(?:is|are|means?|refers? to)\b)"
)
NOTHING: frozenset[str] = frozenset()
_SENTENCE = re.compile(r"[^.;!?]*")
_NAMED = re.compile(
    r"(?:就叫做?|就是|叫做|称为|称作|称之为|即为|\b(?:is|are) called)\s*([^:,.;!?()]{1,30})(?:\([^()]*\))?\s*$"
)
_MARKS = " :;,.!?-…·*_"


@dataclass(frozen=True, slots=True)
class Content:
    """A point to compare.

    `plain` is its normalised text; `grams` weighs its concepts, words and Han bigrams; `hard` holds its
    formulas, code and images; `heads` the names by which it begins, `rest` the grams of what it says of them;
    `defines` the thing that its first sentence defines, or nothing.
    """

    plain: str
    grams: dict[str, float]
    hard: frozenset[str]
    heads: tuple[frozenset[str], ...]
    rest: dict[str, float]
    defines: frozenset[str]
    verbal: bool = False
    """Whether a verb defines it, not a colon."""
    numbers: frozenset[str] = NOTHING
    """Years, sizes, percentages: what says "June 1914" does not say "28 June 1914"."""
    names: frozenset[str] = NOTHING
    """Words that stand for one thing only: proper names, abbreviations, what is set as code."""
    claims: tuple[Claim, ...] = ()
    thin: bool = False
    """Whether its words are few for its length: most of what it says cannot be compared."""

    @property
    def weight(self) -> float:
        """How much it says, in words; a formula, an image or a piece of code counts as several."""
        return sum(self.grams.values()) + 8 * len(self.hard)


class Reader:
    """Reads the content of Markdown texts, each once; `glossary`, with the `terms` of the user's in it, tells which
    names are one. Questions are kept in the cache.
    """

    def __init__(
        self, glossary: Glossary, terms: Sequence[Sequence[str]] = (), cache: Cache | None = None
    ) -> None:
        self.glossary = glossary
        self._terms, self._cache = terms, cache
        self._one = {
            name: min(name, other) for name, said in glossary.implies.items()
            for other in said if name in glossary.implies.get(other, ())
        }  # fmt: skip
        """Names that imply each other ("损失", "损失函数") are one here."""
        self._read: dict[str, Content] = {}

    def question(self, text: str) -> Question:
        """The question `text` taken apart."""
        return taken_apart(text, (), self.glossary, self._terms, self._cache)

    @cached_property
    def _common(self) -> frozenset[str]:
        synonyms = load("glossary.yaml")["synonyms"]
        return self.glossary.context | {self.glossary.mark(normalise(str(group[0]))) for group in synonyms}

    def __call__(self, text: str) -> Content:
        if text not in self._read:
            self._read[text] = self._content(unmarked(text))
        return self._read[text]

    def _content(self, text: str) -> Content:
        prose = _FENCE.sub(" ", _IMAGE.sub(" ", text))
        plain = normalise(" ".join(line.lstrip(" #>-*+") for line in _MATH.sub(" ", prose).split("\n")))
        plain = _ORDINAL.sub("", plain)
        marked = self.glossary.mark(plain)
        bare = plain.strip(_MARKS)
        grams = self._grams(marked) or ({bare: WHOLE} if bare else {})
        head = _HEAD.match(marked)
        rest = self._grams(marked[head.end() if head else 0 :])
        defines, verbal = self._defined(marked)
        thin = sum(grams.values()) < THIN * len(HAN.findall(plain))
        numbers = frozenset("".join(number.split()) for number in _NUMBER.findall(plain))
        names = _proper(prose) & grams.keys()
        heads = tuple(self._heads(plain))
        return Content(
            plain, grams, _hard(text), heads, rest, defines, verbal, numbers, names, claims(marked), thin
        )

    def _grams(self, marked: str) -> dict[str, float]:
        return {gram: self._weight(gram) for gram in (self._one.get(gram, gram) for gram in _grams(marked))}

    def _weight(self, gram: str) -> float:
        if not is_concept(gram[0]):
            return 1.0
        return 0.5 if gram in self._common else 2.0

    def _heads(self, plain: str) -> Iterator[frozenset[str]]:
        """The names before the first mark of a sentence; one in brackets is another name of the same."""
        bracketed = list(_BRACKETS.findall(plain[: 2 * _HEAD_CHARS]))
        found = _HEAD.match(_BRACKETS.sub("", plain))
        head = found[0] if found else ""
        if len(head) > _HEAD_CHARS:
            return
        for name in (head, *(inner for inner in bracketed if plain.find(inner) <= len(head) + 2)):
            name = _AROUND.sub(" ", name)
            yield from filter(None, (frozenset(_units(self.glossary.mark(name))), frozenset(_units(name))))

    def _defined(self, marked: str) -> tuple[frozenset[str], bool]:
        found = _DEFINES.match(marked)
        if found:
            return frozenset(_units(found[1])), not found[0].endswith(":")
        first = _SENTENCE.match(marked)
        named = _NAMED.search(first[0]) if first else None
        return (frozenset(_units(named[1])) if named else frozenset()), bool(named)

    @cached_property
    def definition_labels(self) -> frozenset[frozenset[str]]:
        """What a text that begins "定义：" seems to define."""
        labels = ("定义", "概念", "含义", "definition")
        return frozenset(frozenset(_units(self.glossary.mark(label))) for label in labels) - {NOTHING}

    def gainsays(self, one: Content, other: Content) -> bool:
        """Whether `one` contradicts what `other` claims."""
        return gainsays(one.claims, other.claims, self.glossary.title)

    def names(self, gram: str) -> bool:
        """Whether this is a concept, and no everyday one."""
        return is_concept(gram[0]) and gram not in self._common


def _grams(marked: str) -> Iterator[str]:
    """Concepts, stems of Latin words, and pairs of Han characters that are no function words."""
    for token in _TOKEN.findall(marked):
        if HAN.match(token) or is_concept(token[0]):
            yield from _pairs(token)
        elif token not in words().words:
            yield stem(token)


def _pairs(run: str) -> Iterator[str]:
    small = words().characters
    for left, right in zip(run, run[1:] + "\0", strict=True):
        if is_concept(left):
            yield left
        elif HAN.match(left) and HAN.match(right) and left not in small and right not in small:
            yield left + right


def _units(marked: str) -> Iterator[str]:
    """Concepts, stems, and single Han characters: the order of a short name makes no difference."""
    for token in _TOKEN.findall(words().phrases.sub(" ", marked)):
        if HAN.match(token) or is_concept(token[0]):
            yield from (character for character in token if character not in words().characters)
        elif token not in words().words:
            yield stem(token)


def _proper(text: str) -> frozenset[str]:
    """The stems of the words in `text` that are names by the way they are typed."""
    found = [word for code in _SPAN.findall(text) for word in _TOKEN.findall(normalise(code))]
    found += [word.casefold() for word in _CAPITAL.findall(_OPENING.sub(" ", text))]
    return frozenset(map(stem, found)) - words().words


def _hard(text: str) -> frozenset[str]:
    formulas = (re.sub(r"\s+|\\[,;!]|[.,，。]$", "", math.tex) for math in markdown.formulas(text))
    found = {f"${tex}" for tex in formulas if len(tex) > _TRIVIAL}
    found |= {f"!{address}" for address in _IMAGE.findall(text)}
    for token in markdown.parse(text):
        if token.type in ("fence", "code_block"):
            found.add("`" + re.sub(r"\s+", " ", token.content).strip())
    return frozenset(found)


def said_by(one: Content, other: Content, dull: frozenset[str] = NOTHING) -> float:
    """How much of the words of `other` stand in `one`, in [0, 1]; `dull` words weigh little.

    It is 0 if `one` lacks a formula, an image, code or a number of `other`.
    """
    if lacks(one, other):
        return 0.0
    if one.plain == other.plain or any(gram in one.plain for gram in _verbatim(other)):
        return 1.0
    part = share(other.grams, one.grams, dull)
    telling = sum(gram in one.grams and gram not in dull for gram in other.grams)
    alone = len(other.grams) == 1 and not any(other.grams.keys() == head for head in one.heads)
    return part * CHANCE if other.thin or (telling < 2 and (part < 1 or alone)) else part


def lacks(one: Content, other: Content) -> bool:
    """Whether `other` has a formula, an image, code or a number that `one` has not."""
    return bool(other.hard - one.hard or other.numbers - one.numbers)


def _verbatim(content: Content) -> Iterator[str]:
    """The whole text, if it has no words that could be compared one by one."""
    if len(content.grams) == 1:
        yield from (gram for gram, weight in content.grams.items() if weight == WHOLE)


def share(grams: Mapping[str, float], among: Container[str], dull: frozenset[str] = NOTHING) -> float:
    """The part of `grams`, by weight, that is `among` the others; 1 for no grams at all."""
    weights = {gram: weight * (DULL if gram in dull else 1) for gram, weight in grams.items()}
    total = sum(weights.values())
    return sum(weight for gram, weight in weights.items() if gram in among) / total if total else 1.0


def same_head(one: Content, other: Content) -> float:
    """How far two points begin with the same name, in [0, 1] (Dice coefficient of the best pair of names)."""
    return max((_dice(a, b) for a in one.heads for b in other.heads), default=0.0)


def _dice(a: frozenset[str], b: frozenset[str]) -> float:
    common = len(a & b)
    return 2 * common / (len(a) + len(b)) if common and not _opposed(a, b) else 0.0


def _opposed(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether one says 增 where the other says 减, or denies what the other names (非药物治疗)."""
    only_b = b - a
    if (a ^ b) & _DENIALS:
        return True
    return any(not only_b.isdisjoint(OPPOSITE[unit]) for unit in a - b if unit in OPPOSITE)


def covers(one: Content, other: Content, *, head: float, dull: frozenset[str] = NOTHING) -> float:
    """How far point `one` makes point `other` superfluous, in [0, 1].

    `head` in [0, 1] is the weight of beginning with the same name: high for the items of two lists of
    methods, where the name is the point; 0 for prose.
    """
    if lacks(one, other):
        return 0.0
    said = said_by(one, other, dull)
    if sum(other.rest.values()) > REMARK and share(other.rest, one.grams, dull) < TOLD:
        head /= 2  # the same name, but something else is said of it
    name = 1.0 if both_define(one, other) else same_head(one, other)
    return max(said if said == 1 else WORDS * said, head * name + (1 - head) * said)


def both_define(one: Content, other: Content) -> bool:
    """Whether the first sentences of both define the same thing."""
    return bool(one.defines) and one.defines == other.defines


def sentences(text: str) -> Sequence[str]:
    """The sentences of a paragraph, as typed; decimal points and abbreviations end none."""
    return [
        part
        for part in re.split(r"(?<=[。！？])\s*|(?<=[.!?])\s+(?=[A-Z\u4e00-\u9fff])", text)
        if part.strip()
    ]
