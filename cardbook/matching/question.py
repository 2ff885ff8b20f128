"""A question taken apart: what it is about, and what it wants of it.

A question is one or more `Ask`s, one a clause: "什么是过拟合，怎么解决？" asks twice about one concept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, reduce

from cardbook.matching.concepts import Glossary, is_concept, load
from cardbook.matching.intent import Intent, intents
from cardbook.matching.wording import HAN, normalise, stem

_CONCEPT = r"[\ue000-\uf8ff\U000F0000-\U000FFFFD]"
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
_TOKEN = re.compile(
    r"(?:\+\+|--|@)?[a-z0-9_][a-z0-9_.+#/]*|[+\-*/=<>!&|^%@]{2,3}|[<>=](?= )"
    rf"|(?:[^\W\d_a-z]|{_CONCEPT})+"
)
_PLEASE = re.compile(r"^请(?!求)|^(?:can|could|would) you (?:please )?(?=\w)|^do you know ")
_ASKED_BACK = re.compile(
    r"(?:你?(?:是否|有没有)?(?:了解|知道|熟悉|清楚|听说|听|用)过?(?:吗|么|没有?|不))(?=$|[,?])"
    r"|^你?(?:是否|有没有)?(?:了解|知道|熟悉|听说过|听过)(?=.*(?:吗|么)$)"
)
"""Whether one knows a thing: an invitation to tell of it."""
_EXAMPLES = re.compile(r"(?<=.)(?:比如|例如|譬如|诸如|\bsuch as\b|\be\.g\.?|\bfor example\b)[^,?!;()]*")
_NO_OTHER = re.compile(r"^.{1,8}(?:不行|行不行|行|不可以|可不可以|可以|不够|够|不好|不能)(?:吗|么)$")
"""After a question for reasons: that the other way will not do is its point, and nothing new."""
_GLOSS = re.compile(r"(?<=[^\s(])\s?\(([^()]+)\)")
_CODE_WORD = re.compile(r"`([A-Za-z]+)`")
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
_DIRECTED = re.compile(
    r"对|相[比较]|比|而[不非]|转[换化成为]?|变成|[之以]?[前后]|先|导致|引起|到"
    r"|\b(?:rather than|instead of|over|compared|than|to|into|from|before|after|on|causes?|leads?)\b"
)
_THAN = re.compile(
    rf"(?:(?:比|相[比较]于?|而不是?|而非|不[用选要]|不使用|不采用"
    rf"|than|compared (?:to|with)|over|instead of|not use|not using)\s*(?:(?:use|using|an?|the) )*"
    rf"|(?:与|和|跟|同)(?={_CONCEPT}?[a-z0-9_]*相比))({_CONCEPT}|[a-z0-9_]+)"
)
_GOES_ON = re.compile(
    "(?:它|其)?为(?:什么|何|啥)(?:会|可以|不?能够?|不会|需?要)(?![^,]*的$)|它|其(?![他它实中余次])"
    "|(?:和|与|跟|同|比起?|相比|相较|相对)于?(?=.)(?!.*(?:和|与|跟|同))"
    r"|.*\b(?:its|their|it|they|them)\b|(?:how|what) (?:is|are) (?:it|they)\b"
)
"""How a clause begins whose subject is that of the one before."""
_COUNTER = re.compile("[二三四五六七八九十两几][大个种类项点](?=[^\\W的])")
_COUNTED = frozenset("一两二三四五六七八九十次个步层")
_FIGHTS = frozenset({Intent.SOLVE, Intent.PREVENT})
_REASONS = frozenset({Intent.WHY, Intent.NEED})
_OF_SEVERAL = frozenset({Intent.DIFFERENCE, Intent.RELATION})
_AGENT = re.compile(
    rf"(?:{_CONCEPT}|[a-z0-9])(?![^,]*[时中里](?:如何|怎么|怎样|应该))"
    rf"[^,]*(?:解决|缓解|避免|防止|克服|应对|减轻)[^,]*{_CONCEPT}"
    rf"|how (?:does|do|can) (?:an? |the )?(?:{_CONCEPT}|(?!(?:you|we|i|one|people|they)\b)[a-z0-9]+) (?:help )?(?:to )?"
    rf"(?:solve|prevent|avoid|mitigate|address|overcome|reduce|fix)"
)


@dataclass(frozen=True)
class Ask:
    """One want about one subject.

    `order` holds the units (concept characters, stems of Latin words, numbers) as they stand; `han` the runs
    of Chinese text that belong to no concept. `line` is all of it in its order, for questions in which the
    order tells who does what to whom (`directed`). `than` are units that are only compared with, `setting` what
    the chapters are about that it stands in, `gloss` what stands in brackets beside what it explains.
    """

    order: tuple[str, ...]
    han: tuple[str, ...]
    wants: frozenset[Intent]
    negated: bool = False
    directed: bool = False
    line: str = ""
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
        """Equal for asks that no judgement could tell apart."""
        line = self.line if self.directed else ""
        return self.units, frozenset(self.han), self.wants, self.negated, line, self.than


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the matcher sees it; `wording` is the same for the same string (under the same chapter, for
    one that borrows its subject from there).
    """

    wording: str
    asks: tuple[Ask, ...]

    @property
    def units(self) -> frozenset[str]:
        return frozenset(unit for ask in self.asks for unit in ask.order)

    @property
    def empty(self) -> bool:
        """Whether it names no subject at all."""
        return all(ask.empty for ask in self.asks)


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


def parse(text: str, glossary: Glossary, topics: Sequence[str] = ()) -> Question:
    """Take the question `text` apart.

    The innermost of `topics` (chapters, outermost first) that names something lends a subject to a question that
    names none ("优点" under "BN"), and to a bare heading that names only an aspect ("损失函数" under "GAN").
    """
    plain = normalise(_named(text))
    marked = glossary.mark(plain, shared=True)
    asks: list[Ask] = []
    for clause in _clauses(marked):
        if asks and asks[-1].wants & _REASONS and _NO_OTHER.match(clause):
            continue
        ask = _ask(clause, glossary)
        if asks and _hollow(ask):
            before = reduce(_with, asks) if ask.wants & _OF_SEVERAL else asks[-1]
            ask = replace(ask, order=before.order, han=before.han, line=before.line)
        elif asks and _GOES_ON.match(clause):  # "X 是什么，为什么能 Y"
            ask = replace(_with(asks[-1], ask), wants=ask.wants, negated=ask.negated)
        asks.append(ask)
    asks = [ask for ask in asks if not ask.empty] or asks[:1]  # "简述:" says nothing by itself
    if topics and all(_homeless(ask, glossary) for ask in asks):
        subject = _subject(topics, glossary)
        if subject:
            asks = [_under(subject, ask) for ask in asks]
            plain = f"{subject.line}: {plain}"
    setting = frozenset(unit for topic in topics for unit in _one_thing(topic, glossary))
    gloss = frozenset(unit for note in _GLOSS.findall(marked) for unit in _explaining(note))
    return Question(
        plain,
        tuple(replace(ask, setting=setting, gloss=gloss & ask.units) for ask in _joined(asks)),
    )


def _explaining(note: str) -> list[str]:
    """The units of a note in brackets that only names something."""
    return _named_in(note)[0] if intents(note)[0] == {Intent.BARE} else []


def _one_thing(topic: str, glossary: Glossary) -> tuple[str, ...]:
    """The concept that a chapter is about, if it names one and nothing else."""
    ask = _ask(glossary.mark(normalise(topic)), glossary)
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
    line = ask.line if (order, han) == (ask.order, ask.han) else f"{ask.line} {other.line}"
    return replace(ask, order=order, han=han, line=line, than=ask.than | other.than)


def _homeless(ask: Ask, glossary: Glossary) -> bool:
    return ask.empty or (
        ask.wants <= {Intent.BARE} and not ask.han and ask.units <= glossary.context | glossary.aspects
    )


def _subject(topics: Sequence[str], glossary: Glossary) -> Ask | None:
    for topic in reversed(topics):
        ask = _ask(glossary.mark(normalise(topic)), glossary)
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


def _ask(clause: str, glossary: Glossary) -> Ask:
    wants, rest = intents(_ASKED_BACK.sub("介绍", _CONTRAST.sub(" ", _PLEASE.sub("", clause))))
    if wants & _REASONS:
        rest = _NOT_SO_MANY.sub(" ", rest)
    negated = bool(_NEGATION.search(rest)) and not _CHOSEN.search(clause)
    negated = negated and not wants <= _FIGHTS  # "训练不稳定怎么办" asks for stability
    tail = _TAIL.search(rest) if wants & _REASONS else None
    order, han = _named_in(rest[: tail.start()] if tail else rest)
    others = _named_in(tail[1])[0] if tail else []
    units = _compounds([*order, *others], glossary)
    than = frozenset((*map(stem, _THAN.findall(clause)), *others)) & frozenset(units)
    if wants <= _FIGHTS and _AGENT.search(clause) and len(set(units) - glossary.context) > 1:
        wants, units = (
            frozenset({Intent.WHY}),
            [*units, "prevent"],
        )  # "LSTM 如何解决梯度消失" asks why it does
    directed = negated or bool(than) or bool(_DIRECTED.search(clause))
    return Ask(tuple(units), tuple(dict.fromkeys(han)), wants, negated, directed, _bare(rest).strip(), than)


def _bare(text: str) -> str:
    """What is left of a clause without the words that carry no subject."""
    return _COUNTER.sub("", words().phrases.sub(" ", _NEGATION.sub(" ", text)))


def _named_in(text: str) -> tuple[list[str], list[str]]:
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
