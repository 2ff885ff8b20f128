"""Random edit scripts: whatever people do to their notes between two builds, each id follows its question.

The model knows what a person means: notes with a life of their own, some of them merged into one card. After each
build every card must have the id that this person would expect.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cardbook import canonical, identity
from cardbook.config import Config
from cardbook.diagnostics import Log, Span
from cardbook.model import Block, Book, Draft, RawNote

SYLLABLES = (
    "批量归一化残差注意力卷积循环梯度下降正则损失函数激活池化嵌入编码解码采样蒸馏剪枝量化迁移对抗生成判别"
)
WORDINGS = [
    "什么是{}？",
    "{} 的原理是什么？",
    "请谈谈 {}",
    "为什么要用 {}",
    "How does {} work?",
    "怎样理解{}？",
]
PICK = st.randoms(use_true_random=False)


def words(seed: int, count: int) -> str:
    """Text of `count` words that belongs to `seed` alone."""
    chance = random.Random(seed)
    return "，".join("".join(chance.choices(SYLLABLES, k=4)) for _ in range(count))


@dataclass(eq=False)
class Note:
    """A note as its author thinks of it."""

    key: int
    file: str
    wording: int = 0
    answer: list[str] = field(default_factory=list)
    answered: bool = True

    def question(self) -> str:
        return WORDINGS[self.wording].format(words(self.key, 1) + str(self.key))

    def text(self) -> str:
        return "。".join(self.answer) if self.answered else ""


@dataclass(eq=False)
class Group:
    """A card as a person thinks of it: notes that ask the same; `id` is what it must have once it was built."""

    notes: list[Note]
    id: str = ""


class Edits(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.groups: list[Group] = []
        self.deleted: list[Group] = []
        self.book: Book | None = None
        self.touched: set[int] = set()
        self.dirty = False
        self.keys = 0
        self.hour = 0

    # What people do

    @rule(chance=PICK)
    def write(self, chance: random.Random) -> None:
        self.keys += 1
        answer = [words(self.keys * 1000 + n, 5) for n in range(6)]
        new = Note(self.keys, f"{chance.randrange(4)}.md", chance.randrange(len(WORDINGS)), answer)
        self.groups.insert(chance.randrange(len(self.groups) + 1), Group([new]))
        self.touched.add(self.keys)
        self.dirty = True

    @precondition(lambda self: self.groups)
    @rule(chance=PICK, wording=st.integers(0, len(WORDINGS) - 1))
    def reword(self, chance: random.Random, wording: int) -> None:
        note = self._untouched(chance)
        if note and note.answered:
            note.wording = wording

    @precondition(lambda self: self.groups)
    @rule(chance=PICK)
    def rewrite(self, chance: random.Random) -> None:
        if note := self._untouched(chance):
            note.answer = [words(chance.randrange(10**9), 5) for _ in range(5)]

    @precondition(lambda self: self.groups)
    @rule(chance=PICK, wording=st.integers(0, len(WORDINGS) - 1))
    def change_both_a_little(self, chance: random.Random, wording: int) -> None:
        note = self._untouched(chance)
        if note and note.answered:
            note.wording = wording
            note.answer[chance.randrange(len(note.answer))] = words(chance.randrange(10**9), 5)

    @precondition(lambda self: self.groups)
    @rule(chance=PICK)
    def move(self, chance: random.Random) -> None:
        chance.choice(chance.choice(self.groups).notes).file = f"{chance.randrange(4)}.md"
        self.dirty = True

    @precondition(lambda self: self.groups)
    @rule(chance=PICK)
    def rename_file(self, chance: random.Random) -> None:
        old, new = f"{chance.randrange(4)}.md", f"{chance.randrange(4)}.md"
        for group in self.groups:
            for note in group.notes:
                note.file = new if note.file == old else old if note.file == new else note.file
        self.dirty = True

    @rule(chance=PICK)
    def reorder(self, chance: random.Random) -> None:
        chance.shuffle(self.groups)
        self.dirty = True

    @precondition(lambda self: self.groups)
    @rule(chance=PICK)
    def delete(self, chance: random.Random) -> None:
        self.build()
        self.deleted.append(self.groups.pop(chance.randrange(len(self.groups))))
        self.dirty = True
        self.build()

    @precondition(lambda self: self.deleted)
    @rule(chance=PICK)
    def restore(self, chance: random.Random) -> None:
        self.build()
        self.groups.append(self.deleted.pop(chance.randrange(len(self.deleted))))
        self.dirty = True
        self.build()

    @precondition(lambda self: self.groups)
    @rule(chance=PICK)
    def lose_or_find_the_answer(self, chance: random.Random) -> None:
        self.build()
        group = chance.choice(self.groups)
        if len(group.notes) == 1:
            group.notes[0].answered = not group.notes[0].answered
        self.dirty = True
        self.build()

    @precondition(lambda self: len(self.groups) > 1)
    @rule(chance=PICK)
    def merge(self, chance: random.Random) -> None:
        self.build()
        one, other = chance.sample(self.groups, 2)
        older, younger = sorted((one, other), key=self._age)
        if not all(note.answered for note in one.notes + other.notes):
            return
        self.groups.remove(younger)
        older.notes += younger.notes
        self.dirty = True
        self.build()

    @precondition(lambda self: any(len(group.notes) > 1 for group in self.groups))
    @rule(chance=PICK)
    def lose_a_source(self, chance: random.Random) -> None:
        self.build()
        group = chance.choice([group for group in self.groups if len(group.notes) > 1])
        group.notes.remove(chance.choice(group.notes))
        self.dirty = True
        self.build()

    @rule()
    def build(self) -> None:
        if not self.dirty and self.book is not None and not self._moved():
            return
        self.hour += 1
        self._check(self._build())
        self.touched.clear()
        self.dirty = False

    # What is expected

    @invariant()
    def nothing_changes_without_an_edit(self) -> None:
        if self.book is not None and not self.dirty and not self._moved():
            assert self._build() == self.book

    def _check(self, book: Book) -> None:
        by_note = {source.question: card for card in book.entries for source in card.sources}
        for group in self.groups:
            card = by_note.get(group.notes[0].question())
            assert (card is not None) == any(note.answered for note in group.notes)
            if card is None:
                continue
            assert {source.question for source in card.sources} == {note.question() for note in group.notes}
            assert group.id in ("", card.id), f"{group.notes[0].question()} had {group.id}"
            group.id = card.id
        ids = [card.id for card in book.entries] + [item.id for item in book.retired]
        assert len(set(ids)) == len(ids)
        self._check_times(book)
        self.book = book

    def _check_times(self, book: Book) -> None:
        before = {card.id: card for card in self.book.entries} if self.book else {}
        for card in book.entries:
            if old := before.get(card.id):
                assert (card.modified > old.modified) == (card.rendered != old.rendered)
                assert (card.modified == old.modified) == (card.rendered == old.rendered)

    def _build(self) -> Book:
        book = canonical.load(canonical.dump(self.book), "c.yaml") if self.book else None
        # The clock is set back now and then.
        now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=self.hour * (1 if self.hour % 5 else -1))
        log = Log()
        new = identity.identify(self._drafts(), book, Config(title="书"), now, log)
        assert not list(log)
        rendered = {card.id: repr((card.question, card.answer)) for card in new.entries}
        return identity.stamp(new, book, rendered, "style", now)

    def _drafts(self) -> list[Draft]:
        drafts = []
        for line, group in enumerate(self.groups):
            notes = [
                RawNote(
                    n.question(),
                    (Block(n.text(), Span(n.file, line + 1)),) * n.answered,
                    Span(n.file, line + 1),
                )
                for n in group.notes
            ]
            answers = [note.answer for note in notes if note.answer]
            drafts.append(Draft(notes[0].question, "\n\n".join(answers), tuple(notes)))
        return drafts

    def _moved(self) -> bool:
        return bool(self.touched)

    def _untouched(self, chance: random.Random) -> Note | None:
        """A note to edit; each is edited once between two builds, and mentioned as touched."""
        group = chance.choice(self.groups)
        if any(note.key in self.touched for note in group.notes):
            return None
        note = chance.choice(group.notes)
        self.touched.update(note.key for note in group.notes)
        return note

    def _age(self, group: Group) -> tuple[datetime, int]:
        assert self.book is not None
        for index, card in enumerate(self.book.entries):
            if card.id == group.id:
                return card.created or card.modified, index
        return datetime.max.replace(tzinfo=UTC), 0


Edits.TestCase.settings = settings(
    max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
test_edits = Edits.TestCase
