"""The chapter of each card: by the user's `topics:`, or else by the chapters of the notes themselves."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence

from cardbook.config import Config, Topic
from cardbook.matching.concepts import Glossary, glossary
from cardbook.matching.wording import normalise
from cardbook.model import Draft, RawNote

QUESTION, CHAPTER, ANSWER = 3.0, 2.0, 1.0
"""What a word of a topic is worth by the place where it stands; in an answer, at most."""
OFTEN = 4
"""An answer that has a word so often is about it."""

_GENERIC = re.compile(
    r"(?:(?:高频|常见|经典|重要|部分|相关|算法|技术)*(?:面试|面经|问题|题目?|问答|考题|目录|笔记|杂记|总结|小结|整理|汇总|附录|其[他它]|补充|知识点|正文)+"
    r"|(?:\b(?:interview|questions?|answers?|faqs?|q ?&? ?a|notes?|misc(?:ellaneous)?|contents|table of contents|index|"
    r"others?|appendix|summary|part|chapter|and)\b[ &]*)+)\d*$"
)


def other(language: str) -> str:
    """The name of the chapter for cards that no topic fits."""
    return "其他" if language.startswith("zh") else "Other"


def assign(drafts: Sequence[Draft], config: Config) -> tuple[str, ...]:
    """The topic of each draft, in their order."""
    if config.topics:
        chooser = _Chooser(config)
        return tuple(chooser.topic(draft) for draft in drafts)
    return _chapters(drafts, config.language)


def order(topics: Sequence[str], config: Config) -> tuple[int, ...]:
    """The indices of the drafts in book order: topics as configured or by first appearance, others last."""
    known = [topic.name for topic in config.topics]
    first = {name: k for k, name in enumerate(dict.fromkeys([*known, *topics]))}
    first[other(config.language)] = len(first)
    return tuple(sorted(range(len(topics)), key=lambda k: (first[topics[k]], k)))


class _Chooser:
    """Finds the topic whose best word stands in the most telling place of a card."""

    def __init__(self, config: Config) -> None:
        self._names = glossary(config.terms)
        self._default = other(config.language)
        self._topics = [(topic.name, _marked_words(topic, self._names)) for topic in config.topics]

    def topic(self, draft: Draft) -> str:
        """The best topic of a card; the first of equals; the default where no word is found."""
        question, chapters, answer = (
            self._names.mark(normalise(text))
            for text in (
                " ; ".join((draft.question, *draft.aliases)),
                " ; ".join(title for note in draft.notes for title in note.topics),
                draft.answer,
            )
        )
        best, name = 0.0, self._default
        for title, words in self._topics:
            score = max((_worth(word, question, chapters, answer) for word in words), default=0.0)
            if score > best:
                best, name = score, title
        return name


def _marked_words(topic: Topic, names: Glossary) -> tuple[str, ...]:
    return tuple(filter(None, (names.mark(normalise(word)) for word in (topic.name, *topic.words))))


def _worth(word: str, question: str, chapters: str, answer: str) -> float:
    """What one word says for its topic; of two words in one place the longer says more, or the earlier."""
    found = _count(word, question)
    if found:
        early = 1 - question.index(word) / len(question)
        return QUESTION + 0.5 * early + 0.01 * len(word)
    if _count(word, chapters):
        return CHAPTER + 0.01 * len(word)
    return ANSWER * min(1.0, math.log1p(_count(word, answer)) / math.log1p(OFTEN))


def _count(word: str, text: str) -> int:
    """How often `word` stands in `text`; a Latin word only as a whole one."""
    if word.isascii():
        return len(re.findall(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text))
    return text.count(word)


def _chapters(drafts: Sequence[Draft], language: str) -> tuple[str, ...]:
    """Topics from the titles above the questions.

    Only what stands above a question decides, never how many others stand beside it: a topic is shown on the
    card, and a card must not change because another one was deleted.
    """
    firsts: dict[str, set[str]] = defaultdict(set)
    for draft in drafts:
        for note in draft.notes:
            firsts[note.span.file].add("".join(note.topics[:1]))
    default = other(language)
    return tuple(
        next((title for note in draft.notes if (title := _chapter(note, firsts[note.span.file]))), default)
        for draft in drafts
    )


def _chapter(note: RawNote, firsts: set[str]) -> str:
    """The outermost title above a note that says something; the file's own title only where no other does."""
    titles = [title for title in note.topics if not generic(title)]
    if len(titles) > 1 and len(firsts) == 1:
        titles = [title for title in titles if title not in firsts]
    return "".join(titles[:1])


def generic(title: str) -> bool:
    """Whether a title only says that questions follow ("面试题", "Questions")."""
    return bool(_GENERIC.match(normalise(title)))
