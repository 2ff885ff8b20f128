"""The words that carry no subject, from `words.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from cardbook.matching.concepts import load
from cardbook.matching.wording import HAN


@dataclass(frozen=True)
class Light:
    """Words that may make no difference, as a set and, those in Chinese, as a pattern."""

    words: frozenset[str]
    han: re.Pattern[str]


def _light(texts: Iterable[str]) -> Light:
    return Light(frozenset(texts), _any(text for text in texts if HAN.match(text)))


@dataclass(frozen=True)
class Words:
    """The words that carry no subject: cut phrases, single Latin words (`keywords`: names in a Chinese sentence)
    and characters, and light ones (`alone`: only where the other side has nothing against them).
    """

    phrases: re.Pattern[str]
    words: frozenset[str]
    keywords: frozenset[str]
    characters: frozenset[str]
    light: Light
    alone: Light


@cache
def words() -> Words:
    """The function words, from `words.yaml`."""
    data = load("words.yaml")
    return Words(
        phrases=_any((*data["phrases"], *data["fillers"])),
        words=frozenset(data["words"]),
        keywords=frozenset(data["keywords"]),
        characters=frozenset(data["characters"]),
        light=_light(data["light"]),
        alone=_light(data["alone"]),
    )


def _any(texts: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(texts, key=lambda text: (-len(text), text)))))
