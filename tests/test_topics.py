"""The chapter of a card: the user's, the notes' own, or the subject that the question names."""

from __future__ import annotations

import pytest

from cardbook.config import Config, Topic
from cardbook.diagnostics import Span
from cardbook.merging.topics import assign, order
from cardbook.model import Block, Draft, RawNote

CHINESE = Config(language="zh-CN")


def card(question: str, answer: str = "", *, topics: tuple[str, ...] = (), file: str = "a.md") -> Draft:
    blocks = (Block(answer, Span(file, 2)),) if answer else ()
    return Draft(question, answer, (RawNote(question, blocks, Span(file, 1), topics),))


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("什么是欠拟合？", "", "泛化与正则化"),
        ("Adam 和 SGD 怎么选？", "", "优化与训练"),
        ("1x1 卷积有什么用？", "", "网络结构"),
        ("L1 为什么稀疏？", "正则化时罚绝对值。", "泛化与正则化"),
        ("L1 缓存有多大？", "几十 KB，比 L2 快。", "其他"),
        ("F1 代为什么有杂种优势？", "显性等位基因互补。", "其他"),
        ("怎样评价洋务运动？", "", "其他"),
    ],
)
def test_without_chapters_the_question_names_the_subject(question: str, answer: str, expected: str) -> None:
    """A card of machine learning goes to its subject; of other fields nothing is guessed."""
    assert assign([card(question, answer)], CHINESE) == (expected,)


def test_the_subject_is_named_in_the_language_of_the_handbook() -> None:
    """English handbooks have English chapters."""
    cards = [card("What is overfitting?"), card("Who was Ashoka?")]
    assert assign(cards, Config(language="en")) == ("Generalisation and regularisation", "Other")


def test_the_notes_own_chapter_comes_before_a_guess() -> None:
    """What an author wrote above a question is not overruled."""
    assert assign([card("什么是过拟合？", topics=("第一章 基础",))], CHINESE) == ("第一章 基础",)


def test_a_topic_does_not_depend_on_other_cards() -> None:
    """A card keeps its chapter when other notes come or go."""
    cards = [card("什么是过拟合？"), card("ReLU 有什么优点？"), card("什么是光合作用？")]
    alone = tuple(assign([one], CHINESE)[0] for one in cards)
    assert assign(cards, CHINESE) == alone


def test_a_word_counts_as_part_of_a_longer_name() -> None:
    """学习率衰减 is a name of its own, and still belongs to the topic of 学习率."""
    config = Config(topics=(Topic("损失"), Topic("优化", ("学习率",))))
    assert assign([card("学习率衰减有哪些办法？", topics=("损失",))], config) == ("优化",)


def test_guessed_chapters_come_after_the_notes_own_and_before_the_rest() -> None:
    """The book keeps the order of the notes, then that of the subjects."""
    assert order(("其他", "网络结构", "甲", "数据与特征", "乙"), CHINESE) == (2, 4, 3, 1, 0)


def test_one_subject_is_one_chapter_whatever_it_is_called() -> None:
    """Abbreviations and other names go by the fullest one in the language of the book; a single name stays."""
    cards = [
        card(str(k), topics=(title,))
        for k, title in enumerate(("OS", "网络", "操作系统", "计算机网络", "DB"))
    ]
    chapters = assign(cards, CHINESE)
    assert chapters == ("操作系统", "计算机网络", "操作系统", "计算机网络", "DB")
    cards = [
        card(str(k), topics=(title,)) for k, title in enumerate(("WWI", "World War I", "操作系统", "OS"))
    ]
    assert assign(cards, Config(language="en")) == ("World War I", "World War I", "OS", "OS")


def test_terms_of_the_user_name_chapters_too() -> None:
    """What `terms:` makes one name is one chapter."""
    cards = [card("甲", topics=("物权",)), card("乙", topics=("物权法编",))]
    config = Config(language="zh-CN", terms=(("物权", "物权法编"),))
    assert len(set(assign(cards, config))) == 1
    assert len(set(assign(cards, CHINESE))) == 2


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("vault/Biochemistry.md", "Biochemistry"),
        ("2024-02-03-cell-biology_notes.md", "Cell biology"),
        ("03 世界史 a8f3c1d2e4b5.md", "世界史"),
        ("World wars/2024-02-03.md", "World wars"),
        ("World wars/README.md", "World wars"),
        ("World wars/Who was Ashoka.md", "World wars"),
        ("Daily/notes 2.md", "Other"),
        ("Questions.md", "Other"),
    ],
)
def test_without_chapter_and_subject_the_file_names_the_topic(file: str, expected: str) -> None:
    """A page without a title of its own is called like its file, or its folder."""
    assert assign([card("Who was Ashoka?", file=file)], Config(language="en")) == (expected,)


def test_a_subject_says_more_than_a_file() -> None:
    """What a question is about comes before where it stands."""
    assert assign([card("什么是过拟合？", file="杂学.md")], CHINESE) == ("泛化与正则化",)
