"""The partition of notes into cards."""

from __future__ import annotations

import pytest

from cardbook.config import Config
from cardbook.diagnostics import Span
from cardbook.matching import explain, match
from cardbook.model import Block, Matching, RawNote, Verdict


def note(question: str, answer: str = "", file: str = "a.md", line: int = 1, *topics: str) -> RawNote:
    blocks = (Block(answer, Span(file, line + 1)),) if answer else ()
    return RawNote(question, blocks, Span(file, line), topics)


def together(matching: Matching, a: int, b: int) -> bool:
    return any(a in cluster and b in cluster for cluster in matching.clusters)


def test_synonyms_and_wording_make_one_card() -> None:
    """Another language, another word order and an abbreviation are still the same question."""
    notes = [note("BN 的作用是什么？"), note("Batch Normalization有什么作用"), note("批归一化的作用")]
    assert match(notes, Config()).clusters == ((0, 1, 2),)


def test_one_word_makes_another_question() -> None:
    """Over- and underfitting, cause and remedy stay apart."""
    notes = [note("什么是过拟合？"), note("什么是欠拟合？"), note("过拟合的原因"), note("如何解决过拟合")]
    assert len(match(notes, Config()).clusters) == 4


@pytest.mark.parametrize(
    ("one", "other", "turned"),
    [
        ("主节点怎么通知副本", "副本怎么通知主节点", True),
        ("Why did Athens attack Sparta?", "Why did Sparta attack Athens?", True),
        ("What causes anaemia?", "What does anaemia cause?", True),
        ("谁推翻了路易十六", "路易十六推翻了谁", True),
        ("房东能否起诉租客", "租客能否被房东起诉", False),
        ("副本与主节点的区别", "主节点和副本的区别", False),
        ("How does heat affect enzymes?", "How are enzymes affected by heat?", False),
        ("训练集里缺失值怎么处理", "缺失值在训练集里怎么处理", False),
    ],
)
def test_who_does_what_to_whom(one: str, other: str, turned: bool) -> None:
    """Two things around a verb the other way round are another question, also where the answers are alike; what is
    only counted up, or turned round by a passive, is not.
    """
    answer = "路由 记录 确认 版本 超时 重试 队列 regroup barrier evidence signal"
    notes = [note(one, answer), note(other, answer, "b.md")]
    found = match(notes, Config())
    assert (len(found.clusters) == 2) is turned
    assert not turned or found.decisions[0].verdict is Verdict.DOUBTFUL


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Outcome of the Punic War", "Outcome of the Second Punic War"),
        ("布匿战争的结果", "第二次布匿战争的结果"),
        ("五年计划的目标", "第三个五年计划的目标"),
        ("What does QUIC replace in HTTP?", "What does QUIC replace in HTTP/2?"),
        ("Python 的 GIL", "Python 3.13 的 GIL"),
    ],
)
def test_a_number_is_part_of_the_name(one: str, other: str) -> None:
    """The second of a kind is not the kind, however much alike the answers are."""
    answer = "赔款 舰队 割地 盟友 元老院 条约 tribute fleet senate treaty hostage"
    assert len(match([note(one, answer), note(other, answer + " more", "b.md")], Config()).clusters) == 2


def test_a_person_wins() -> None:
    """`merge` joins what looks different, `separate` parts what looks the same."""
    notes = [note("什么是过拟合？"), note("过拟合的原因"), note("什么是进程？"), note("进程是什么")]
    config = Config(merge=(("什么是过拟合", "过拟合的原因?"),), separate=(("什么是进程", "进程是什么"),))
    found = match(notes, config)
    assert found.clusters == ((0, 1), (2,), (3,))


def test_explain_names_the_reasons() -> None:
    """The explanation shows the place, what the question reads as, and what it was kept apart from."""
    notes = [note("什么是过拟合？"), note("过拟合的原因", file="b.md")]
    text = explain("什么是过拟合", notes, match(notes, Config()), Config())
    assert "过拟合: definition" in text
    assert "b.md:1:1" in text


def test_decisions_are_ordered_pairs() -> None:
    """Every decision has a < b and a verdict worth telling."""
    notes = [note("过拟合的原因"), note("如何解决过拟合"), note("过拟合的成因")]
    for decision in match(notes, Config()).decisions:
        assert decision.a < decision.b
        assert decision.verdict is not Verdict.DIFFERENT


def test_explain_finds_the_question_that_asks_it_in_other_words() -> None:
    """Whoever asks need not know the wording; what no note is about is said."""
    notes = [note("过拟合指什么？可以怎样缓解？", "记住了噪声。"), note("过拟合的根源是什么？", "参数太多。")]
    config = Config()
    told = explain("什么是过拟合", notes, match(notes, config), config)
    assert told.startswith("过拟合指什么？可以怎样缓解？\n")
    assert explain("法国大革命", notes, match(notes, config), config).startswith("No note asks “法国大革命”")
