"""Merging: one good answer from several, nothing lost."""

from __future__ import annotations

from dataclasses import replace

from cardbook.config import Config
from cardbook.diagnostics import Span
from cardbook.matching.concepts import glossary
from cardbook.merging.content import Reader
from cardbook.merging.kept import COMPARED, Kept, Point, Spot
from cardbook.merging.merge import merge
from cardbook.merging.pieces import take_apart
from cardbook.merging.units import units
from cardbook.model import Block, Decision, Draft, Matching, RawNote, Verdict


def note(question: str, answer: str, file: str = "a.md") -> RawNote:
    blocks = (Block(answer, Span(file, 2)),) if answer else ()
    return RawNote(question, blocks, Span(file, 1))


def test_a_cluster_of_one_keeps_its_answer() -> None:
    """A question that stands in one file only keeps the answer as its author wrote it."""
    (draft,) = merge([note("什么是熵？", "熵是……\n\n- 甲\n- 乙")], Matching(((0,),), ()), Config())
    assert draft.answer == "熵是……\n\n- 甲\n- 乙"


def test_an_unanswered_question_has_an_empty_answer() -> None:
    """A cluster without any answer is a draft with the answer left empty."""
    (draft,) = merge([note("什么是熵？", "")], Matching(((0,),), ()), Config())
    assert draft.answer == ""


def test_doubtful_and_related_pairs_point_at_each_other() -> None:
    """Cards that were kept apart although they are close know each other."""
    notes = [note("甲", "一"), note("乙", "二"), note("丙", "三")]
    decisions = (Decision(0, 1, Verdict.RELATED, 0.5, ()), Decision(1, 2, Verdict.DOUBTFUL, 0.6, ()))
    drafts = merge(notes, Matching(((0,), (1,), (2,)), decisions), Config())
    assert [draft.related for draft in drafts] == [(1,), (2, 0), (1,)]


def joined(question: str, *answers: str) -> Draft:
    """The card that several answers to one question make, each from a file of its own."""
    notes = [
        note(question, answer, f"{letter}.md") for letter, answer in zip("abcdef", answers, strict=False)
    ]
    (draft,) = merge(notes, Matching((tuple(range(len(notes))),), ()), Config())
    return draft


REMEDIES = """过拟合是指训练误差低而测试误差高。

解决方法：

1. 增加训练数据：采集更多样本，或用生成的样本来补充。
2. Dropout：训练时随机丢弃神经元，减少共适应。
3. 降低模型复杂度：减少层数和通道数。"""


def test_an_added_item_stands_beside_the_one_that_it_is_nearest_to() -> None:
    """The points of another list go where they belong, and the list is numbered anew."""
    draft = joined("什么是过拟合？怎么解决？", REMEDIES, "应对：\n\n- 数据增强扩充训练数据\n- 早停")
    lines = [line for line in draft.answer.splitlines() if line[:1].isdigit()]
    assert lines[1] == "2. 数据增强扩充训练数据（见 b.md）"
    assert lines[-1] == "5. 早停（见 b.md）"


def test_lists_for_different_ends_are_not_mixed() -> None:
    """Signs of overfitting are no remedies, whatever words they share."""
    signs = "表现：\n\n- 增加训练数据之后误差下降\n- Dropout 关掉之后训练误差更低"
    draft = joined("什么是过拟合？怎么解决？", REMEDIES, signs)
    assert draft.answer.startswith(REMEDIES)
    assert "表现" in draft.answer[len(REMEDIES) :]


def test_a_second_definition_is_left_out_and_what_it_adds_is_kept() -> None:
    """Two definitions of one thing do not both stay, whichever way they are put."""
    other = "模型在训练数据上误差低、在测试数据上误差高，就叫过拟合。样本少、参数多时最容易出现。"
    draft = joined("什么是过拟合？怎么解决？", REMEDIES, other)
    assert "就叫" not in draft.answer
    assert [covered.text for covered in draft.covered] == [other.split("。")[0] + "。"]
    assert "样本少、参数多时最容易出现（见 b.md）。\n\n解决方法" in draft.answer


def test_more_of_an_item_stands_below_it() -> None:
    """An item of the same name that says something else is no item of its own."""
    draft = joined(
        "怎么解决过拟合？",
        REMEDIES,
        "解决方法：\n\n- Dropout：推理时要关闭，卷积层里效果弱，常用的比率在百分之十到五十。\n- 早停",
    )
    assert "共适应。\n   - Dropout：推理时要关闭" in draft.answer
    assert "\n4. 早停（见 b.md）" in draft.answer


def test_the_same_answer_twice_is_one_answer() -> None:
    """Copies add nothing, not even a mark or a record."""
    draft = joined("怎么解决过拟合？", REMEDIES, REMEDIES)
    assert (draft.answer, draft.covered) == (REMEDIES, ())


def test_a_point_is_compared_with_few_others_however_many_there_are() -> None:
    """A thousand answers to one question cost a thousand times one answer, not a million times."""
    read, kept = Reader(glossary()), Kept()
    (unit,) = units(take_apart("- 增加训练数据"))
    for number in range(1000):
        text = f"增加训练数据，第{number}种办法 w{number}"
        kept.add(Point(text, "a.md", unit, read(text), read(text)), Spot(unit, "a.md"))
    assert len(list(kept.like(read("增加训练数据 w7")))) <= COMPARED
    assert any("w7" in point.text for point in kept.like(read("增加训练数据 w7")))


def test_the_tags_of_all_notes_are_kept() -> None:
    """Each tag once, in the order of the notes."""
    tagged = [
        replace(note("甲？", "一"), tags=("x", "y")),
        replace(note("甲？", "二", "b.md"), tags=("y", "z")),
    ]
    (draft,) = merge(tagged, Matching(((0, 1),), ()), Config())
    assert draft.tags == ("x", "y", "z")
