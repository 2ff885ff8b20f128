"""What clauses claim, so that of two answers that contradict each other none is taken for the other.

A clause gainsays another that is like it but for a denial ("is stable", "is not stable"), or for what stands in
one place of it: another name, number or value, or the opposite ("是可重复读", "是读已提交").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cardbook.matching.concepts import is_concept
from cardbook.matching.wording import HAN, stem
from cardbook.matching.words import words

LIKE = 0.6
"""So much of two clauses is in both: they speak of the same."""
FRAME, OF_VALUE = 4, 3
"""And so much at least, in Chinese characters (a word or a name counts two); of clauses that say what something is."""
FILLER = 8
"""What stands in one place of a clause has no more words or Chinese characters."""

_CLAUSES = re.compile(r"[,;!?:]|\.(?!\d)|但是?|而(?!且)|\bbut\b|\bwhile\b|\bwhereas\b")
_TOKEN = re.compile(
    r"o\((?:[^()]|\([^()]*\))*\)|[a-z0-9][a-z0-9_.^+#]*|[^\W_]|[\ue000-\uf8ff\U000F0000-\U000FFFFD]"
)
_DENIAL = re.compile(
    r"不(?!仅|但|只|同|足|断|管|论|过$|良|等|当)|没有?|无(?!论|关|穷|限|数)|未(?!来)|非(?!常)"
    r"|\b(?:not|never|without|cannot|no|nor|neither|none)\b|n['’]t\b"
)
_CONDITION = re.compile(r"^.*(?:时|就|则)|\b(?:if|when|unless)\b.*$")
"""What is denied here is denied on a condition."""
_DENIED = "\u00ac"
_VALUE = frozenset(
    ["是", "为", "叫", "属", "成", "等", "is", "are", "was", "were", "be", "a", "an", "the", "to"]
)
"""Behind these stands what something is."""
_OPPOSITES = (
    "增减", "增降", "升降", "高低", "大小", "多少", "长短", "快慢", "强弱", "正负", "前后", "上下", "左右", "过欠", "优缺",
    "有无", "新旧", "内外", "先后", "真假", "同异", "加减", "奇偶", "早晚", "远近", "深浅", "宽窄", "厚薄", "开关",
)  # fmt: skip
OPPOSITE = {
    unit: frozenset("".join(pair.replace(unit, "") for pair in _OPPOSITES if unit in pair))
    for unit in frozenset("".join(_OPPOSITES))
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A clause: its words in their order, those that tell something, and those of them that are denied."""

    tokens: tuple[str, ...]
    told: frozenset[str]
    denied: frozenset[str]


def claims(marked: str) -> tuple[Claim, ...]:
    """The clauses of a text in which names are marked."""
    return tuple(claim for clause in _CLAUSES.split(marked) if (claim := _claim(clause)).told)


def _claim(clause: str) -> Claim:
    tokens = tuple(map(stem, _TOKEN.findall(_DENIAL.sub(" ", clause))))
    denied: set[str] = set()
    for part in _DENIAL.sub(_DENIED, _CONDITION.sub("", clause)).split(_DENIED)[1:]:
        first = next((token for token in map(stem, _TOKEN.findall(part)) if _tells(token)), None)
        denied ^= {first} if first else set()
    return Claim(tokens, frozenset(filter(_tells, tokens)), frozenset(denied))


def _tells(token: str) -> bool:
    return token not in words().words and token not in words().characters


def gainsays(one: Sequence[Claim], other: Sequence[Claim], titles: Mapping[str, str]) -> bool:
    """Whether `other` claims what `one` contradicts, and nowhere says; `titles` are the names of concepts."""
    return any(
        any(_against(rival, claim, titles) for rival in one) and not any(_says(rival, claim) for rival in one)
        for claim in other
    )


def _says(one: Claim, other: Claim) -> bool:
    return other.told <= one.told and one.denied & other.told == other.denied


def _against(one: Claim, other: Claim, titles: Mapping[str, str]) -> bool:
    common = one.told & other.told
    if (one.denied ^ other.denied) & common:
        much, least = _weight(common), LIKE * max(_weight(one.told), _weight(other.told))
        return one.told == other.told or (much >= FRAME and much >= least)
    return one.denied == other.denied and _another(one, other, titles)


def _weight(tokens: Iterable[str]) -> int:
    return sum(1 if HAN.match(token) else 2 for token in tokens)


def _another(one: Claim, other: Claim, titles: Mapping[str, str]) -> bool:
    """Whether both are alike but for what stands in one place."""
    start, end = _same_start(one.tokens, other.tokens), _same_start(one.tokens[::-1], other.tokens[::-1])
    end = min(end, len(one.tokens) - start, len(other.tokens) - start)
    left, right = (
        list(filter(_tells, claim.tokens[start : len(claim.tokens) - end])) for claim in (one, other)
    )
    if not 0 < len(left) <= FILLER or not 0 < len(right) <= FILLER:
        return False
    if set(left) <= set(right) or set(right) <= set(left):
        return False
    ends = one.tokens[len(one.tokens) - end :]
    around = _weight(filter(_tells, (*one.tokens[:start], *ends)))
    if start and one.tokens[start - 1] in _VALUE and around >= OF_VALUE:
        return True
    alike = around >= max(FRAME, LIKE * min(_weight(left), _weight(right)))
    return alike and (_opposed(left, right, titles) or _other_name(left, right))


def _same_start(one: Sequence[str], other: Sequence[str]) -> int:
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _opposed(left: Sequence[str], right: Sequence[str], titles: Mapping[str, str]) -> bool:
    there = set(_characters(right, titles))
    return any(not there.isdisjoint(OPPOSITE.get(character, ())) for character in _characters(left, titles))


def _characters(tokens: Sequence[str], titles: Mapping[str, str]) -> Iterator[str]:
    for token in tokens:
        yield from titles.get(token, token)


def _other_name(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether both are no plain words (formulas, numbers, names of the glossary), and have none in common."""
    exact = [
        {token for token in tokens if not token.isalpha() or is_concept(token)} for tokens in (left, right)
    ]
    return all(exact) and set(left).isdisjoint(right)
