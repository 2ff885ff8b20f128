"""The Anki deck as a package that updates in place.

A learner's progress hangs on a note's GUID (the card's id) and on its modification time (only a newer one
updates): both are the card's own. `docs/cards.md` says why.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import sqlite3
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import genanki

from cardbook.deck import anki, sanitize
from cardbook.model import Book, Card

MODEL_ID = 1_785_513_600_417
_DESCRIPTION = {
    "zh": "版本 {date}，{cards} 张卡片，{images} 张图片，由 cardbook 生成。<br>"
    "更新：重新构建后再次导入 deck.apkg，学习进度保留（笔记更新选“若较新”）。",
    "en": "Version of {date}: {cards} cards, {images} images, made by cardbook.<br>"
    "To update, build again and import the new deck.apkg; progress is kept (update notes: if newer).",
}


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


class _Model(genanki.Model):  # type: ignore[misc]
    """The note type, with a modification time of its own."""

    def __init__(self, modified: int) -> None:
        front, back = anki.faces()
        super().__init__(
            MODEL_ID,
            anki.NOTE_TYPE,
            fields=[{"name": name} for name in anki.FIELDS],
            templates=[{"name": "Question", "qfmt": front, "afmt": back}],
            css=anki.style(),
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
            tags=list(anki.tags(card)),
            guid=card.id,
            due=number,
        )
        self._note_id = note_id
        self._modified = _seconds(card)

    def write_to_db(self, cursor: Any, timestamp: float, deck_id: int, id_gen: Iterator[int]) -> None:
        # The note and its one card share the number: they are rows of different tables.
        super().write_to_db(cursor, self._modified, deck_id, iter((self._note_id, self._note_id)))


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
    return "::".join(level for level in (levels[0] or anki.NOTE_TYPE, levels[1]) if level)


def _deck_id(name: str) -> int:
    """An id in the range of Anki's own, which are milliseconds since 1970."""
    digest = hashlib.sha256(f"cardbook deck {name}".encode("utf-8", "surrogatepass")).hexdigest()
    return 1_500_000_000_000 + int(digest[:12], 16) % 100_000_000_000


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
