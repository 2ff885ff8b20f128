"""`canonical.yaml`: exact both ways, stable, reviewable, and never half believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cardbook import canonical
from cardbook.diagnostics import BuildError
from cardbook.model import Book, Card, Covered, Edited, NoteType, Retired, Source, Unanswered

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)

# Pieces that YAML writers get wrong, besides whatever Hypothesis thinks of.
ODD = [
    " ", "  ", "\n", "\n\n", "\t", ": ", " #", "- ", "? ", "'", '"', "\\", "|", ">", "&a", "*a", "!t", "%d", "@", "`",
    "{", "}", "[", "]", ",", "---", "...", "<<", "=", "~", "null", "1", "0x1f", "1e5", "2026-11-20", "true", "y",
    "\x85", "\u2028", "\ufeff", "\x00", "\x7f", "\xa0", "中文", "$\\alpha$", "😀", "e\u0301", "\r\n",
]  # fmt: skip
TEXT = st.lists(st.sampled_from(ODD) | st.text(max_size=4), max_size=8).map("".join)
LONG = TEXT.map(lambda text: text.rstrip("\n"))
WORD = st.text("abcdefghjkmnpqrstvwxyz0123456789", min_size=1, max_size=10)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
TIMES = st.integers(0, 10**10).map(lambda s: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
SOURCES = st.lists(st.builds(Source, TEXT, TEXT), max_size=2).map(tuple)
CARDS = st.builds(
    Card, id=WORD, question=TEXT, answer=LONG, topic=TEXT, modified=TIMES, aliases=TEXTS, tags=TEXTS,
    related=TEXTS, references=TEXTS, sources=SOURCES, created=st.none() | TIMES, digest=TEXT, rendered=TEXT,
    covered=st.lists(st.builds(Covered, TEXT, TEXT, TEXT, st.floats(0, 1)), max_size=2).map(tuple),
)  # fmt: skip
EDITED = st.builds(Edited, TEXT, LONG, TEXT, TEXTS, TEXT)
RETIRED = st.builds(
    Retired, id=WORD, question=TEXT, replaced_by=TEXT, aliases=TEXTS, created=st.none() | TIMES,
    modified=st.none() | TIMES, rendered=TEXT, edited=st.none() | EDITED,
)  # fmt: skip
BOOKS = st.builds(
    Book, title=TEXT, author=TEXT, language=st.just("zh-CN") | WORD,
    entries=st.lists(CARDS, max_size=3, unique_by=lambda c: c.id).map(tuple),
    unanswered=st.lists(st.builds(Unanswered, TEXT, SOURCES, TEXT), max_size=2).map(tuple),
    retired=st.lists(RETIRED, max_size=2, unique_by=lambda r: r.id).map(tuple),
    notetype=st.none() | st.builds(NoteType, TEXT, TIMES),
)  # fmt: skip


def book(*cards: Card) -> Book:
    return Book("手册", cards, notetype=NoteType("d1", NOW))


def card(**changes: object) -> Card:
    plain = Card(
        "k7f3m2q9xd", "什么是过拟合？", "训练误差小，  \n测试误差大。\n\n- 一\n- 二", "正则化", NOW,
        aliases=("过拟合: 是什么",), tags=("ml", "yes"), sources=(Source("001.md", "什么是过拟合？"),),
        digest="a-b-c-d", rendered="r",
    )  # fmt: skip
    return replace(plain, **changes)


@given(BOOKS)
def test_what_is_dumped_is_loaded_exactly(some: Book) -> None:
    """Every text survives the way to YAML and back, whatever it holds, and the text is a fixed point."""
    ids = [c.id for c in some.entries] + [r.id for r in some.retired]
    if len(set(ids)) < len(ids):
        return
    text = canonical.dump(some)
    assert canonical.load(text, "c.yaml") == some
    assert canonical.dump(canonical.load(text, "c.yaml")) == text


@given(BOOKS)
def test_any_yaml_reader_reads_the_same(some: Book) -> None:
    """The file is plain YAML: PyYAML's own pure reader sees the same texts."""
    data = yaml.safe_load(canonical.dump(some))
    assert [entry["question"] for entry in data["entries"]] == [c.question for c in some.entries]
    assert [entry["answer"].rstrip("\n") for entry in data["entries"]] == [c.answer for c in some.entries]
    assert [entry.get("tags", []) for entry in data["entries"]] == [list(c.tags) for c in some.entries]


def test_the_format_reads_well() -> None:
    """Block style, literal answers with their trailing spaces, Chinese as it is, one line a list item."""
    assert canonical.dump(book(card())) == (
        "schema: 1\n"
        "title: 手册\n"
        "language: zh-CN\n"
        "entries:\n"
        "- id: k7f3m2q9xd\n"
        "  question: 什么是过拟合？\n"
        "  aliases:\n"
        "  - '过拟合: 是什么'\n"
        "  topic: 正则化\n"
        "  tags:\n"
        "  - ml\n"
        "  - 'yes'\n"
        "  answer: |\n"
        "    训练误差小，  \n"
        "    测试误差大。\n"
        "\n"
        "    - 一\n"
        "    - 二\n"
        "  sources:\n"
        "  - file: 001.md\n"
        "    question: 什么是过拟合？\n"
        "  modified: 2026-11-20T12:00:00Z\n"
        "  digest: a-b-c-d\n"
        "  rendered: r\n"
        "notetype:\n"
        "  digest: d1\n"
        "  modified: 2026-11-20T12:00:00Z\n"
    )


def test_a_long_question_stays_on_its_line() -> None:
    """No folding: a diff shows the line that changed and no other."""
    long = "为什么" * 500 + "？"
    assert f"  question: {long}\n" in canonical.dump(book(card(question=long)))


def test_times_are_utc_whatever_the_zone() -> None:
    """The same moment in another zone is the same text."""
    shanghai = NOW.astimezone(timezone(timedelta(hours=8)))
    assert canonical.dump(book(card(modified=shanghai))) == canonical.dump(book(card()))


def test_another_layout_of_the_same_values_is_the_same_book() -> None:
    """An editor that reformats the file edits nothing."""
    text = canonical.dump(book(card()))
    data = yaml.safe_load(text)
    assert canonical.load(yaml.safe_dump(data), "c.yaml") == book(card())
    assert canonical.load(
        yaml.safe_dump(data, default_flow_style=True, allow_unicode=True), "c.yaml"
    ) == book(card())


def test_places_finds_the_line_of_each_entry() -> None:
    """A message about an entry can say where it stands."""
    text = canonical.dump(book(card(), card(id="b2")))
    lines = text.splitlines()
    places = canonical.places(text)
    assert {key: lines[line - 1] for key, line in places.items()} == {
        "k7f3m2q9xd": "- id: k7f3m2q9xd",
        "b2": "- id: b2",
    }


GOOD = canonical.dump(book(card(), card(id="b2")))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "c.yaml:1:1: error[canonical]: the file is empty"),
        ("[]", "no `schema:`"),
        (GOOD.replace("schema: 1", "schema: 2"), "c.yaml:1:9: error[canonical]: `schema: 2`"),
        (GOOD.replace("id: b2", "id: k7f3m2q9xd"), "already"),
        (GOOD.replace("  modified: 2026", "  modified: soon 2026", 1), "expected a time"),
        (GOOD.replace("  topic:", "  topik:", 1), "did you mean `topic`?"),
        (GOOD.replace("  topic: 正则化", "  topic: [a]", 1), "c.yaml:9:10: error[canonical]: expected a text"),
        (GOOD.replace("  - ml", "  - &a ml\n  - *a"), "aliases are not supported"),
        (GOOD.replace("  - ml", "  - ml\n<<<<<<< HEAD\n  - dl\n=======\n  - nn\n>>>>>>> x"), "merge conflict"),
        (GOOD.replace("title: 手册", "title: 手册\ntitle: b"), "`title` stands here twice"),
        (GOOD + "---\na: 1\n", "second YAML document"),
        (GOOD.replace("title: 手册", "title: " + "[" * 200), "nested deeper"),
        (GOOD.replace("title: 手册", "title: \x00"), "c.yaml:2:"),
        (GOOD.replace("title: 手册", "title: 'x"), "c.yaml:"),
    ],
)  # fmt: skip
def test_what_cannot_be_believed_stops_the_build(text: str, message: str) -> None:
    """A broken file is an error with its place, never a guess."""
    with pytest.raises(BuildError) as caught:
        canonical.load(text, "c.yaml")
    assert message in str(caught.value)
    assert str(caught.value).startswith("c.yaml:")
    assert "left as it is" in str(caught.value)


def test_no_part_of_a_file_passes_for_the_whole() -> None:
    """Cut off after any line, the file is refused: nothing that it held can be lost in silence."""
    lines = GOOD.splitlines(keepends=True)
    for end in range(len(lines)):
        with pytest.raises(BuildError):
            canonical.load("".join(lines[:end]), "c.yaml")
