"""The partition of notes into cards."""

from __future__ import annotations

from cardbook.config import Config
from cardbook.diagnostics import Span
from cardbook.matching import explain, match
from cardbook.matching.concepts import has_han
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


def test_reasons_speak_as_the_questions_do() -> None:
    """A concept is called as the question calls it, whatever the glossary calls it first."""
    notes = [
        note("When did World War 1 end?", "In 1918."),
        note("When did World War 1 begin?", "In 1914."),
        note("What does the BN layer demand of a batch?", "Size."),
        note("What does dropout demand of a batch?", "Nothing."),
    ]
    said = " ".join(reason for decision in match(notes, Config()).decisions for reason in decision.reasons)
    assert "only one names end" in said
    assert "only one names bn" in said
    assert not has_han(said)


def test_no_reason_holds_a_sign_that_nobody_can_read() -> None:
    """Also where a heading borrows its subject from its chapter."""
    notes = [
        note("优缺点", "优点：稳定训练，加快收敛，允许大学习率。缺点：依赖批大小。", "a.md", 1, "BN"),
        note("BN 的优点", "稳定训练，加快收敛，允许大学习率。", "a.md", 5),
        note("BN 的缺点", "缺点：依赖批大小，小批量不稳定，训练推理不一致。", "a.md", 9),
    ]
    said = " ".join(reason for decision in match(notes, Config()).decisions for reason in decision.reasons)
    assert not any("\ue000" <= character <= "\uf8ff" for character in said)
