"""The chapter of each card: by the user's `topics:`, or else by the chapters of the notes themselves.

Where these have none, a card of machine learning goes by what it asks about, to a subject of `subjects.yaml`, any
other by what its file or folder is called.
Only the card itself decides, never how many others stand beside it: a topic is shown on the card, and a card
must not change because another note was deleted. But where chapters have several names for one subject ("OS",
"操作系统"), all go by one of them.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from cardbook import shipped
from cardbook.config import Config, Topic
from cardbook.matching.concepts import Glossary, glossary, has_han
from cardbook.matching.wording import normalise
from cardbook.model import Draft, RawNote

QUESTION, CHAPTER, ANSWER = 3.0, 2.0, 1.0
"""What a word of a topic is worth by the place where it stands; in an answer, at most."""
PART = 2.9
"""The same in a question that has it as a part of a longer name only."""
OFTEN = 4
"""An answer that has a word so often is about it."""

_GENERIC = re.compile(
    r"(?:(?:高频|常见|经典|重要|部分|相关|算法|技术)*(?:面试|面经|问题|题目?|问答|考题|目录|笔记|杂记|总结|小结|整理|汇总|附录|其[他它]|补充|知识点|正文)+"
    r"|(?:\b(?:interview|questions?|answers?|faqs?|q ?&? ?a|notes?|misc(?:ellaneous)?|contents|table of contents|index|"
    r"others?|appendix|summary|part|chapter|and)\b[ &]*)+)\d*$"
)

_PART_OF_BOOK = re.compile(
    r"^(?:第[一二三四五六七八九十百\d]+[章节部篇讲]分?|[一二三四五六七八九十]+、|(?:chapter|part|unit|week) \d+)[\s:.、]*"
    r"|(?<=..)(?:部分|篇)$"
)
_DECORATION = re.compile(
    r"^(?:\d{4}[-. ]?\d\d[-. ]?\d\d|\d{1,3})(?:[-_.、 ]+|$)|\s+[0-9a-f]{8,32}$|[-\s]+(?:notes?|笔记)$",
    re.IGNORECASE,
)
"""What names of files have around what they say: dates, numbers, the key of Notion."""
_NAMELESS = re.compile(
    r"(?:readme|untitled|main|content|temp|test|new|daily|journal|inbox|archive|vault|sources|docs?|src|posts?|all|"
    r"无标题|未命名|日记|收件箱|学习|文档|资料)[\s\d]*", re.IGNORECASE
)  # fmt: skip


def other(language: str) -> str:
    """The name of the chapter for cards that no topic fits."""
    return "其他" if language.startswith("zh") else "Other"


def assign(drafts: Sequence[Draft], config: Config) -> tuple[str, ...]:
    """The topic of each draft, in their order."""
    names = glossary(config.terms)
    if config.topics:
        chooser = _Chooser(config.topics, names)
        return tuple(chooser.topic(draft) or other(config.language) for draft in drafts)
    subjects = _Subjects(names, config.language)
    found = _chapters(drafts)
    guesses = ["" if title else subjects.guess(draft) for draft, title in zip(drafts, found, strict=True)]
    titles = [
        title or ("" if guess else _file(draft))
        for draft, title, guess in zip(drafts, found, guesses, strict=True)
    ]
    chapters = _one_name(titles, names, config.language)
    return tuple(
        chapter or guess or other(config.language) for chapter, guess in zip(chapters, guesses, strict=True)
    )


def _one_name(chapters: Sequence[str], names: Glossary, language: str) -> tuple[str, ...]:
    """The chapters, those of one subject under one name: the fullest in the language of the book."""
    chinese = language.startswith("zh")
    subjects = {title: _subject(title, names) for title in dict.fromkeys(chapters)}
    best: dict[str, str] = {}
    for title, key in subjects.items():
        best[key] = max(best.get(key, title), title, key=lambda name: (has_han(name) == chinese, len(name)))
    return tuple(best[subjects[title]] for title in chapters)


def _subject(title: str, names: Glossary) -> str:
    """What a chapter is about, in one form for all names of it."""
    plain = _PART_OF_BOOK.sub("", normalise(title)).replace(" ", "")
    known = _filed().get(plain, plain)
    marked = names.mark(known)
    return marked if len(marked) == 1 else known


@cache
def _filed() -> dict[str, str]:
    """The first of the names of a chapter, by each of them."""
    return {
        normalise(str(name)).replace(" ", ""): normalise(str(group[0]))
        for group in _shipped()["chapters"]
        for name in group
    }


def _shipped() -> Any:
    return shipped.load(__package__, "subjects.yaml")


@cache
def _subjects(language: str) -> tuple[Topic, ...]:
    name = "zh" if language.startswith("zh") else "en"
    return tuple(
        Topic(subject["name"][name], tuple(map(str, subject["words"]))) for subject in _shipped()["subjects"]
    )


def order(topics: Sequence[str], config: Config) -> tuple[int, ...]:
    """The indices of the drafts in book order: topics as configured or by first appearance, guessed and others last."""
    known = [topic.name for topic in config.topics]
    guessed = (
        {} if config.topics else {topic.name: k for k, topic in enumerate(_subjects(config.language), 1)}
    )
    appeared = [name for name in topics if name not in guessed]
    first = {name: k for k, name in enumerate(dict.fromkeys([*known, *appeared]))}
    first |= {name: len(first) + k for name, k in guessed.items()}
    first[other(config.language)] = len(first) + 1
    return tuple(sorted(range(len(topics)), key=lambda k: (first[topics[k]], k)))


class _Chooser:
    """Finds the topic whose best word stands in the most telling place of a card."""

    def __init__(self, topics: Sequence[Topic], names: Glossary) -> None:
        self._names = names
        self._topics = [
            (topic.name, [_Word(word, names) for word in (topic.name, *topic.words)]) for topic in topics
        ]

    def topic(self, draft: Draft) -> str:
        """The best topic of a card; the first of equals; empty where no word is found."""
        chapters = " ; ".join(title for note in draft.notes for title in note.topics)
        return self.best(" ; ".join((draft.question, *draft.aliases)), chapters, draft.answer)

    def best(self, *texts: str) -> str:
        """The same for a question, the titles above it, and its answer."""
        places = [_Place(text, self._names) for text in texts]
        best, name = 0.0, ""
        for title, words in self._topics:
            score = max((_worth(word, *places) for word in words), default=0.0)
            if score > best:
                best, name = score, title
        return name


class _Place:
    """A text as typed and with its concepts marked."""

    def __init__(self, text: str, names: Glossary) -> None:
        self.plain = normalise(text)
        self.marked = names.mark(self.plain)
        self.characters = frozenset(self.marked)

    def count(self, word: _Word) -> int:
        """How often the concept or word stands in it."""
        return _count(word.marked, self.marked) if word.marked[:1] in self.characters else 0

    def holds(self, word: _Word) -> bool:
        """Whether it stands in it as part of a longer name (学习率 in 学习率衰减)."""
        return bool(_count(word.plain, self.plain))


class _Word(_Place):
    """A word of a topic."""


def _worth(word: _Word, question: _Place, chapters: _Place, answer: _Place) -> float:
    """What one word says for its topic; of two words in one place the longer says more, or the earlier."""
    if not word.marked:
        return 0.0
    if question.count(word):
        early = 1 - question.marked.index(word.marked) / len(question.marked)
        return QUESTION + 0.5 * early + 0.01 * len(word.marked)
    if question.holds(word):
        return PART
    if chapters.count(word):
        return CHAPTER + 0.01 * len(word.marked)
    return ANSWER * min(1.0, math.log1p(answer.count(word)) / math.log1p(OFTEN))


class _Subjects:
    """Guesses the subject of a card of machine learning by the words of its question."""

    def __init__(self, names: Glossary, language: str) -> None:
        self._names = names
        self._of = {
            _Word(word, names).marked: subject.name
            for subject in _subjects(language)
            for word in subject.words
        }
        self._shared = frozenset(_Word(str(word), names).marked for word in _shipped()["ambiguous"])

    def guess(self, draft: Draft) -> str:
        """The subject whose word stands first in the question, or else in another wording; empty if none does."""
        questions = [_Place(text, self._names) for text in (draft.question, *draft.aliases)]
        found = [word for question in questions for word in self._words(question)]
        if not found or not self._vouched(found, draft):
            return ""
        return self._of[found[0]]

    def _words(self, place: _Place) -> list[str]:
        at = ((place.marked.find(word), word) for word in self._of if word[0] in place.characters)
        return [
            word for _, word in sorted((k, word) for k, word in at if k >= 0 and _count(word, place.marked))
        ]

    def _vouched(self, words: Sequence[str], draft: Draft) -> bool:
        return not self._shared.issuperset(words) or not self._shared.issuperset(
            self._words(_Place(draft.answer, self._names))
        )


def _count(word: str, text: str) -> int:
    """How often `word` stands in `text`; a Latin word only as a whole one."""
    if word.isascii():
        return len(re.findall(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text))
    return text.count(word)


def _chapters(drafts: Sequence[Draft]) -> tuple[str, ...]:
    """Topics from the titles above the questions; empty where these say nothing."""
    firsts: dict[str, set[str]] = defaultdict(set)
    for draft in drafts:
        for note in draft.notes:
            firsts[note.span.file].add("".join(note.topics[:1]))
    return tuple(
        next((title for note in draft.notes if (title := _chapter(note, firsts[note.span.file]))), "")
        for draft in drafts
    )


def _chapter(note: RawNote, firsts: set[str]) -> str:
    """The outermost title above a note that says something; the file's own title only where no other does."""
    titles = [title for title in note.topics if not generic(title)]
    if len(titles) > 1 and len(firsts) == 1:
        titles = [title for title in titles if title not in firsts]
    return "".join(titles[:1])


def _file(draft: Draft) -> str:
    """What a file of a card's notes is called, or its folder; empty if that says nothing, or asks what the card asks."""
    asked = {_bare(text) for text in (draft.question, *draft.aliases, *(n.question for n in draft.notes))}
    names = (name for note in draft.notes for name in _names(note.span.file))
    return next((name for name in names if _bare(name) not in asked), "")


def _names(path: str) -> Iterator[str]:
    """The names of a file and of the folders above it that say something, the nearest first."""
    *folders, file = path.split("/")
    for part in (file.rpartition(".")[0], *reversed(folders)):
        name = _DECORATION.sub("", part.replace("_", " ")).strip()
        name = name if " " in name else name.replace("-", " ")
        if re.search(r"[\u4e00-\u9fff]{2}|[^\W\d_]{3}", name) and not (
            generic(name) or _NAMELESS.fullmatch(name)
        ):
            yield name[:1].upper() + name[1:]


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def generic(title: str) -> bool:
    """Whether a title only says that questions follow ("面试题", "Questions")."""
    return bool(_GENERIC.match(normalise(title)))
