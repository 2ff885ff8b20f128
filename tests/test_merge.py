"""Merging: one good answer from several, nothing lost."""

from __future__ import annotations

from cardbook.config import Config
from cardbook.diagnostics import Span
from cardbook.merging.merge import merge
from cardbook.model import Block, Decision, Matching, RawNote, Verdict


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
