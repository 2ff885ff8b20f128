"""What a question wants to know of its subject: cues in Chinese and English, and which wants go together."""

from __future__ import annotations

import enum
import re
from functools import cache

from cardbook.matching.concepts import load


class Intent(enum.Enum):
    """What is asked of a subject."""

    BARE = "heading"  # no cue at all
    TOPIC = "topic"
    DEFINITION = "definition"
    LIST = "list"
    WHY = "why"
    NEED = "need"
    PURPOSE = "purpose"
    EFFECT = "effect"
    PREVENT = "prevention"
    SOLVE = "remedy"
    DIFFERENCE = "difference"
    RELATION = "relation"
    PROS = "advantages"
    CONS = "disadvantages"
    IMPROVE = "improvement"
    METHOD = "method"
    IMPLEMENT = "implementation"
    MECHANISM = "mechanism"
    WORKS = "working"
    PROCESS = "process"
    DERIVATION = "derivation"
    FORMULA = "formula"
    APPLICATION = "application"
    CHOOSE = "choice"
    DETECT = "detection"
    CAN = "whether"
    WHEN = "when"
    WHERE = "where"
    WHO = "who"
    COUNT = "how many"
    CASES = "circumstances"
    EXPLAIN = "explanation"
    PARTS = "parts"
    FEATURES = "characteristics"
    MEANING = "significance"


I = Intent  # noqa: E741 - read so often below that one letter is clearer

_CONCEPT = r"[\ue000-\uf8ff\U000F0000-\U000FFFFD]"


@cache
def cues() -> tuple[tuple[tuple[Intent, ...], re.Pattern[str]], ...]:
    """The cues of `cues.yaml`, in their order."""
    table = []
    for entry in load("cues.yaml")["cues"]:
        pattern = "|".join((*entry.get("zh", ()), *entry.get("en", ())))
        wants = tuple(Intent(want) for want in entry["want"])
        table.append((wants, re.compile(pattern.replace("CONCEPT", _CONCEPT))))
    return tuple(table)


# Said beside something sharper, these add nothing: "有哪些方法可以解决" asks for a remedy.
BLUNT = (I.METHOD, I.LIST, I.TOPIC, I.EXPLAIN)
STRONG_DEFINITION = re.compile(r"^(?:到底|究竟|那么)?(?:什么是|什么叫做?|何为|何谓|啥是|啥叫)|定义|\bdefin")


@cache
def _kin() -> dict[frozenset[Intent], float]:
    table = load("cues.yaml")["kinship"]
    return {frozenset(map(Intent, pair)): float(value) for value, pairs in table.items() for pair in pairs}


def kinship(a: Intent, b: Intent) -> float:
    """How far wanting `a` is wanting `b`, in [0, 1]; symmetric."""
    return 1.0 if a is b else _kin().get(frozenset((a, b)), 0.0)


_ASKS_WHY = re.compile(r"为(?:什么|何|啥)|怎么会|\bwhy\b|\bhow come\b")


_LISTED = re.compile(
    "(?:方法|方式|办法|手段|策略|措施)(?:以?及其?|和|与|、)(?:它们|其|各自)?的?(?=优|缺|好处|利弊|特点|区别|适用|应用)"
)
"""Means, and what is to be said of them: both are asked for."""


def intents(clause: str) -> tuple[frozenset[Intent], str]:
    """The wants of one clause, and what is left of it without their cues."""
    found: list[Intent] = []
    strong = bool(STRONG_DEFINITION.search(clause))
    asks_why = bool(_ASKS_WHY.search(clause))
    listed = bool(_LISTED.search(clause))
    for wants, pattern in cues():
        rest = pattern.sub(" ", clause)
        if rest != clause:
            found.extend(wants)
            clause = rest
    sharpest, verb = _sharpest(found, strong, asks_why)
    if listed:
        sharpest |= {I.METHOD}
    return sharpest, clause + verb


def _sharpest(found: list[Intent], defined: bool, asks_why: bool) -> tuple[frozenset[Intent], str]:
    wants = {want for want in found if want not in BLUNT}
    if not defined:
        wants = wants - {I.DEFINITION} or wants
    verb = ""
    if asks_why and I.METHOD not in found:  # "why does X prevent Y" asks no remedy: the verb is its subject
        verb = " prevent" if wants & {I.SOLVE, I.PREVENT} else ""
        wants -= {I.SOLVE, I.PREVENT, I.EFFECT, I.CAN, I.MECHANISM, I.WORKS, I.PROCESS, I.IMPLEMENT, I.PARTS}
    if len(wants) > 1:  # "如何判断是否 …" asks how to tell
        wants -= {I.CAN}
    if I.IMPLEMENT in wants:  # "是如何实现 X 的"
        wants -= {I.PROCESS}
    if I.APPLICATION in wants:
        wants -= {I.CASES}
    if asks_why and wants & {I.NEED, I.PROS}:
        wants -= {I.WHY}
    if I.DERIVATION in wants:
        wants -= {I.FORMULA}
    if wants == {I.DEFINITION}:  # "定义和方法" asks twice
        wants |= {want for want in found if want in (I.METHOD, I.LIST)}
    if wants:
        return frozenset(wants), verb
    return frozenset(found[:1] or [I.BARE]), verb
