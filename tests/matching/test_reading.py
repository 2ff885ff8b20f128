"""How a question is read: what of its words is its subject, and what is manner of speaking."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.yardstick import pairs
from cardbook import plain
from cardbook.cache import Cache
from cardbook.config import Config
from cardbook.diagnostics import Span
from cardbook.dialects.asking import title
from cardbook.matching import concepts, match
from cardbook.matching.concepts import glossary
from cardbook.matching.question import Question, describe, parse
from cardbook.model import RawNote


def reads(question: str) -> str:
    names = glossary()
    return describe(parse(question, names), names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("池化层了解吗？", "介绍一下池化层"),
        ("Can you explain the event loop?", "Explain the event loop"),
        ("步长为什么一般取偶数，比如 2、4？", "步长为什么一般取偶数"),
        ("select/poll/epoll 的区别", "select、poll、epoll 的区别"),
        ("β 和 θ 的含义", "beta 和 theta 的含义"),
        ("TCP 三次握手为什么需要三次，两次不行吗？", "TCP 三次握手为什么需要三次"),
        ("逻辑回归为什么用交叉熵不用平方误差", "逻辑回归为什么用交叉熵而不用 MSE"),
        ("事务的四大特性", "ACID"),
        ("红黑树跟 AVL 树有啥不一样", "红黑树和AVL树的区别"),
        ("讲讲常见的 HTTP 状态码", "HTTP 的状态码有哪些"),
    ],
)
def test_manner_of_speaking(one: str, other: str) -> None:
    """Invitations, examples, signs between names, spelt letters and rhetorical questions change nothing."""
    notes = [RawNote(text, (), Span("a.md", line)) for line, text in enumerate((one, other), 1)]
    assert len(match(notes, Config()).clusters) == 1, (reads(one), reads(other))


def test_a_function_word_may_be_a_name() -> None:
    """Set as code, or alone among Chinese words, `this` is what the question is about."""
    assert reads("What is `this`?").startswith("this")
    assert "this#" in reads("JS 里 this 的指向")
    assert reads("What is this?").startswith("no subject")


def test_a_later_clause_goes_on() -> None:
    """What stands for the subject ("it", "和 B 比") speaks of the subject before it."""
    assert "协程 + 线程: advantages" in reads("什么是协程？和线程比有什么优势")
    assert "三次握手: process + why" in reads("三次握手的过程，为什么是三次？")


def test_the_chapter_is_no_difference() -> None:
    """What one question names is named by the chapter of the other; not so where both name something."""

    def together(one: str, other: str) -> bool:
        notes = [RawNote(one, (), Span("a.md", 1), ("React",)), RawNote(other, (), Span("b.md", 1))]
        return len(match(notes, Config()).clusters) == 1

    assert together("What are fragments?", "What are fragments in React?")
    assert not together("What are fragments?", "What are fragments in Vue?")


def test_a_letter_is_no_number() -> None:
    """A name that begins with Q is not the mark of a question."""
    assert title("Q、K 为什么不用同一个矩阵").text.startswith("Q、K")
    assert title("Q-learning 的原理").text.startswith("Q-learning")
    assert title("Q1、什么是池化").text == "什么是池化"


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("深/浅拷贝的区别", "深拷贝和浅拷贝的区别"),
        ("Shallow vs deep copy", "Shallow copy vs deep copy"),
        ("乐观和悲观锁", "乐观锁和悲观锁"),
        ("缓存穿透、击穿、雪崩", "缓存穿透、缓存击穿、缓存雪崩"),
        ("BiLSTM+CRF 的优点", "BiLSTM 和 CRF 的优点"),
    ],
)
def test_names_that_share_a_part(short: str, full: str) -> None:
    """What two names beside each other begin or end in is said once."""
    assert reads(short) == reads(full)


def test_brackets_explain() -> None:
    """What stands in brackets beside a name makes no difference to who does without it."""
    notes = [
        RawNote(text, (), Span("a.md", line))
        for line, text in ((1, "胶囊网络（CapsNet）的优点"), (2, "胶囊网络的优点"))
    ]
    assert len(match(notes, Config()).clusters) == 1


def test_a_glossary_from_the_cache_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with terms of the user's; what the cache has lost is made anew."""
    terms = (("丢弃法", "dropout"), ("Foo", "福"))
    for cache in (Cache(tmp_path), Cache(tmp_path), Cache(tmp_path / "empty")):
        monkeypatch.setattr(concepts, "_MADE", {})
        assert glossary(terms, cache) == concepts._glossary(terms)
    monkeypatch.setattr(concepts, "_MADE", {})
    monkeypatch.setattr(concepts, "_glossary", None)
    assert glossary(terms, Cache(tmp_path)).mark("福 丢弃法") != "福 丢弃法"


def test_questions_from_the_cache_are_the_same() -> None:
    """A rebuild matches what it did not read again as if it had."""
    names = glossary()
    for text in {question for pair in pairs() for question in (pair.one, pair.other)}:
        question = parse(text, names, ("深度学习",))
        assert plain.load(Question, plain.dump(question)) == question


def test_a_name_with_的_inside() -> None:
    """学习率的衰减 is 学习率衰减, and batch_size is batch size."""
    assert reads("学习率的衰减方式") == reads("学习率衰减的方式")
    assert reads("batch_size 的影响") == reads("Batch size 的影响")
