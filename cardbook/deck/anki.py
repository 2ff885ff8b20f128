"""The notes of the Anki deck: what stands in each field, their tags, and the note type.

The fields are frozen, since another number of them refuses the whole deck; `docs/cards.md` says why.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence

from cardbook import templates
from cardbook.deck import sanitize
from cardbook.model import Book, Card

NOTE_TYPE = "cardbook"
# Frozen: a test says what happens otherwise. What a later version wants to store takes a spare one.
FIELDS = (
    "Question", "Answer", "Topic", "Aliases", "Sources", "References", "Related", "Id", "Language",
    "Spare 1", "Spare 2", "Spare 3",
)  # fmt: skip
_SPARE = ("",) * 3
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
    return _sha(json.dumps([NOTE_TYPE, FIELDS, *faces(), style()], ensure_ascii=False))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def faces() -> tuple[str, str]:
    """The templates of the front and the back."""
    return _template("front.html"), _template("back.html")


def style() -> str:
    """The CSS of the note type."""
    return _template("style.css")


def _template(name: str) -> str:
    return templates.find(f"anki/{name}").read_text(encoding="utf-8").strip()
