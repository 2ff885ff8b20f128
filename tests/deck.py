"""A deck of ours that asks everything of the cards, made by the real pandoc, genanki and Anki."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from PIL import Image as Pixels
from PIL import ImageDraw

from cardbook import media
from cardbook.cache import Cache
from cardbook.deck import anki
from cardbook.deck.package import package
from cardbook.diagnostics import Log
from cardbook.model import Book, Card, NoteType, Source
from cardbook.rendering.render import Picture, Text, inventory, render

THEN = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
TORTURE = Path(__file__).parent / "cards" / "torture.md"
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 160" font-family="sans-serif">
<path d="M40 130V20M40 130H340" stroke="black" stroke-width="2" fill="none"/>
<path d="M45 30C90 120 160 122 330 124" stroke="black" fill="none"/>
<text x="180" y="60" font-size="16">loss 损失</text></svg>"""


def torture_book() -> Book:
    """Each section of `cards/torture.md` as a card."""
    sections = re.split(r"(?m)^# ", TORTURE.read_text(encoding="utf-8"))[1:]
    pairs = [section.split("\n", 1) for section in sections]
    ids = [f"torture{number:03}" for number in range(len(pairs))]
    cards = [
        Card(
            id=card_id, question=question, answer=answer.strip(), topic="卡片 <排版> & cards", modified=THEN,
            aliases=(f"换一种问法：{question}", "Another wording with $x^2$?"), tags=("own tag",),
            related=(ids[number - 1],), sources=(Source("notes/torture.md", question), Source("002.md", question)),
            references=("https://example.org/a_very/long/path/to/some/paper?id=12345&version=2",),
        )
        for number, (card_id, (question, answer)) in enumerate(zip(ids, pairs, strict=True))
    ]  # fmt: skip
    return Book("Torture 酷刑", tuple(cards), notetype=NoteType(anki.notetype_digest(), THEN))


def put_images(folder: Path) -> None:
    """The images that the torture deck shows."""
    folder.mkdir(parents=True, exist_ok=True)
    wide = Pixels.linear_gradient("L").resize((3000, 900)).convert("RGB")
    ImageDraw.Draw(wide).ellipse((1200, 150, 1800, 750), fill="teal")
    wide.save(folder / "wide.jpg", quality=80)
    Pixels.new("RGBA", (12, 12), (200, 30, 30, 255)).save(folder / "dot.png")
    (folder / "drawing.svg").write_text(DRAWING, encoding="utf-8")


def pack(book: Book, sources: Path, work: Path) -> bytes:
    """The package of a book whose images are in `sources`; nothing is fetched."""
    cache = Cache(work / "cache")
    texts = sorted({text for card in book.entries for text in (card.question, card.answer, *card.aliases)})
    wanted = [(name, None) for found in inventory(texts, cache) if found for name in found.images]
    images = media.gather(wanted, sources, work / "files", cache, Log(), offline=True)
    pictures = {name: Picture(image.name, image.print_path.name) for name, image in images.items()}
    fragments = render([Text(text, pictures) for text in texts], cache)
    html = {text: fragment.html for text, fragment in zip(texts, fragments, strict=True) if fragment}
    sizes = {image.name: (image.width, image.height) for image in images.values()}
    files = {image.name: image.path for image in images.values()}
    return package(book, anki.fields(book, html, sizes), files)


@contextmanager
def imported(package: bytes, folder: Path) -> Iterator[Collection]:
    """A new collection in `folder` that holds the package and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "deck.apkg"
    path.write_bytes(package)
    collection = Collection(str(folder / "collection.anki2"))
    try:
        collection.import_anki_package(
            ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions())
        )
        yield collection
    finally:
        collection.close()
