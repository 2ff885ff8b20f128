"""Edit, rebuild, re-import: in the real Anki every card keeps its interval, and just the right notes are updated."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from learner import NOTES, Learner

from cardbook import identity, templates

OVERFITTING = "什么是过拟合？"
DROPOUT = "Dropout 为什么有效？"
POOLING = "池化层有什么作用？"
ALL = {
    OVERFITTING,
    DROPOUT,
    "动量法解决什么问题？",
    POOLING,
    "残差连接解决了什么问题？",
    "批归一化怎样加快训练？",
}


def section(question: str) -> str:
    """A question of the notes with its answer, as it stands in its file."""
    text = "\n".join(NOTES.values())
    start = text.index(f"## {question}")
    end = text.find("\n## ", start)
    return (
        text[start : min(end if end >= 0 else len(text), text.find("\n# ", start) % (len(text) + 1))].strip()
        + "\n"
    )


def test_nothing_changed(learner: Learner) -> None:
    """The same notes: nothing to update."""
    imported = learner.rebuild()
    assert (imported.new, imported.updated, imported.unchanged) == (set(), set(), 6)


def test_an_answer_changed(learner: Learner) -> None:
    """Just this note is updated."""
    learner.edit("a.md", "因为它连噪声也记住了", "因为它把噪声也背了下来")
    imported = learner.rebuild()
    assert (imported.new, imported.updated) == (set(), {OVERFITTING})
    assert learner.found("背了下来") == {OVERFITTING}


def test_a_question_reworded(learner: Learner) -> None:
    """The note has its new wording and its old interval."""
    learner.edit("a.md", OVERFITTING, "过拟合指的是哪种现象？")
    imported = learner.rebuild()
    assert (imported.new, imported.updated) == (set(), {"过拟合指的是哪种现象？"})


def test_both_changed_a_little(learner: Learner) -> None:
    """A reworded question with a mended answer is the same card."""
    learner.edit("a.md", DROPOUT, "Dropout 起作用的原因是什么？")
    learner.edit("a.md", "等于许多小网络的平均", "近似于许多子网络的平均")
    imported = learner.rebuild()
    assert (imported.new, imported.updated) == (set(), {"Dropout 起作用的原因是什么？"})


def test_a_file_renamed(learner: Learner) -> None:
    """Only the cards of that file, whose source is shown, are updated."""
    (learner.sources / "b.md").rename(learner.sources / "网络.md")
    imported = learner.rebuild()
    assert imported.new == set()
    assert imported.updated == {POOLING, "残差连接解决了什么问题？", "批归一化怎样加快训练？"}


def test_sections_reordered(learner: Learner) -> None:
    """Another order of the notes is no change to any of them."""
    first, second = section(OVERFITTING), section(DROPOUT)
    text = NOTES["a.md"].replace(first, "@").replace(second, first).replace("@", second)
    assert text != NOTES["a.md"]
    learner.write("a.md", text)
    imported = learner.rebuild()
    assert (imported.new, imported.updated, imported.unchanged) == (set(), set(), 6)


def test_a_question_moved_to_another_file(learner: Learner) -> None:
    """The card follows its question."""
    text = section(OVERFITTING)
    learner.edit("a.md", text, "")
    learner.write("b.md", NOTES["b.md"] + "\n" + text)
    imported = learner.rebuild()
    assert (imported.new, imported.updated) == (set(), {OVERFITTING})


def test_a_duplicate_added_elsewhere(learner: Learner) -> None:
    """A note that says the same merges into the card: no new one."""
    learner.write("c.md", f"# 杂记\n\n{section(OVERFITTING)}")
    imported = learner.rebuild()
    assert imported.new == set()
    assert imported.updated <= {OVERFITTING}


def test_a_merged_card_that_loses_a_source(learner: Learner) -> None:
    """Whichever note goes, the card stays."""
    learner.write("c.md", f"# 杂记\n\n{section(OVERFITTING)}")
    learner.rebuild()
    learner.edit("a.md", section(OVERFITTING), "")
    imported = learner.rebuild()
    assert imported.new == set()
    assert imported.updated <= {OVERFITTING}
    assert learner.result is not None and not learner.result.changes.retired


def test_a_question_deleted_and_restored(learner: Learner) -> None:
    """The search that the summary prints finds just that note; restored, it has its old id and nothing to update."""
    id_ = learner.id_of(OVERFITTING)
    learner.edit("a.md", section(OVERFITTING), "")
    imported = learner.rebuild()
    assert (imported.new, imported.updated) == (set(), set())
    assert learner.result is not None
    retired = [card.id for card in learner.result.changes.retired]
    assert retired == [id_]
    assert learner.found(identity.search(retired)) == {OVERFITTING}
    learner.write("a.md", NOTES["a.md"])
    imported = learner.rebuild()
    assert (imported.new, imported.updated, imported.unchanged) == (set(), set(), 6)
    assert learner.id_of(OVERFITTING) == id_


def test_a_search_finds_just_the_ids_it_names(learner: Learner) -> None:
    """Also several, and also cards that others point to."""
    wanted = [learner.id_of(OVERFITTING), learner.id_of(POOLING)]
    assert learner.found(identity.search(wanted)) == {OVERFITTING, POOLING}
    assert learner.found(identity.search(wanted[:1])) == {OVERFITTING}


def test_restored_after_the_learner_deleted_the_note(learner: Learner) -> None:
    """Then it is a new note, under its old id."""
    id_ = learner.id_of(OVERFITTING)
    learner.edit("a.md", section(OVERFITTING), "")
    learner.build()
    learner.collection.remove_notes(learner.collection.find_notes(identity.search([id_])))
    learner.write("a.md", NOTES["a.md"])
    assert learner.rebuild().new == {OVERFITTING}
    assert learner.id_of(OVERFITTING) == id_


@pytest.mark.parametrize("name", ["anki/style.css", "anki/back.html"])
def test_the_look_of_the_cards_changed(
    learner: Learner, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A template of the user's own: the note type is updated, no note is, none conflicts."""
    own = tmp_path / "templates"
    shutil.copytree(templates.find("anki/style.css").parents[1], own)
    (own / name).write_text((own / name).read_text(encoding="utf-8") + "\n/* mine */\n", encoding="utf-8")
    monkeypatch.setattr(templates, "find", lambda path: own / path)
    imported = learner.rebuild()
    assert (imported.new, imported.updated) == (set(), set())
    model = learner.collection.models.by_name("cardbook")
    assert model is not None
    assert "/* mine */" in (model["css"] if name.endswith("css") else model["tmpls"][0]["afmt"])
    assert len(learner.collection.models.all_names_and_ids()) == len(
        {entry.name for entry in learner.collection.models.all_names_and_ids()}
    )


def test_dist_deleted(learner: Learner) -> None:
    """The ids come back for every question that was never reworded: no new note, every interval stands."""
    shutil.rmtree(learner.out)
    assert learner.rebuild().new == set()


def test_the_cache_deleted(learner: Learner) -> None:
    """Deleting the cache changes nothing but the time it takes."""
    before = (learner.out / "deck.apkg").read_bytes()
    shutil.rmtree(learner.out / ".cache")
    learner.build()
    assert (learner.out / "deck.apkg").read_bytes() == before


def edit_in_anki(learner: Learner, question: str, answer: str) -> None:
    (note_id,) = learner.collection.find_notes(f"Id:{learner.id_of(question)}")
    note = learner.collection.get_note(note_id)
    note["Answer"] = answer
    learner.collection.update_note(note)
    # The learner does so at the time of the story.
    moment = int((learner.now + timedelta(minutes=30)).timestamp())
    learner.collection.db.execute("update notes set mod = ? where id = ?", moment, note_id)


def test_the_learner_edited_a_note_in_anki(learner: Learner) -> None:
    """It is left as the learner left it while nobody touches the source, and while others change."""
    edit_in_anki(learner, OVERFITTING, "我自己的话")
    learner.edit("a.md", "等于许多小网络的平均", "近似于许多子网络的平均")
    imported = learner.rebuild()
    assert imported.updated == {DROPOUT}
    assert learner.found("我自己的话") == {OVERFITTING}


def test_the_learner_edited_a_note_and_the_source_changed_later(learner: Learner) -> None:
    """The newer edit wins."""
    edit_in_anki(learner, OVERFITTING, "我自己的话")
    learner.edit("a.md", "因为它连噪声也记住了", "因为它把噪声也背了下来")
    assert learner.rebuild().updated == {OVERFITTING}
    assert learner.found("我自己的话") == set()


def test_a_clock_that_was_set_back(learner: Learner) -> None:
    """A change is newer than the last one, whatever the clock says."""
    learner.edit("a.md", "因为它连噪声也记住了", "因为它把噪声也背了下来")
    assert learner.rebuild(hours=-1000).updated == {OVERFITTING}


def test_a_question_loses_its_answer_and_gets_it_back(learner: Learner) -> None:
    """No answer, no card; back again, it is the same one."""
    answer = section(OVERFITTING).split("\n\n")[1]
    learner.edit("a.md", answer, "")
    assert learner.rebuild().updated == set()
    learner.write("a.md", NOTES["a.md"])
    imported = learner.rebuild()
    assert (imported.new, imported.updated) == (set(), set())


def test_a_whole_file_in_another_dialect(learner: Learner) -> None:
    """Headings become a list of bold questions: every card goes on."""
    lines = []
    for part in NOTES["a.md"].split("## ")[1:]:
        question, answer = part.strip().split("\n\n")
        lines += [f"- **{question}**", "", f"  {answer}", ""]
    learner.write("a.md", "# 训练\n\n" + "\n".join(lines))
    imported = learner.rebuild()
    assert imported.new == set()
    assert learner.result is not None
    assert {card.question for card in learner.result.book.entries} == ALL


def test_a_numbered_list_instead_of_headings(learner: Learner) -> None:
    """Numbering is no wording."""
    text = NOTES["a.md"]
    for number, question in enumerate((OVERFITTING, DROPOUT, "动量法解决什么问题？"), start=1):
        text = text.replace(f"## {question}", f"## {number}. {question}")
    learner.write("a.md", text)
    imported = learner.rebuild()
    assert (imported.new, imported.updated) == (set(), set())


def test_a_hand_edit_reaches_the_learner(learner: Learner) -> None:
    """What is typed into canonical.yaml updates that note, once, and is said."""
    learner.edit_canonical("因为它连噪声也记住了", "一句话：背题")
    assert learner.rebuild().updated == {OVERFITTING}
    assert "hand-edit-kept" in learner.codes()
    assert learner.rebuild().updated == set()
    assert learner.found("一句话：背题") == {OVERFITTING}


def test_a_hand_edit_and_a_changed_source(learner: Learner) -> None:
    """The edit stays, and the warning names both places."""
    learner.edit_canonical("因为它连噪声也记住了", "一句话：背题")
    learner.rebuild()
    learner.edit("a.md", "因为它连噪声也记住了", "因为它把噪声也背了下来")
    assert learner.rebuild().updated == set()
    (warning,) = [found for found in learner.log if found.code == "hand-edit-conflict"]
    assert str(warning.span) == "a.md:3:1"
    line = int(warning.message.split("canonical.yaml:")[1].split(",")[0].split(";")[0])
    assert learner.id_of(OVERFITTING) in learner.canonical.read_text(encoding="utf-8").splitlines()[line - 1]
    assert learner.found("一句话：背题") == {OVERFITTING}
