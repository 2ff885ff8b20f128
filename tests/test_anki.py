"""The deck in the real Anki engine: what comes in, what an update touches, and what stands on a card."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.import_export_pb2 import ImportResponse
from hypothesis import given
from hypothesis import strategies as st

from cardbook.deck import anki, sanitize
from cardbook.deck.package import MODEL_ID, package
from cardbook.model import Book, Card, NoteType, Source
from cardbook.rendering.render import Picture, Text, render

THEN = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
SIZES: dict[str, tuple[int, int]] = {"cb-0a.png": (40, 30)}


class Memory:
    """A cache that lives as long as a test."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}

    def get(self, kind: str, key: str) -> bytes | None:
        return self.kept.get((kind, key))

    def put(self, kind: str, key: str, data: bytes) -> None:
        self.kept[kind, key] = data


def card(name: str, question: str, answer: str = "An answer.", **more: object) -> Card:
    """A card with the fields that a test cares for."""
    values = {"topic": "Topic", "modified": THEN, "sources": (Source("a.md", question),)} | more
    return Card(id=name, question=question, answer=answer, **values)  # type: ignore[arg-type]


def book(*cards: Card, **more: object) -> Book:
    """A book of these cards, whose note type is as old as they are."""
    values: dict[str, object] = {"notetype": NoteType(anki.notetype_digest(), THEN), "language": "en"}
    return Book("A book", tuple(cards), **(values | more))  # type: ignore[arg-type]


def html_of(shown: Book) -> dict[str, str]:
    """All Markdown of a book, rendered by the real pandoc."""
    texts = sorted({t for c in shown.entries for t in (c.question, c.answer, *c.aliases)})
    known = {name: Picture(name, name) for name in SIZES}
    found = render([Text(text, known) for text in texts], Memory())
    return {text: f.html for text, f in zip(texts, found, strict=True) if f is not None}


def fields_of(shown: Book) -> dict[str, tuple[str, ...]]:
    """The fields of every card of a book."""
    return anki.fields(shown, html_of(shown), SIZES)


def field(shown: Card, name: str) -> str:
    """One field of a card that is alone in its book."""
    return fields_of(book(shown))[shown.id][anki.FIELDS.index(name)]


@pytest.fixture
def media(tmp_path: Path) -> dict[str, Path]:
    """One small image, as `cardbook.media` would name it."""
    from PIL import Image

    path = tmp_path / "cb-0a.png"
    Image.new("RGB", (40, 30), "teal").save(path)
    return {path.name: path}


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    """An empty collection of the real Anki."""
    opened = Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


def bring_in(collection: Collection, folder: Path, package: bytes) -> ImportResponse.Log:
    """Import a package with Anki's own defaults; the log says what became of each note."""
    path = folder / "deck.apkg"
    path.write_bytes(package)
    request = ImportAnkiPackageRequest(
        package_path=str(path), options=ImportAnkiPackageOptions(with_scheduling=False)
    )
    return collection.import_anki_package(request).log


def pack(shown: Book, media: Mapping[str, Path] | None = None, **more: bool) -> bytes:
    """A package of a book."""
    return package(shown, fields_of(shown), media or {}, **more)


def test_the_fields_of_the_note_type_are_frozen() -> None:
    """Another field, order or name, and Anki refuses every note of a deck that was imported before.

    What is new goes into a spare field (its name may not change either; the templates name what it means).
    """
    assert anki.FIELDS == (
        "Question", "Answer", "Topic", "Aliases", "Sources", "References", "Related", "Id", "Language",
        "Spare 1", "Spare 2", "Spare 3",
    )  # fmt: skip
    assert (anki.NOTE_TYPE, MODEL_ID) == ("cardbook", 1_785_513_600_417)


def test_a_first_import_brings_every_card_in_the_books_order(collection: Collection, tmp_path: Path) -> None:
    """All notes are new, none conflicts, and new cards come in the book's order."""
    shown = book(*(card(f"id{i}", f"Question {i}?") for i in (3, 1, 2)))
    log = bring_in(collection, tmp_path, pack(shown))
    assert (len(log.new), len(log.updated), len(log.conflicting)) == (3, 0, 0)
    rows = collection.db.all("select n.guid, c.due from cards c join notes n on n.id = c.nid order by c.due")  # type: ignore[union-attr]
    assert [guid for guid, _ in rows] == ["id3", "id1", "id2"]


def test_the_same_package_again_updates_nothing(collection: Collection, tmp_path: Path) -> None:
    """An unchanged rebuild touches no note, not even one that the learner edited."""
    shown = book(card("id1", "One?"), card("id2", "Two?"))
    bring_in(collection, tmp_path, pack(shown))
    log = bring_in(collection, tmp_path, pack(shown))
    assert (len(log.new), len(log.updated), len(log.duplicate)) == (0, 0, 2)


def test_only_a_newer_card_is_updated_and_keeps_its_progress(collection: Collection, tmp_path: Path) -> None:
    """The edited card is updated in place: same note, same interval; its neighbour is left alone."""
    one, two = card("id1", "One?"), card("id2", "Two?")
    bring_in(collection, tmp_path, pack(book(one, two)))
    collection.db.execute("update cards set ivl = 30, type = 2, queue = 2")  # type: ignore[union-attr]
    edited = replace(one, answer="A better answer.", modified=THEN + timedelta(days=1))
    log = bring_in(collection, tmp_path, pack(book(edited, two)))
    assert (len(log.new), len(log.updated), len(log.conflicting)) == (0, 1, 0)
    assert collection.db.list("select ivl from cards") == [30, 30]  # type: ignore[union-attr]
    (note_id,) = collection.find_notes("Id:id1")
    assert "better" in collection.get_note(note_id)["Answer"]


def test_a_package_is_the_same_bytes_for_the_same_book(media: dict[str, Path]) -> None:
    """No file date, no order of chance: two builds can be compared."""
    shown = book(card("id1", "One?", "![a](cb-0a.png)"))
    assert pack(shown, media) == pack(shown, media)


def test_only_images_that_a_card_shows_are_in_the_package(media: dict[str, Path], tmp_path: Path) -> None:
    """None missing, none unused."""
    (tmp_path / "cb-ff.png").write_bytes(b"unused")
    files = media | {"cb-ff.png": tmp_path / "cb-ff.png"}
    with zipfile.ZipFile(io.BytesIO(pack(book(card("id1", "One?", "![a](cb-0a.png)")), files))) as archive:
        assert json.loads(archive.read("media")) == {"0": "cb-0a.png"}
        assert archive.read("0") == media["cb-0a.png"].read_bytes()
        assert archive.testzip() is None


def test_both_sides_of_every_card_are_filled(collection: Collection, tmp_path: Path) -> None:
    """Anki's own template engine puts question and answer where they belong."""
    shown = book(card("id1", "One?", "Because.", aliases=("Uno?",), references=("https://e.com/x",)))
    bring_in(collection, tmp_path, pack(shown))
    (card_id,) = collection.find_cards("id1")
    output = collection.get_card(card_id).render_output()
    assert "One?" in output.question_text and "Uno?" in output.question_text
    assert "Because." in output.answer_text and "https://e.com/x" in output.answer_text
    assert 'lang="en"' in output.answer_text


def test_typing_an_id_finds_just_that_card(collection: Collection, tmp_path: Path) -> None:
    """The id printed in the handbook leads to the card; cards that point to it do not get in the way."""
    shown = book(card("k7f3m2q9xd", "One?", related=("q2w3e4r5t6",)), card("q2w3e4r5t6", "Two?"))
    bring_in(collection, tmp_path, pack(shown))
    assert len(collection.find_cards("q2w3e4r5t6")) == 1


def test_braces_in_notes_are_only_text(collection: Collection, tmp_path: Path) -> None:
    """`{{…}}` in a formula, in code or in prose is no field and no cloze."""
    text = "Is $\\frac{a_{{b}}}{{c}}$ like `{{Answer}}` or {{c1::this}} {{FrontSide}}?"
    bring_in(collection, tmp_path, pack(book(card("id1", text, text))))
    (card_id,) = collection.find_cards("id1")
    output = collection.get_card(card_id).render_output()
    for side in (output.question_text, output.answer_text):
        assert "{{Answer}}" in side and "{{c1::this}}" in side and "{{FrontSide}}" in side
        assert r"\(\frac{a_{{b}}}{{c}}\)" in side


def test_marks_that_anki_would_obey_are_only_text(collection: Collection, tmp_path: Path) -> None:
    """`[sound:…]` plays nothing and `[latex]` compiles nothing; both are shown as typed."""
    text = "[sound:x.mp3] \\[latex\\]x[/latex] [$]y[/$] `[anki:tts]`"
    bring_in(collection, tmp_path, pack(book(card("id1", text, text))))
    (card_id,) = collection.find_cards("id1")
    output = collection.get_card(card_id).render_output()
    assert not output.question_av_tags and not output.answer_av_tags
    assert "[sound:x.mp3]" in sanitize.visible(output.answer_text)
    assert "[latex]x[/latex]" in sanitize.visible(output.answer_text)


def test_formulas_are_escaped_and_prose_is_no_formula() -> None:
    """`<` in a formula reaches MathJax as text; a delimiter in prose or code does not reach it at all."""
    answer = field(card("id1", "Q?", "$a<b & c$ and \\\\(no\\\\) and `\\(x\\)`"), "Answer")
    assert r"\(a&lt;b &amp; c\)" in answer
    assert r"\(no\)" not in answer and r"\(no\)" in sanitize.visible(answer)
    assert r"\(x\)" not in answer and r"\(x\)" in sanitize.visible(answer)


HOSTILE = """
<script>alert(1)</script><img src=x onerror=alert(1)> <b style="color:red" onclick="x()">b</b>
<a href="javascript:alert(1)">a</a> <a href="https://e.com" style="x">ok</a> <iframe src="//e.com"></iframe>
<img src="https://e.com/track.png" alt="t"> <details open ontoggle=alert(1)>x</details><svg><script>1</script></svg>
"""


def test_nothing_of_a_hostile_fragment_gets_through() -> None:
    """Whatever pandoc might let pass: no script, no handler, no style, no remote resource."""
    found = sanitize.clean(HOSTILE, SIZES)
    for bad in (
        "<script",
        "onerror=",
        "onclick",
        "javascript:",
        "style=",
        "<iframe",
        "ontoggle",
        "<svg",
        "<img",
    ):
        assert bad not in found
    assert '<a href="https://e.com" rel="noopener noreferrer">ok</a>' in found
    assert "https://e.com/track.png" in found and "image-missing" in found


def test_an_image_has_its_size_so_that_nothing_jumps() -> None:
    """Width and height are known before the file is loaded."""
    answer = field(card("id1", "Q?", "![an `alt`](cb-0a.png)"), "Answer")
    assert answer == '<p class="picture"><img src="cb-0a.png" alt="an alt" width="40" height="30"></p>'
    inline = field(card("id1", "Q?", "A ![dot](cb-0a.png) in a line"), "Answer")
    assert "picture" not in inline and "<img" in inline


def test_tables_tasks_and_code_carry_classes_only() -> None:
    """Alignment, ticks and highlighting survive the sanitizer without inline styles, ids or forms."""
    text = "| a | b |\n|--:|:-:|\n| 1 | 2 |\n\n- [x] done\n- [ ] open\n\n```python\ndef f(): pass\n```\n"
    answer = field(card("id1", "Q?", text), "Answer")
    assert '<div class="table"><table>' in answer and '<th class="right">a</th>' in answer
    assert "☑ done" in answer and "☐ open" in answer
    assert '<span class="kw">def</span>' in answer
    assert "style=" not in answer and "id=" not in answer and "<input" not in answer


def test_sections_of_a_long_answer_fold() -> None:
    """A short answer is shown whole; in a long one each section opens with a tap, the first being open."""
    short = "## A\n\none\n\n## B\n\ntwo"
    assert "<details" not in field(card("id1", "Q?", short), "Answer")
    long = "## A `x`\n\n" + "one " * 300 + "\n\n### inner\n\n> ## quoted\n\n## B\n\ntwo[^1]\n\n[^1]: note"
    answer = field(card("id1", "Q?", long), "Answer")
    assert answer.count("<details") == 2 and answer.count("</details>") == 2
    assert '<details class="part" open><summary class="tappable">A <code>x</code></summary>' in answer
    assert (
        answer.index("</details>\n")
        < answer.index("two")
        < answer.rindex("</details>")
        < answer.index("note</p>")
    )


@given(
    st.lists(
        st.sampled_from(
            ["<h3>", "</h3>", "<h4>x</h4>", "<p>", "</p>", "text ", "<ul><li>", "<br>", "\n", "&lt;", "长"]
        )
    )
)
def test_folding_loses_no_text(pieces: list[str]) -> None:
    """Whatever stands where, a folded answer says what it said before, in the same order."""
    shown = sanitize.clean("".join(pieces) * 40, {})
    assert re.sub(r"\s", "", sanitize.visible(sanitize.fold(shown))) == re.sub(
        r"\s", "", sanitize.visible(shown)
    )


@given(st.text(alphabet="<>\"'=/ abcdefhnoprstuvxy:&;[]\\(){}$\x00\u202e长", max_size=120))
def test_no_text_becomes_markup(typed: str) -> None:
    """Text that is shown as typed reads as typed, and holds no tag but our own."""
    html = sanitize.text(typed)
    assert sanitize.visible(html) == typed
    assert set(re.findall(r"</?[a-z]+", html)) <= {"<span", "</span"}


def test_neighbours_words_are_no_reason_to_update() -> None:
    """A related question that is reworded changes the pointer, not the digest that dates the card."""
    one = card("id1", "One?", related=("id2",))
    before, after = (fields_of(book(one, card("id2", q)))["id1"] for q in ("Two?", "Zwei?"))
    assert before != after
    assert anki.digest(one, before) == anki.digest(one, after)


def test_tags_follow_ankis_rules() -> None:
    """No spaces, quotes or empty levels; folders of the sources become levels; case makes no second tag."""
    shown = card("id1", "Q?", topic='Deep "Learning"', tags=("my tag", "::x::", "ML", "ml", "\u3000"),
                 sources=(Source("a b/c.md", "Q?"),))  # fmt: skip
    assert anki.tags(shown) == ("topic::Deep_Learning", "source::a_b::c.md", "my_tag", "x", "ML")


def test_anki_keeps_the_tags_as_they_are(collection: Collection, tmp_path: Path) -> None:
    """What we call clean is clean for Anki too."""
    shown = card("id1", "Q?", topic="正则化 与\u3000过拟合", tags=("C++", "a*b", "A/B", "-x", "'q'"))
    bring_in(collection, tmp_path, pack(book(shown)))
    (note_id,) = collection.find_notes("")
    assert set(collection.get_note(note_id).tags) == set(anki.tags(shown))


def test_a_deck_a_topic_for_those_who_want_it(collection: Collection, tmp_path: Path) -> None:
    """`subdecks: true` makes a deck per topic below the book's; without it there is one."""
    cards = card("id1", "One?", topic="A::B"), card("id2", "Two?", topic="C")
    bring_in(collection, tmp_path, pack(book(*cards), subdecks=True))
    assert {d.name for d in collection.decks.all_names_and_ids()} - {"Default"} == {
        "A book", "A book::A: B", "A book::C",
    }  # fmt: skip


def test_a_book_without_cards_is_a_package_too(collection: Collection, tmp_path: Path) -> None:
    """Nothing to learn is no reason to fail."""
    log = bring_in(collection, tmp_path, pack(book()))
    assert len(log.new) == 0


def test_a_retitled_book_keeps_progress(collection: Collection, tmp_path: Path) -> None:
    """Cards stay in the deck that they are in, and are updated there."""
    one = card("id1", "One?")
    bring_in(collection, tmp_path, pack(book(one)))
    collection.db.execute("update cards set ivl = 30, type = 2, queue = 2")  # type: ignore[union-attr]
    newer = replace(one, answer="New.", modified=THEN + timedelta(days=1))
    log = bring_in(collection, tmp_path, pack(replace(book(newer), title="Another title")))
    assert (len(log.new), len(log.updated), len(log.conflicting)) == (0, 1, 0)
    assert collection.db.list("select ivl from cards") == [30]  # type: ignore[union-attr]
    (card_id,) = collection.find_cards("id1")
    assert collection.decks.name(collection.get_card(card_id).did) == "A book"


def test_a_restyled_note_type_is_updated_and_no_note_refused(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New templates and CSS come with a newer note type; notes that did not change are left alone."""
    one = card("id1", "One?")
    bring_in(collection, tmp_path, pack(book(one)))
    monkeypatch.setattr(anki, "style", lambda: ".card { color: teal }")
    restyled = book(one, notetype=NoteType(anki.notetype_digest(), THEN + timedelta(days=1)))
    log = bring_in(collection, tmp_path, pack(restyled))
    assert (len(log.updated), len(log.conflicting)) == (0, 0)
    model = collection.models.by_name("cardbook")
    assert model is not None and "teal" in model["css"]
    assert len(collection.models.all_names_and_ids()) == len(
        {m.name for m in collection.models.all_names_and_ids()}
    )


def _colours(block: str) -> dict[str, tuple[float, float, float]]:
    """The colours that a block of CSS names."""
    found = re.findall(r"--cb-(\w+): #(\w\w)(\w\w)(\w\w);", block)
    return {name: (int(r, 16) / 255, int(g, 16) / 255, int(b, 16) / 255) for name, r, g, b in found}


def _luminance(colour: tuple[float, float, float]) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_colour_can_be_read_day_and_night() -> None:
    """Text stands out from paper and from shaded boxes by 4.5 to 1 at least (WCAG AA)."""
    style = (Path(__file__).parents[1] / "templates/anki/style.css").read_text(encoding="utf-8")
    palettes = [_colours(block) for block in style.split("}") if "--cb-paper: #" in block]
    assert len(palettes) == 3 and palettes[1] == palettes[2], "night by class and by the system are the same"
    for palette in palettes:
        for name in palette.keys() - {"paper", "line", "shade", "edge"}:
            for ground in ("paper", "shade"):
                light, dark = sorted((_luminance(palette[name]), _luminance(palette[ground])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (name, ground)


def test_the_style_is_one_that_old_phones_understand() -> None:
    """A selector that a browser does not know drops its whole rule: at night that would be black on black."""
    style = (Path(__file__).parents[1] / "templates/anki/style.css").read_text(encoding="utf-8")
    rules = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    for new in (":is(", ":where(", ":hover", "@import", "@font-face", "url(", "&"):
        assert new not in rules
