"""The id follows the question through every edit, and nothing that a person typed is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cardbook import canonical, identity
from cardbook.config import Config
from cardbook.diagnostics import Log, Span
from cardbook.identity import lineage
from cardbook.model import Block, Book, Draft, RawNote

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

OVERFITTING = (
    "模型在训练集上误差很小，在测试集上误差很大；多半因为参数太多、数据太少，或者训练得太久，记住了噪声。"
)
DROPOUT = (
    "训练时以概率 p 随机丢弃一些神经元，测试时全部保留并按比例缩放；相当于许多小网络的平均，减少共同适应。"
)
MOMENTUM = (
    "把过去的梯度按指数衰减累加起来，沿着一致的方向越走越快，在来回摆动的方向上互相抵消，所以收敛更快。"
)
POOLING = "对局部区域取最大或平均，缩小特征图，扩大感受野，并带来一点平移不变性，本身没有需要学习的参数。"


def note(question: str, answer: str = "", file: str = "a.md", line: int = 1) -> RawNote:
    span = Span(file, line)
    return RawNote(question, (Block(answer, span),) if answer else (), span)


def draft(*notes: RawNote, **changes: object) -> Draft:
    """What merging would make of the notes: the first answer that there is."""
    answers = [one.answer for one in notes if one.answer]
    plain = Draft(
        notes[0].question, answers[0] if answers else "", notes,
        aliases=tuple(one.question for one in notes[1:]), topic="基础",
    )  # fmt: skip
    return replace(plain, **changes)


def build(
    drafts: list[Draft], previous: Book | None = None, now: datetime = NOW, log: Log | None = None
) -> Book:
    """A whole build without the rendering: what a card shows is its texts. Goes through canonical.yaml."""
    text = canonical.dump(previous) if previous else ""
    before = canonical.load(text, "c.yaml") if previous else None
    log = Log() if log is None else log
    book = identity.identify(
        drafts, before, Config(language="zh-CN", title="书"), now, log, canonical.places(text)
    )
    rendered = {card.id: repr((card.question, card.answer, card.topic, card.tags)) for card in book.entries}
    return identity.stamp(book, before, rendered, "style 1", now)


def ids(book: Book) -> dict[str, str]:
    return {card.question: card.id for card in book.entries}


def four() -> list[Draft]:
    return [
        draft(note("什么是过拟合？", OVERFITTING, "a.md", 1)),
        draft(note("Dropout 的原理是什么？", DROPOUT, "a.md", 5)),
        draft(note("动量法为什么快？", MOMENTUM, "b.md", 1)),
        draft(note("池化层有什么用？", POOLING, "b.md", 9)),
    ]


def test_ids_depend_on_the_wording_alone() -> None:
    """Without any memory the same questions get the same ids, in any file and any order."""
    book = build(four())
    elsewhere = [draft(replace(d.notes[0], span=Span("z/q.md", 99))) for d in reversed(four())]
    assert ids(build(elsewhere)) == ids(book)
    assert all(len(card.id) == 10 and card.id.isalnum() and card.id[0].isalpha() for card in book.entries)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("什么是过拟合？", "什么是过拟合?"),
        ("什么是 **过拟合**", "什么是过拟合"),
        ("什么是**过拟合**的原因", "什么是过拟合的原因"),
        ("Ｌ１ 正则", "l1正则"),
        ("What is  `BN`?", "what is bn"),
        ("`__init__` 是什么", "init 是什么"),
    ],
)
def test_wording_leaves_out_what_makes_no_question(one: str, other: str) -> None:
    """Case, width, spaces, punctuation and emphasis are no other wording."""
    assert lineage.wording(one) == lineage.wording(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C 是什么", "C++ 是什么"),
        ("C# 是什么", "C++ 是什么"),
        ("x_1 是什么", "x1 是什么"),
        ("3.11", "311"),
        ("==", "!="),
    ],
)
def test_wording_keeps_what_makes_another_question(one: str, other: str) -> None:
    """Signs that carry meaning stay."""
    assert lineage.wording(one) != lineage.wording(other)


def test_two_questions_with_one_wording_get_two_ids() -> None:
    """Uniqueness is ours to keep: Anki would import both notes under one GUID."""
    twins = [draft(note("简介", OVERFITTING, "a.md")), draft(note("简介", DROPOUT, "b.md"))]
    book = build(twins)
    first, second = (card.id for card in book.entries)
    assert first != second
    assert [card.id for card in build(twins[::-1], book).entries] == [second, first]


def test_of_two_namesakes_the_one_that_is_left_keeps_its_id() -> None:
    """Of two notes with one wording in one file, the answer tells which was deleted."""
    twins = [draft(note("简介", OVERFITTING, "a.md", 1)), draft(note("简介", DROPOUT, "a.md", 9))]
    book = build(twins)
    left = build([draft(note("简介", DROPOUT + "改了一点。", "a.md", 1))], book)
    assert left.entries[0].id == book.entries[1].id


def test_hundreds_of_namesakes_keep_their_ids() -> None:
    """A heading that every file has costs no quadratic time, and each answer keeps its id."""
    many = [draft(note("总结", f"第 {n} 章讲了 {n * n} 和 {n + 7}。", f"{n}.md")) for n in range(300)]
    book = build(many)
    again = build(many[::-1], book)
    assert {c.answer: c.id for c in again.entries} == {c.answer: c.id for c in book.entries}


def test_nothing_changed() -> None:
    """The same notes give the same book, whatever the time."""
    book = build(four())
    assert build(four(), book, NOW + HOUR) == book


def test_sources_stay_in_their_order_when_an_older_copy_asks_in_the_founders_words() -> None:
    """The founder comes first, the others as they were: a build without an edit must not change the card."""
    asked = [note("什么是过拟合？", OVERFITTING, file) for file in ("a.md", "z/old.md")]
    drafts = [draft(asked[0], note("过拟合指什么？", DROPOUT, "b.md"), asked[1])]
    first = build(drafts)
    assert build(drafts, first, NOW + HOUR) == first


def test_a_reworded_question_keeps_its_id() -> None:
    """Its answer tells."""
    book = build(four())
    edited = four()
    edited[0] = draft(note("过拟合指的是哪种现象", OVERFITTING, "a.md", 1))
    after = build(edited, book, NOW + HOUR)
    assert [c.id for c in after.entries] == [c.id for c in book.entries]
    assert [c.modified for c in after.entries] == [NOW + HOUR, NOW, NOW, NOW]
    assert after.entries[0].created == NOW
    assert not after.retired


def test_a_rewritten_answer_keeps_its_id() -> None:
    """Its question tells."""
    book = build(four())
    edited = four()
    edited[1] = draft(note("Dropout 的原理是什么？", "完全不同的说法。", "a.md", 5))
    assert [c.id for c in build(edited, book).entries] == [c.id for c in book.entries]


def test_both_changed_a_little() -> None:
    """A reworded question with a mended answer is the same card."""
    book = build(four())
    edited = four()
    edited[2] = draft(
        note("动量法为何收敛得快？", MOMENTUM.replace("来回摆动", "震荡") + "常取 0.9。", "b.md", 1)
    )
    assert [c.id for c in build(edited, book).entries] == [c.id for c in book.entries]


def test_all_reworded_at_once() -> None:
    """Every question of a file reworded: each id goes to its own answer."""
    book = build(four())
    edited = [draft(note(f"请解释第 {n} 点", d.answer + "（完）", "neu.md", n)) for n, d in enumerate(four())]
    after = build(edited[::-1], book)
    assert {c.answer[:5]: c.id for c in after.entries} == {c.answer[:5]: c.id for c in book.entries}


def test_a_deleted_question_does_not_hand_its_id_to_a_stranger() -> None:
    """One question deleted and another one written at its place: the history stays with the old id."""
    book = build(four())
    edited = four()
    edited[0] = draft(
        note(
            "什么是欠拟合？",
            "训练集上的误差已经很大，说明模型太简单，应当加参数、加特征、少正则。",
            "a.md",
            1,
        )
    )
    after = build(edited, book)
    assert after.entries[0].id not in {c.id for c in book.entries}
    assert [item.id for item in after.retired] == [book.entries[0].id]


def test_restored_after_deletion() -> None:
    """Deleted, then back again: the same id, and its time as it was, so that Anki has nothing to update."""
    book = build(four())
    without = build(four()[1:], book, NOW + HOUR)
    assert [(item.id, item.question) for item in without.retired] == [(book.entries[0].id, "什么是过拟合？")]
    again = build(four(), without, NOW + 2 * HOUR)
    assert again == book


def test_restored_although_it_had_been_reworded() -> None:
    """The id of a card comes back with its last wording, also when it was given to an earlier one."""
    book = build(four())
    edited = four()
    edited[0] = draft(note("过拟合指的是哪种现象", OVERFITTING, "a.md", 1))
    reworded = build(edited, book)
    gone = build(four()[1:], reworded)
    assert ids(build(edited, gone))["过拟合指的是哪种现象"] == book.entries[0].id


def test_reworded_back() -> None:
    """A question with its first wording again has its first id, even with another answer."""
    book = build(four())
    edited = four()
    edited[0] = draft(note("过拟合指的是哪种现象", OVERFITTING, "a.md", 1))
    reworded = build(edited, book)
    back = four()
    back[0] = draft(note("什么是过拟合？", "一句全新的话。", "c.md", 1))
    assert ids(build(back, reworded))["什么是过拟合？"] == book.entries[0].id


def test_merged_into_the_older() -> None:
    """Two cards become one: the older id lives, the other says who replaced it."""
    book = build(four()[:1])
    both = build([draft(note("过拟合是什么", OVERFITTING[:20], "0.md")), *four()], book, NOW + HOUR)
    young = both.entries[0].id
    merged = build(
        [draft(note("过拟合是什么", OVERFITTING[:20], "0.md"), four()[0].notes[0]), *four()[1:]], both
    )
    assert merged.entries[0].id == book.entries[0].id
    assert [(item.id, item.replaced_by) for item in merged.retired] == [(young, book.entries[0].id)]


def test_split_again() -> None:
    """The id stays with the note that it came from, and the other note gets its own back."""
    book = build([draft(note("过拟合是什么", OVERFITTING[:20], "0.md")), *four()])
    merged = build(
        [draft(note("过拟合是什么", OVERFITTING[:20], "0.md"), four()[0].notes[0]), *four()[1:]], book
    )
    split = build([draft(note("过拟合是什么", OVERFITTING[:20], "0.md")), *four()], merged)
    assert ids(split) == ids(book)
    assert not split.retired


def test_split_keeps_the_founder_also_when_it_moves() -> None:
    """A card that was merged from the start: the first note has given the id, and takes it along."""
    first, second = note("过拟合是什么", OVERFITTING, "a.md"), note("什么叫过拟合", OVERFITTING[:20], "b.md")
    book = build([draft(first, second)])
    moved = replace(first, span=Span("z.md", 7))
    split = build([draft(second), draft(moved)], book)
    assert ids(split)["过拟合是什么"] == book.entries[0].id


def test_a_merged_card_that_loses_a_source() -> None:
    """Whichever of its notes is deleted, the card stays."""
    first, second = note("过拟合是什么", OVERFITTING, "a.md"), note("什么叫过拟合", OVERFITTING[:20], "b.md")
    book = build([draft(first, second)])
    for left in (first, second):
        after = build([draft(left)], book)
        assert [card.id for card in after.entries] == [book.entries[0].id]


def test_a_merged_card_whose_founder_is_reworded() -> None:
    """The founder stays first among the sources under its new wording."""
    first, second = note("过拟合是什么", OVERFITTING, "m.md"), note("什么叫过拟合", OVERFITTING[:20], "b.md")
    book = build([draft(first)])
    both = build([draft(first, second)], book)
    reworded = build([draft(replace(first, question="何谓过拟合"), second)], both)
    assert [card.id for card in reworded.entries] == [book.entries[0].id]
    assert reworded.entries[0].sources[0].file == "m.md"


def test_a_card_that_loses_its_answer_and_gets_it_back() -> None:
    """No answer, no card; the id waits."""
    book = build(four())
    empty = build([draft(note("什么是过拟合？")), *four()[1:]], book)
    assert [item.id for item in empty.retired] == [book.entries[0].id]
    assert [item.question for item in empty.unanswered] == ["什么是过拟合？"]
    assert build(four(), build([draft(note("什么是过拟合？")), *four()[1:]], empty)) == book


def test_an_id_that_is_taken_by_an_older_wording_gets_salt() -> None:
    """A new question with the old wording of a living card is another card."""
    book = build(four())
    edited = four()
    edited[0] = draft(note("过拟合指的是哪种现象", OVERFITTING, "a.md", 1))
    reworded = build(edited, book)
    after = build([*edited, draft(note("什么是过拟合？", POOLING[::-1], "z.md"))], reworded)
    assert len({card.id for card in after.entries}) == 5
    assert after.entries[0].id == book.entries[0].id


def test_related_become_ids_of_cards() -> None:
    """Indices of drafts become ids; a question without an answer is no card to point to."""
    drafts = four()
    drafts[0] = replace(drafts[0], related=(1, 3, 1))
    drafts[3] = draft(note("池化层有什么用？", "", "b.md", 9))
    book = build(drafts)
    assert book.entries[0].related == (book.entries[1].id,)


# Hand edits


def by_hand(book: Book, index: int, **values: object) -> Book:
    """`book` with an entry as a person edited it in canonical.yaml."""
    entries = list(book.entries)
    entries[index] = replace(entries[index], **values)
    return replace(book, entries=tuple(entries))


def codes(log: Log) -> list[str]:
    return [found.code for found in log]


def test_a_hand_edit_is_kept_and_said_on_every_build() -> None:
    """What a person typed stands for as long as it is there, and moves the card's time once."""
    edited = by_hand(build(four()), 0, answer="我自己的话。", tags=("重点",))
    log = Log()
    first = build(four(), edited, NOW + HOUR, log)
    second = build(four(), first, NOW + 2 * HOUR, log)
    assert (first.entries[0].answer, first.entries[0].tags) == ("我自己的话。", ("重点",))
    assert first.entries[0].modified == NOW + HOUR
    assert second == first
    assert codes(log) == ["hand-edit-kept"]
    (said,) = log
    assert str(said.span) == "a.md:1:1"
    assert "answer, tags" in said.message and "canonical.yaml:5" in said.message


def test_a_hand_edited_question_keeps_its_id_and_its_sources_wording() -> None:
    """The question as printed is the person's; what finds the note again is the author's."""
    edited = by_hand(build(four()), 0, question="过拟合，一言以蔽之？")
    after = build(build_twice := four(), edited)
    assert after.entries[0].question == "过拟合，一言以蔽之？"
    assert build(build_twice, after).entries[0].id == edited.entries[0].id


def test_a_changed_source_conflicts_visibly_and_once() -> None:
    """The edit is kept, the warning names both places; each further change of the notes warns again."""
    edited = by_hand(build(four()), 0, answer="我自己的话。")
    changed = four()
    changed[0] = draft(note("什么是过拟合？", OVERFITTING + "新的一句。", "a.md", 1))
    log = Log()
    first = build(changed, edited, log=log)
    (warning,) = log
    assert (warning.code, str(warning.span)) == ("hand-edit-conflict", "a.md:1:1")
    assert "canonical.yaml:5" in warning.message
    assert first.entries[0].answer == "我自己的话。"
    quiet = Log()
    second = build(changed, first, log=quiet)
    assert codes(quiet) == ["hand-edit-kept"]
    loud = Log()
    changed[0] = draft(note("什么是过拟合？", OVERFITTING + "又一句。", "a.md", 1))
    third = build(changed, second, log=loud)
    assert codes(loud) == ["hand-edit-conflict"]
    assert third.entries[0].answer == "我自己的话。"


def test_an_edit_of_one_field_lets_the_others_follow_the_notes() -> None:
    """A question edited by hand does not freeze the answer."""
    edited = by_hand(build(four()), 0, question="我的问法？")
    changed = four()
    changed[0] = draft(note("什么是过拟合？", OVERFITTING + "新的一句。", "a.md", 1))
    log = Log()
    after = build(changed, edited, log=log)
    assert (after.entries[0].question, after.entries[0].answer[-5:]) == ("我的问法？", "新的一句。")
    assert codes(log) == ["hand-edit-conflict"]


def test_an_edit_that_the_notes_catch_up_with_is_no_edit_any_more() -> None:
    """A typo mended here first and in the notes later: from then on the card follows the notes."""
    edited = by_hand(build(four()), 0, answer=OVERFITTING + "好。")
    caught_up = four()
    caught_up[0] = draft(note("什么是过拟合？", OVERFITTING + "好。", "a.md", 1))
    log = Log()
    same = build(caught_up, build(four(), edited), log=log)
    assert codes(log) == []
    assert build(four(), same).entries[0].answer == OVERFITTING


def test_deleting_the_text_takes_the_notes_version() -> None:
    """The way back from an edit: delete it."""
    edited = by_hand(build(four()), 0, answer="我自己的话。")
    book = build(four(), edited)
    log = Log()
    after = build(four(), by_hand(book, 0, answer=""), log=log)
    assert after.entries[0].answer == OVERFITTING
    assert codes(log) == []


def test_an_editor_that_trims_lines_edits_nothing() -> None:
    """Markdown's two spaces at a line's end come back, and nobody is told of an edit."""
    drafts = [draft(note("问", "第一行  \n第二行"))]
    book = build(drafts)
    log = Log()
    assert build(drafts, by_hand(book, 0, answer="第一行\n第二行\n"), log=log) == book
    assert codes(log) == []


def test_a_hand_edit_outlives_deletion_and_restoration() -> None:
    """What was typed is kept with the retired id, said, and comes back with the question."""
    edited = by_hand(build(four()), 0, answer="我自己的话。", tags=("重点",))
    log = Log()
    gone = build(four()[1:], edited, log=log)
    assert codes(log) == ["hand-edit-set-aside"]
    later = build(four()[1:], gone)
    assert later.retired[0].edited is not None
    back = build(four(), later)
    assert (back.entries[0].answer, back.entries[0].tags) == ("我自己的话。", ("重点",))


def test_a_hand_written_answer_is_an_answer() -> None:
    """A note that loses its answer stays a card if a person had answered it in canonical.yaml."""
    edited = by_hand(build(four()), 0, answer="我自己的话。")
    after = build([draft(note("什么是过拟合？")), *four()[1:]], edited)
    assert after.entries[0].answer == "我自己的话。"
    assert not after.unanswered


def test_a_topic_edited_by_hand_moves_the_card_to_that_chapter() -> None:
    """Cards of one chapter stand together."""
    drafts = [replace(d, topic=topic) for d, topic in zip(four(), "甲甲乙乙", strict=True)]
    book = build(drafts)
    moved = build(drafts, by_hand(book, 0, topic="乙"))
    assert [card.topic for card in moved.entries] == list("甲乙乙乙")
    own = build(drafts, by_hand(book, 0, topic="丙"))
    assert [card.topic for card in own.entries] == list("甲乙乙丙")


# Times


def test_times_never_go_backwards() -> None:
    """With the clock set back, a changed card is still newer than it was in the learner's collection."""
    book = build(four())
    edited = four()
    edited[0] = draft(note("什么是过拟合？", OVERFITTING + "好。", "a.md", 1))
    after = build(edited, book, NOW - 1000 * HOUR)
    assert after.entries[0].modified == NOW + timedelta(seconds=1)
    assert [c.modified for c in after.entries[1:]] == [NOW] * 3


def test_the_note_type_has_a_time_of_its_own() -> None:
    """It moves with its digest only, and never backwards."""
    book = build(four())
    rendered = {card.id: card.rendered for card in book.entries}
    same = identity.stamp(book, book, rendered, "style 1", NOW + HOUR)
    other = identity.stamp(book, book, rendered, "style 2", NOW - HOUR)
    assert same.notetype == book.notetype
    assert other.notetype is not None and other.notetype.modified == NOW + timedelta(seconds=1)


def test_changes_say_what_a_build_did() -> None:
    """New, changed, restored and retired cards, for the summary."""
    book = build(four()[:3])
    edited = four()
    edited[0] = draft(note("什么是过拟合？", OVERFITTING + "好。", "a.md", 1))
    del edited[1]
    after = build(edited, book, NOW + HOUR)
    did = identity.changes(book, after)
    assert [[c.question for c in cards] for cards in (did.new, did.changed, did.restored, did.retired)] == [
        ["池化层有什么用？"],
        ["什么是过拟合？"],
        [],
        ["Dropout 的原理是什么？"],
    ]
    again = build(four(), after, NOW + 2 * HOUR)
    assert [c.question for c in identity.changes(after, again).restored] == ["Dropout 的原理是什么？"]
    assert identity.changes(None, book).new == book.entries
