"""`match`: notes in, a partition with its reasons out.

Notes that parse alike are one subject from the start; only subjects are compared. Everything is ordered by what
the notes say, never by where they stand, so that the order of files changes nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import combinations

from cardbook import plain
from cardbook.cache import Cache
from cardbook.config import Config
from cardbook.matching.candidates import candidates, told_alike
from cardbook.matching.clusters import Pair, Partition, join_decided, join_sure
from cardbook.matching.comparison import Judgement
from cardbook.matching.concepts import Glossary, glossary
from cardbook.matching.evidence import Answer, Rarity, read, weigh
from cardbook.matching.pointing import below
from cardbook.matching.question import Question, describe, taken_apart
from cardbook.matching.verdict import judge
from cardbook.matching.wording import same_string
from cardbook.matching.words import words
from cardbook.model import Decision, Matching, RawNote, Verdict

FOLLOWS = "both are merged with what cardbook.yaml merges"


@dataclass(frozen=True)
class Subject:
    """All notes that ask exactly alike: their indices, by content, and what they ask."""

    question: Question
    members: tuple[int, ...]
    answer: str
    reads_as: str
    """Its asks in words."""


class Engine:
    """One matching at work: subjects, their judgements on demand, the partition."""

    def __init__(self, notes: Sequence[RawNote], config: Config, cache: Cache | None = None) -> None:
        self.notes = notes
        self._cache, self._terms = cache, config.terms
        self.glossary: Glossary = glossary(config.terms, cache)
        self.strings = [same_string(note.question) for note in notes]
        self._merge = [frozenset(map(same_string, group)) for group in config.merge]
        self._separate = [frozenset(map(same_string, group)) for group in config.separate]
        self.subjects = self._group()
        self._judged: dict[Pair, Judgement] = {}
        self._said: dict[int, Answer | None] = {}

    def _group(self) -> list[Subject]:
        singled_out = frozenset().union(*self._separate)
        groups: dict[Hashable, list[int]] = {}
        questions: dict[Hashable, Question] = {}
        for i in sorted(range(len(self.notes)), key=self._content):
            note = self.notes[i]
            asked = taken_apart(note.question, note.topics, self.glossary, self._terms, self._cache)
            question = replace(asked, below=below(note.question, note.answer))
            key: Hashable = question.key
            if question.empty and question.below is None:
                key = (question.wording, note.topics, note.answer or i)
            if self.strings[i] in singled_out:
                key = (key, self.strings[i])
            groups.setdefault(key, []).append(i)
            questions.setdefault(key, question)
        return [self._subject(questions[key], group) for key, group in groups.items()]

    def _subject(self, question: Question, group: list[int]) -> Subject:
        return Subject(question, tuple(group), self._answer(group), describe(question, self.glossary))

    def _content(self, i: int) -> tuple[str, str, str, tuple[str, ...], str, int]:
        note = self.notes[i]
        return self.strings[i], note.question, note.answer, note.topics, note.span.file, note.span.line

    def _answer(self, group: Iterable[int]) -> str:
        return max((self.notes[i].answer for i in group), key=lambda answer: (len(answer), answer))

    def judgement(self, a: int, b: int) -> Judgement:
        """What is to be said of subjects `a` and `b`."""
        pair = (min(a, b), max(a, b))
        if pair not in self._judged:
            left, right = self.subjects[pair[0]], self.subjects[pair[1]]
            asked = left.question.units & right.question.units
            evidence = weigh(self._said_by(pair[0]), self._said_by(pair[1]), self._rarity, asked)
            self._judged[pair] = judge(left.question, right.question, evidence, self.glossary)
        return self._judged[pair]

    @cached_property
    def _rarity(self) -> Rarity:
        return Rarity(map(self._said_by, range(len(self.subjects))))

    def _said_by(self, subject: int) -> Answer | None:
        if subject not in self._said:
            answer = self.subjects[subject].answer
            self._said[subject] = self._read(answer) if answer else None
        return self._said[subject]

    def _read(self, answer: str) -> Answer:
        make = partial(read, answer, self.glossary)
        return plain.kept(self._cache, "said", Answer, make, repr(self._terms), answer)

    def against(self, a: int, b: int) -> bool:
        """Whether these subjects must not share a card."""
        return self.judgement(a, b).verdict in (Verdict.RELATED, Verdict.DIFFERENT)

    @cached_property
    def pairs(self) -> list[Pair]:
        """The candidate pairs of subjects."""
        said = (self._said_by(n) if not s.question.empty else None for n, s in enumerate(self.subjects))
        alike = told_alike([answer.things if answer else frozenset() for answer in said])
        return sorted({*candidates([_keys(s.question, self.glossary) for s in self.subjects]), *alike})

    def told(self, groups: list[frozenset[str]]) -> list[list[int]]:
        """For each group of strings, the subjects that ask them."""
        where: dict[str, list[int]] = {}
        for number, subject in enumerate(self.subjects):
            for i in subject.members:
                where.setdefault(self.strings[i], []).append(number)
        return [sorted({n for text in group for n in where.get(text, ())}) for group in groups]

    def run(self) -> Matching:
        """Judge the candidates, join what is sure, and report."""
        must = self.told(self._merge)
        must_pairs = {pair for group in must for pair in combinations(group, 2)}
        apart = {pair for group in self.told(self._separate) for pair in combinations(group, 2)} - must_pairs
        partition = Partition(len(self.subjects), apart)
        judged = {pair: self.judgement(*pair) for pair in self.pairs}
        sure = ((judged[pair].score, pair) for pair in judged if judged[pair].verdict is Verdict.SAME)
        held = join_sure(partition, sure, self.against)
        if must_pairs:
            partition = join_decided(partition.clusters(), sorted(must_pairs), apart)
        for pair in judged:
            if judged[pair].verdict is Verdict.SAME and not partition.together(*pair):
                held.setdefault(pair, None)
        for pair in must_pairs:
            judged[pair] = Judgement(Verdict.SAME, 1.0, ("cardbook.yaml says merge",))
        for pair in apart:
            judged[pair] = Judgement(Verdict.RELATED, 0.0, ("cardbook.yaml says separate",))
        for pair, witness in held.items():
            judged[pair] = self._held(judged[pair], pair, witness, apart)
        judged |= _following(judged, partition, must_pairs)
        return Matching(self._clusters(partition), self._decisions(judged))

    def _held(self, judgement: Judgement, pair: Pair, witness: Pair | None, apart: set[Pair]) -> Judgement:
        if pair in apart:
            return judgement
        if witness is None:
            reason = "merging would join what cardbook.yaml keeps apart"
        else:
            first, second = (self.subjects[i].question.wording for i in witness)
            reason = f"merging would join “{first}” and “{second}”, which ask differently"
        return Judgement(Verdict.DOUBTFUL, min(judgement.score, 0.75), (*judgement.reasons, reason))

    def _clusters(self, partition: Partition) -> tuple[tuple[int, ...], ...]:
        clusters = (
            tuple(sorted(i for subject in cluster for i in self.subjects[subject].members))
            for cluster in partition.clusters()
        )
        return tuple(sorted(clusters))

    def _decisions(self, judged: dict[Pair, Judgement]) -> tuple[Decision, ...]:
        decisions = [
            self._across(self.subjects[a], self.subjects[b], judgement)
            for (a, b), judgement in judged.items()
            if judgement.verdict is not Verdict.DIFFERENT
        ]
        alike = Judgement(Verdict.SAME, 1.0, ("asks exactly the same",))
        for subject in self.subjects:
            first, *others = subject.members
            decisions.extend(self._decision(first, other, alike) for other in others)
        return tuple(sorted(decisions, key=lambda decision: (decision.a, decision.b)))

    def _across(self, a: Subject, b: Subject, judgement: Judgement) -> Decision:
        """The last two reasons are how the two notes were read, in their order."""
        first, second = sorted((a, b), key=lambda subject: subject.members[0])
        reads = Judgement(
            judgement.verdict, judgement.score, (*judgement.reasons, first.reads_as, second.reads_as)
        )
        return self._decision(first.members[0], second.members[0], reads)

    def _decision(self, a: int, b: int, judgement: Judgement) -> Decision:
        return Decision(min(a, b), max(a, b), judgement.verdict, judgement.score, judgement.reasons)


def _following(
    judged: Mapping[Pair, Judgement], partition: Partition, decided: Iterable[Pair]
) -> dict[Pair, Judgement]:
    """The pairs that are together because others were `decided` to be, whatever was thought of them."""
    joined = {a for pair in decided for a in partition.cluster(pair[0])}
    return {
        pair: Judgement(Verdict.SAME, 1.0, (*judgement.reasons, FOLLOWS))
        for pair, judgement in judged.items()
        if judgement.verdict is not Verdict.SAME and pair[0] in joined and partition.together(*pair)
    }


def _keys(question: Question, glossary: Glossary) -> list[frozenset[str]]:
    """For each ask what its subject is filed under: its units, what they imply, its pairs of Chinese characters."""
    small = words().characters
    return [
        ask.units.union(
            {pair for pair in ask.pairs if not set(pair) <= small},
            *(glossary.implies.get(unit, ()) for unit in ask.order),
        )
        for ask in question.asks
    ]
