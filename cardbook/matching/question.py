"""A question taken apart: what it is about, and what it wants of it.

A question is one or more `Ask`s, one a clause: "什么是过拟合，怎么解决？" asks twice about one concept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce

from cardbook import plain
from cardbook.cache import Cache
from cardbook.matching.ask import REASONS, Ask, ask_of, named_in
from cardbook.matching.concepts import Glossary
from cardbook.matching.direction import parts
from cardbook.matching.intent import Intent, intents
from cardbook.matching.pointing import spelled
from cardbook.matching.wording import HAN, normalise
from cardbook.matching.words import words

_WIDE = r"[^\x00-\x7f]"
_SENTENCE = re.compile(rf"[?!;.](?=\s|$|{_WIDE})|[?!;]")
_CLAUSE = re.compile(
    rf"[,:](?=\s|$|{_WIDE})|(?<={_WIDE})[,:]|(?<={_WIDE})/(?={_WIDE}|[a-z]{{2}})| / |[()\[\]{{}}「」『』“”\"《》]"
    r"| and (?=(?:how|what|why|when|which) )|(?:以及|及其?|并且)(?=如何|怎么|怎样|为什么|为何|有哪些|有什么)"
)
_CONDITION = re.compile(
    r"^(?:如果|假如|假设|倘若|若|当|在|if\b|when\b(?! (?:would|should|do|does|did|is|are|to|can)\b)|given\b)"
    r"(?!.*(?:什么|哪|怎|如何|为何|吗))"
)
_EXAMPLES = re.compile(r"(?<=.)(?:比如|例如|譬如|诸如|\bsuch as\b|\be\.g\.?|\bfor example\b)[^,?!;()]*")
_NO_OTHER = re.compile(r"^.{1,8}(?:不行|行不行|行|不可以|可不可以|可以|不够|够|不好|不能)(?:吗|么)$")
"""After a question for reasons: that the other way will not do is its point, and nothing new."""
_GLOSS = re.compile(r"(?<=[^\s(])\s?\(([^()]+)\)")
_NAMES = frozenset({Intent.BARE, Intent.METHOD})
_CODE_WORD = re.compile(r"`([A-Za-z]+)`")
_GOES_ON = re.compile(
    "(?:它|其)?为(?:什么|何|啥)(?:会|可以|不?能够?|不会|需?要)(?![^,]*的$)|它|其(?![他它实中余次])"
    "|(?:和|与|跟|同|比起?|相比|相较|相对)于?(?=.)(?!.*(?:和|与|跟|同))"
    r"|.*\b(?:its|their|it|they|them)\b|(?:how|what) (?:is|are) (?:it|they)\b"
)
"""How a clause begins whose subject is that of the one before."""
_COUNTED = frozenset("一两二三四五六七八九十次个步层")
_OF_SEVERAL = frozenset({Intent.DIFFERENCE, Intent.RELATION})


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the matcher sees it; `wording` is the same for the same string (under the same chapter, for
    one that borrows its subject from there). `code` is what stands in it as code, plain names aside, `around` the
    rest of it; `below` is what it points to (`None`: nothing).
    """

    wording: str
    asks: tuple[Ask, ...]
    code: frozenset[str] = frozenset()
    around: str = ""
    below: str | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for questions that no judgement could tell apart."""
        return frozenset((ask.key, parts(ask)) for ask in self.asks), self.code, self.below

    @property
    def units(self) -> frozenset[str]:
        return frozenset(unit for ask in self.asks for unit in ask.order)

    @property
    def empty(self) -> bool:
        """Whether it names no subject at all."""
        return all(ask.empty for ask in self.asks)


def taken_apart(
    text: str,
    topics: tuple[str, ...],
    glossary: Glossary,
    terms: Sequence[Sequence[str]],
    cache: Cache | None,
) -> Question:
    """`parse`, kept in the cache; `terms` are those of the user's in the glossary."""
    make = partial(parse, text, glossary, topics)
    return plain.kept(cache, "question", Question, make, repr(terms), text, *topics)


def parse(text: str, glossary: Glossary, topics: Sequence[str] = ()) -> Question:
    """Take the question `text` apart.

    The innermost of `topics` (chapters, outermost first) that names something lends a subject to a question that
    names none ("优点" under "BN"), and to a bare heading that names only an aspect ("损失函数" under "GAN").
    """
    plain = normalise(_named(text))
    marked, gloss = _without_notes(glossary.mark(plain, shared=True))
    asks: list[Ask] = []
    for clause in _clauses(marked):
        if asks and asks[-1].wants & REASONS and _NO_OTHER.match(clause):
            continue
        ask = ask_of(clause, glossary)
        if asks and _hollow(ask):
            before = reduce(_with, asks) if ask.wants & _OF_SEVERAL else asks[-1]
            ask = replace(ask, order=before.order, han=before.han, frame=before.frame)
        elif asks and _GOES_ON.match(clause):  # "X 是什么，为什么能 Y"
            ask = replace(_with(asks[-1], ask), wants=ask.wants, negated=ask.negated)
        asks.append(ask)
    asks = [ask for ask in asks if not ask.empty] or asks[:1]  # "简述:" says nothing by itself
    if topics and all(_homeless(ask, glossary) for ask in asks):
        subject = _subject(topics, glossary)
        if subject:
            asks = [_under(subject, ask) for ask in asks]
            plain = f"{subject.frame}: {plain}"
    setting = frozenset(unit for topic in topics for unit in _one_thing(topic, glossary))
    return Question(
        plain,
        tuple(
            replace(
                ask,
                order=tuple(dict.fromkeys((*ask.order, *gloss))),
                setting=setting,
                gloss=frozenset(gloss) - set(ask.order),
            )
            for ask in _joined(asks)
        ),
        *spelled(text),
    )


def _without_notes(text: str) -> tuple[str, list[str]]:
    """`text` without the notes in brackets that only name something, and the units that they name."""
    named: list[str] = []

    def cut(note: re.Match[str]) -> str:
        if not intents(note[1])[0] <= _NAMES or HAN.search(note[1]):
            return note[0]
        named.extend(named_in(note[1])[0])
        return " "

    return _GLOSS.sub(cut, text), named


def _one_thing(topic: str, glossary: Glossary) -> tuple[str, ...]:
    """The concept that a chapter is about, if it names one and nothing else."""
    ask = ask_of(glossary.mark(normalise(topic)), glossary)
    return ask.order if len(ask.order) == 1 and not ask.han else ()


def _named(text: str) -> str:
    """`text`, in which a function word that is set as code is a name: `this`."""
    return _CODE_WORD.sub(lambda word: f"{word[1]}#" if word[1].lower() in words().words else word[0], text)


def _hollow(ask: Ask) -> bool:
    """Whether nothing that it names can be its subject ("必要条件")."""
    idle = words().characters | _COUNTED
    return not ask.order and all(set(words().light.han.sub("", run)) <= idle for run in ask.han)


def _joined(asks: Sequence[Ask]) -> list[Ask]:
    """ "什么是 A？什么是 B？" asks what "什么是 A 和 B" asks."""
    joined: dict[tuple[frozenset[Intent], bool], Ask] = {}
    for ask in asks:
        sense = ask.wants, ask.negated
        joined[sense] = _with(joined[sense], ask) if sense in joined else ask
    return list(joined.values())


def _with(ask: Ask, other: Ask) -> Ask:
    order = tuple(dict.fromkeys((*ask.order, *other.order)))
    han = tuple(dict.fromkeys((*ask.han, *other.han)))
    frame = ask.frame if (order, han) == (ask.order, ask.han) else f"{ask.frame}\n{other.frame}"
    return replace(ask, order=order, han=han, frame=frame, than=ask.than | other.than)


def _homeless(ask: Ask, glossary: Glossary) -> bool:
    return ask.empty or (
        ask.wants <= {Intent.BARE} and not ask.han and ask.units <= glossary.context | glossary.aspects
    )


def _subject(topics: Sequence[str], glossary: Glossary) -> Ask | None:
    for topic in reversed(topics):
        ask = ask_of(glossary.mark(normalise(topic)), glossary)
        if ask.han or ask.units - glossary.context - glossary.aspects:
            return ask
    return None


def _under(subject: Ask, ask: Ask) -> Ask:
    order = tuple(dict.fromkeys((*subject.order, *ask.order)))
    return replace(ask, order=order, han=subject.han)


def _clauses(text: str) -> list[str]:
    """Clauses that ask. What only names something (a condition, a part of an enumeration, a gloss in brackets)
    stays with what follows it, else with what goes before.
    """
    told = _EXAMPLES.sub("", text)
    return [clause for sentence in _SENTENCE.split(told) for clause in _asking(sentence)]


def _asking(sentence: str) -> list[str]:
    clauses: list[str] = []
    waiting = ""
    parts = [part for part in map(str.strip, _CLAUSE.split(sentence)) if part]
    for part in parts:
        if len(parts) > 1 and (_CONDITION.match(part) or intents(part)[0] == {Intent.BARE}):
            waiting = f"{waiting} {part}".strip()
        else:
            clauses.append(f"{waiting} {part}".strip())
            waiting = ""
    if waiting and clauses:
        clauses[-1] += f" {waiting}"
    return clauses or ([waiting] if waiting else [])


def describe(question: Question, glossary: Glossary) -> str:
    """The asks of a question in words: `过拟合: definition + remedy`."""
    asked: dict[str, list[str]] = {}
    for ask in question.asks:
        subject = " + ".join([*map(glossary.label, ask.order), *ask.han]) or "no subject"
        sense = "not " if ask.negated else ""
        asked.setdefault(subject, []).extend(
            sense + want for want in sorted(want.value for want in ask.wants)
        )
    return "; ".join(f"{subject}: {' + '.join(wants)}" for subject, wants in asked.items())
