"""One clause of a question: what it is about, and what it wants of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from cardbook.matching.concepts import Glossary, is_concept
from cardbook.matching.intent import Intent, intents
from cardbook.matching.wording import HAN, stem
from cardbook.matching.words import words

_CONCEPT = r"[\ue000-\uf8ff\U000F0000-\U000FFFFD]"
_TOKEN = re.compile(
    r"\d+(?:\.\d+)?%|(?:\+\+|--|@)?[a-z0-9_][a-z0-9_.+#/]*|[+\-*/=<>!&|^%@]{2,3}|[<>=](?= )"
    rf"|(?:[^\W\d_a-z]|{_CONCEPT})+"
)
_PLEASE = re.compile(r"^请(?!求)|^(?:can|could|would) you (?:please )?(?=\w)|^do you know ")
_ASKED_BACK = re.compile(
    r"(?:你?(?:是否|有没有)?(?:了解|知道|熟悉|清楚|听说|听|用)过?(?:吗|么|没有?|不))(?=$|[,?])"
    r"|^你?(?:是否|有没有)?(?:了解|知道|熟悉|听说过|听过)(?=.*(?:吗|么)$)"
)
"""Whether one knows a thing: an invitation to tell of it."""
_CONTRAST = re.compile(r"(?:却|则|就)不(?:能够?|会|行|可以|是|用)?(?=$|[,?\s])")
"""The end of "X can, but Y can not": it compares, and denies nothing of what both are about."""
_NEGATION = re.compile(
    r"(?<!是)(?<!能)(?<!要)(?<!会)(?<!可)(?<!而)不(?!用[^,]+而用|同|足|平衡|均衡|变|可抗|当|良|定|等)|没有|无法"
    r"|\b(?:not|never|without|cannot|don't|doesn't|no)\b|n't\b"
)
_TAIL = re.compile(
    r"(?:而不是|而不用|而不使用|而不采用|而非|\brather than\b|\binstead of\b)(?:使用|用|采用|using|use)?([^,]*)$"
)
"""What else could have been taken, to the end of a question for reasons."""
_NOT_SO_MANY = re.compile(r"(?:而)?不(?:是|能是|用|需要|能)?[一两二三四五六七八九十\d]+[次个步层]")
"""Why it is not another number: that is why it is this number."""
_CHOSEN = re.compile(r"(?<=[用选])(?!来)[^,]+?不[用选]")
"""What was taken and what was not: "用 A 不用 B" denies nothing."""
_THAN = re.compile(
    rf"(?:(?:比|相[比较]于?|而不是?|而非|不[用选要]|不使用|不采用"
    rf"|than|compared (?:to|with)|over|instead of|not use|not using)\s*(?:(?:use|using|an?|the) )*"
    rf"|(?:与|和|跟|同)(?={_CONCEPT}?[a-z0-9_]*相比))({_CONCEPT}|[a-z0-9_]+)"
)
_COUNTER = re.compile("[二三四五六七八九十两几][大个种类项点](?=[^\\W的])")
_FIGHTS = frozenset({Intent.SOLVE, Intent.PREVENT})
_AGENT = re.compile(
    rf"(?:{_CONCEPT}|[a-z0-9])(?![^,]*[时中里](?:如何|怎么|怎样|应该))"
    rf"[^,]*(?:解决|缓解|避免|防止|克服|应对|减轻)[^,]*{_CONCEPT}"
    rf"|how (?:does|do|can) (?:an? |the )?(?:{_CONCEPT}|(?!(?:you|we|i|one|people|they)\b)[a-z0-9]+) (?:help )?(?:to )?"
    rf"(?:solve|prevent|avoid|mitigate|address|overcome|reduce|fix)"
)
REASONS = frozenset({Intent.WHY, Intent.NEED})


@dataclass(frozen=True)
class Ask:
    """One want about one subject.

    `order` holds the units (concept characters, stems of Latin words, numbers) as they stand; `han` the runs
    of Chinese text that belong to no concept. `frame` is the clause as it was asked, for the order in it, which
    tells who does what to whom. `than` are units that are only compared with, `setting` what
    the chapters are about that it stands in, `gloss` what stands in brackets beside what it explains.
    """

    order: tuple[str, ...]
    han: tuple[str, ...]
    wants: frozenset[Intent]
    negated: bool = False
    frame: str = ""
    than: frozenset[str] = frozenset()
    setting: frozenset[str] = frozenset()
    gloss: frozenset[str] = frozenset()

    @cached_property
    def units(self) -> frozenset[str]:
        return frozenset(self.order)

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Pairs of neighbouring characters in `han`; a lone character stands for itself."""
        return frozenset(run[i : i + 2] for run in self.han for i in range(max(len(run) - 1, 1)))

    @property
    def empty(self) -> bool:
        return not self.order and not self.han

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for asks that no judgement could tell apart but by the order of what they name."""
        return self.units, frozenset(self.han), self.wants, self.negated, self.than


def ask_of(clause: str, glossary: Glossary) -> Ask:
    """Read one clause, in which names are marked."""
    wants, rest = intents(_ASKED_BACK.sub("介绍", _CONTRAST.sub(" ", _PLEASE.sub("", clause))))
    if wants & REASONS:
        rest = _NOT_SO_MANY.sub(" ", rest)
    negated = bool(_NEGATION.search(rest)) and not _CHOSEN.search(clause)
    negated = negated and not wants <= _FIGHTS  # "训练不稳定怎么办" asks for stability
    tail = _TAIL.search(rest) if wants & REASONS else None
    order, han = named_in(rest[: tail.start()] if tail else rest)
    others = named_in(tail[1])[0] if tail else []
    units = _compounds([*order, *others], glossary)
    than = frozenset((*map(stem, _THAN.findall(clause)), *others)) & frozenset(units)
    if wants <= _FIGHTS and _AGENT.search(clause) and len(set(units) - glossary.context) > 1:
        wants, units = (
            frozenset({Intent.WHY}),
            [*units, "prevent"],
        )  # "LSTM 如何解决梯度消失" asks why it does
    return Ask(tuple(units), tuple(dict.fromkeys(han)), wants, negated, clause.strip(), than)


def _bare(text: str) -> str:
    """What is left of a clause without the words that carry no subject."""
    return _COUNTER.sub("", words().phrases.sub(" ", _NEGATION.sub(" ", text)))


def named_in(text: str) -> tuple[list[str], list[str]]:
    """The units in `text`, and its runs of Chinese text."""
    idle = words().words - (words().keywords if HAN.search(text) else frozenset())
    order: list[str] = []
    han: list[str] = []
    for token in _TOKEN.findall(_bare(text)):
        if HAN.match(token) or is_concept(token[0]):
            _split_run(token, order, han)
        else:
            order += [stem(part) for part in _parts(token) if part not in idle]
    return order, han


def _parts(token: str) -> list[str]:
    """ "select/poll/epoll" names three things, "i/o" one."""
    token = token.rstrip("./")
    parts = re.split(r"[/+]", token)
    return parts if all(len(part) > 1 for part in parts) else [token]


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


def _compounds(order: list[str], glossary: Glossary) -> list[str]:
    """Put a whole in the place of its parts: 初始化 + 0 is one concept."""
    units = list(dict.fromkeys(order))
    for whole, parts in glossary.compounds:
        if parts <= set(units):
            first = next(i for i, unit in enumerate(units) if unit in parts)
            units[first] = whole
            units = [unit for unit in dict.fromkeys(units) if unit not in parts]
    return units
