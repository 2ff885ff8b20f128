"""The Anki deck: what stands in each field, and a package that updates in place.

A learner's progress hangs on three things: a note's GUID (the card's id), its modification time (only a newer
one updates), and the note type's fields (another number of them refuses the whole deck). All three are fixed
here; `docs/cards.md` says why.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import sqlite3
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import genanki

from cardbook import templates
from cardbook.deck import sanitize
from cardbook.model import Book, Card

NOTE_TYPE = "cardbook"
MODEL_ID = 1_785_513_600_417
# Frozen: a test says what happens otherwise. What a later version wants to store takes a spare one.
FIELDS = (
    "Question", "Answer", "Topic", "Aliases", "Sources", "References", "Related", "Id", "Language",
    "Spare 1", "Spare 2", "Spare 3",
)  # fmt: skip
_SPARE = ("",) * 3
_DESCRIPTION = {
    "zh": "版本 {date}，{cards} 张卡片，{images} 张图片，由 cardbook 生成。<br>"
    "更新：重新构建后再次导入 deck.apkg，学习进度保留（笔记更新选“若较新”）。",
    "en": "Version of {date}: {cards} cards, {images} images, made by cardbook.<br>"
    "To update, build again and import the new deck.apkg; progress is kept (update notes: if newer).",
}
# Pointers to other cards, in the other cards' words: they are refreshed whenever the card itself changes, but
# are no reason to update it, or one edited question would update its neighbours too.
_POINTERS = frozenset({"Related"})


def fields(
    book: Book, html: Mapping[str, str], images: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[str, ...]]:
    """What stands in the fields (`FIELDS`) of each card, by its id.

    `html` has pandoc's rendering of each Markdown text of the book (questions, aliases, answers); a text that
    is not in it is shown as typed. `images` are the media files by name, with width and height.
    """
    questions = {card.id: card.question for card in book.entries}

    def line(markdown: str) -> str:
        rendered = html.get(markdown)
        return (
            sanitize.text(markdown) if rendered is None else sanitize.inline(sanitize.clean(rendered, images))
        )

    def answer(markdown: str) -> str:
        rendered = html.get(markdown)
        if rendered is None:
            return f"<pre>{sanitize.text(markdown)}</pre>"
        return sanitize.fold(sanitize.clean(rendered, images))

    def of(card: Card) -> tuple[str, ...]:
        related = (line(questions[other]) for other in card.related if other in questions)
        return (
            line(card.question),
            answer(card.answer),
            sanitize.text(card.topic),
            sanitize.lists(map(line, card.aliases)),
            sanitize.lists(sanitize.text(file) for file in dict.fromkeys(s.file for s in card.sources)),
            sanitize.lists(map(_reference, card.references)),
            sanitize.lists(related),
            card.id,
            sanitize.text(book.language),
            *_SPARE,
        )

    return {card.id: of(card) for card in book.entries}


def _reference(url: str) -> str:
    shown = sanitize.text(re.sub(r"^https?://(www\.)?", "", url))
    return sanitize.clean(f'<a href="{sanitize.attribute(url)}">{shown}</a>', {})


def tags(card: Card) -> tuple[str, ...]:
    """The tags of a card as Anki allows them: topic, source files, and the notes' own."""
    files = dict.fromkeys(source.file for source in card.sources)
    wanted = (
        [f"topic::{tag(card.topic)}"] * bool(tag(card.topic))
        + [f"source::{tag(file.replace('/', '::'))}" for file in files]
        + [tag(own) for own in card.tags]
    )
    # Anki's tags differ in more than case.
    return tuple({name.casefold(): name for name in reversed(wanted) if name}.values())[::-1]


def tag(name: str) -> str:
    """`name` as an Anki tag: no spaces, quotes or control characters, `::` only between levels."""
    name = unicodedata.normalize("NFC", name)
    levels = (re.sub(r"[\s\"\x00-\x1f\x7f]+", "_", level.strip()).strip("_:") for level in name.split("::"))
    return "::".join(level for level in levels if level)


def digest(card: Card, values: Sequence[str]) -> str:
    """What must change for a note to be updated in a learner's collection."""
    kept = [value for name, value in zip(FIELDS, values, strict=True) if name not in _POINTERS]
    return _sha(json.dumps([kept, tags(card)], ensure_ascii=False))


def notetype_digest() -> str:
    """What must change for the note type to be updated in a learner's collection."""
    return _sha(json.dumps([NOTE_TYPE, FIELDS, *_faces(), _style()], ensure_ascii=False))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _faces() -> tuple[str, str]:
    return _template("front.html"), _template("back.html")


def _style() -> str:
    return _template("style.css")


def _template(name: str) -> str:
    return templates.find(f"anki/{name}").read_text(encoding="utf-8").strip()


class _Model(genanki.Model):  # type: ignore[misc]
    """The note type, with a modification time of its own."""

    def __init__(self, modified: int) -> None:
        front, back = _faces()
        super().__init__(
            MODEL_ID,
            NOTE_TYPE,
            fields=[{"name": name} for name in FIELDS],
            templates=[{"name": "Question", "qfmt": front, "afmt": back}],
            css=_style(),
        )
        self._modified = modified

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:
        return dict(super().to_json(self._modified, deck_id))


class _Note(genanki.Note):  # type: ignore[misc]
    """A note with an id and a modification time of its own; genanki gives the whole package one time."""

    def __init__(self, card: Card, values: Sequence[str], model: _Model, number: int, note_id: int) -> None:
        super().__init__(
            model=model,
            fields=list(values),
            sort_field=sanitize.visible(values[0]),
            tags=list(tags(card)),
            guid=card.id,
            due=number,
        )
        self._note_id = note_id
        self._modified = _seconds(card)

    def write_to_db(self, cursor: Any, timestamp: float, deck_id: int, id_gen: Iterator[int]) -> None:
        # The note and its one card share the number: they are rows of different tables.
        super().write_to_db(cursor, self._modified, deck_id, iter((self._note_id, self._note_id)))


def package(
    book: Book, values: Mapping[str, Sequence[str]], media: Mapping[str, Path], *, subdecks: bool = False
) -> bytes:
    """The `.apkg` file: the same bytes for the same book, fields and media.

    `values` are the `fields` of each card by its id; `media` has the path of each file by its name, of which
    only those that a field shows go in. Raises `OSError` when one cannot be read.
    """
    used = sorted(_used(values.values(), media))
    collection = _collection(_decks(book, values, subdecks, len(used)))
    return _zip(collection, [(name, media[name].read_bytes()) for name in used])


def _used(values: Iterable[Sequence[str]], media: Mapping[str, Path]) -> set[str]:
    shown = {name for row in values for value in row for name in re.findall(r'<img src="([^"]+)"', value)}
    return shown & media.keys()


def _decks(
    book: Book, values: Mapping[str, Sequence[str]], subdecks: bool, images: int
) -> list[genanki.Deck]:
    model = _Model(_notetype_modified(book))
    decks: dict[str, genanki.Deck] = {}
    ids = _note_ids(book.entries)
    for number, (card, note_id) in enumerate(zip(book.entries, ids, strict=True), start=1):
        name = _deck_name(book, card.topic if subdecks else "")
        deck = decks.setdefault(name, genanki.Deck(_deck_id(name), name))
        deck.add_note(_Note(card, values[card.id], model, number, note_id))
    top = decks.setdefault(_deck_name(book), genanki.Deck(_deck_id(_deck_name(book)), _deck_name(book)))
    top.description = _description(book, images)
    top.add_model(model)
    return list(decks.values())


def _deck_name(book: Book, topic: str = "") -> str:
    """`::` is Anki's mark between deck levels, so none may stand in a name."""
    levels = [re.sub(r"\s+", " ", level.replace("::", ": ")).strip(" :") for level in (book.title, topic)]
    return "::".join(level for level in (levels[0] or NOTE_TYPE, levels[1]) if level)


def _deck_id(name: str) -> int:
    """An id in the range of Anki's own, which are milliseconds since 1970."""
    return 1_500_000_000_000 + int(_sha(f"cardbook deck {name}")[:12], 16) % 100_000_000_000


def _note_ids(cards: Sequence[Card]) -> Iterator[int]:
    """Anki shows a note's id as the time at which it was made: the card's own, in the book's order."""
    taken: set[int] = set()
    for number, card in enumerate(cards):
        note_id = _seconds(card) * 1000 + number
        while note_id in taken:
            note_id += 1
        taken.add(note_id)
        yield note_id


def _seconds(card: Card) -> int:
    return int(card.modified.timestamp())


def _notetype_modified(book: Book) -> int:
    if book.notetype is not None:
        return int(book.notetype.modified.timestamp())
    return max(map(_seconds, book.entries), default=0)


def _description(book: Book, images: int) -> str:
    version = max((card.modified for card in book.entries), default=None)
    facts = {
        "date": f"{version:%Y-%m-%d}" if version else "–",
        "cards": len(book.entries),
        "images": images,
    }
    words = _DESCRIPTION["zh" if book.language.startswith("zh") else "en"]
    return f"<b>{sanitize.text(book.title)}</b><br>" + words.format(**facts)


def _collection(decks: Sequence[genanki.Deck]) -> bytes:
    """The collection as genanki writes it (schema 11), made in memory."""
    database = sqlite3.connect(":memory:")
    try:
        with warnings.catch_warnings():
            # genanki guesses at unescaped HTML; ours comes from a sanitizer.
            warnings.filterwarnings("ignore", message="^Field contained the following invalid HTML tags")
            genanki.Package(list(decks)).write_to_db(database.cursor(), 0, iter(()))
        database.commit()
        return database.serialize()
    finally:
        database.close()


def _zip(collection: bytes, media: Sequence[tuple[str, bytes]]) -> bytes:
    names = {str(number): name for number, (name, _) in enumerate(media)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        _add(archive, "collection.anki2", collection, zipfile.ZIP_DEFLATED)
        _add(archive, "media", json.dumps(names).encode(), zipfile.ZIP_DEFLATED)
        for number, (_, data) in enumerate(media):
            # Images are compressed as they are.
            _add(archive, str(number), data, zipfile.ZIP_STORED)
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes, method: int) -> None:
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type, info.create_system, info.external_attr = method, 3, 0o644 << 16
    archive.writestr(info, data)
