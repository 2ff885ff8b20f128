"""Pictures for the README: a card by day and by night, as a phone shows it, and its pages of the handbook.

    python scripts/screenshots.py [DIST] [--card ID] [--out docs/images]

DIST holds `deck.apkg` and `handbook.pdf`. The deck is imported into a new collection of the real Anki and shown by
Anki's own reviewer page. Without `--card` it is the card whose answer shows most: formulas, tables, code.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pypdf
from anki.collection import Collection
from PIL import Image, ImageOps
from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

# They live with the tests, which show cards in the same way.
from deck import imported  # noqa: E402
from reviewer import cards, chromium, media_of, reviewer  # noqa: E402

if TYPE_CHECKING:
    from anki.cards import Card  # which cannot be the first module of Anki to be imported

WIDTH, SCALE = 390, 2
GAP = 24


def most_telling(found: list[Card]) -> Card:
    """The card with most kinds of things on its back, without being long or lacking an image."""
    return max(found, key=lambda card: _kinds(card.note()["Answer"], bool(card.note()["Aliases"])))


def _kinds(html: str, aliases: bool) -> tuple[int, int]:
    kinds = (
        "math display",
        "math inline",
        "<table",
        "sourceCode",
        "<img",
        "<blockquote",
        "<ol",
        "<ul",
        "<strong",
    )
    shown = sum(kind in html for kind in kinds) + 3 * aliases - 9 * ("image-missing" in html)
    return shown, -abs(len(re.sub(r"<[^>]*>", "", html)) - 500)


def take(browser: Browser, collection: Collection, card: Card, folder: Path) -> list[Path]:
    """Front, back, and back by night."""
    taken: list[Path] = []
    for night in (False, True):
        with reviewer(browser, media_of(collection), width=WIDTH, night=night, scale=SCALE) as window:
            for side in ("answer",) if night else ("question", "answer"):
                getattr(window, side)(card)
                taken.append(folder / f"{len(taken)}.png")
                window.picture(taken[-1])
    return taken


def pages(handbook: Path, question: str, folder: Path) -> list[Path]:
    """The page on which `question` stands, and the next one."""
    book = pypdf.PdfReader(handbook)
    entries = [entry for entry in _flat(book.outline) if question in str(entry.title)]
    first = (book.get_destination_page_number(entries[0]) or 0) + 1
    command = ["pdftoppm", "-r", "80", "-f", str(first), "-l", str(first + 1), "-png", str(handbook)]
    subprocess.run([*command, str(folder / "page")], check=True)
    return sorted(folder.glob("page*.png"))


def _flat(outline: Iterable[Any]) -> Iterator[Any]:
    for entry in outline:
        yield from _flat(entry) if isinstance(entry, list) else [entry]


def beside(paths: Sequence[Path], out: Path, width: int) -> None:
    """One picture of several, side by side in a frame; in a repository it is paid for with every clone."""
    images = [Image.open(path).convert("RGB") for path in paths]
    height = max(image.height for image in images)
    framed = [ImageOps.expand(_lengthened(image, height), 3, "#d0d7de") for image in images]
    sheet = Image.new("RGB", (sum(image.width + GAP for image in framed) - GAP, framed[0].height), "white")
    left = 0
    for image in framed:
        sheet.paste(image, (left, 0))
        left += image.width + GAP
    sheet = sheet.resize((width, round(sheet.height * width / sheet.width)), Image.Resampling.LANCZOS)
    out.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(256, method=Image.Quantize.MAXCOVERAGE).save(out, optimize=True)
    click.echo(out)


def _lengthened(image: Image.Image, height: int) -> Image.Image:
    """The image with its own paper below it."""
    long = Image.new("RGB", (image.width, height), image.getpixel((0, image.height - 1)))
    long.paste(image, (0, 0))
    return long


@click.command()
@click.argument("dist", default="dist", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--card", "card_id", help="The short id of the card.")
@click.option("--out", default="docs/images", type=click.Path(file_okay=False, path_type=Path))
def main(dist: Path, card_id: str | None, out: Path) -> None:
    """Take pictures of one card of the deck in DIST, and of its page in the handbook."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        with imported((dist / "deck.apkg").read_bytes(), folder) as collection:
            found = [card for card in cards(collection) if card_id in (None, card.note()["Id"])]
            if not found:
                raise click.ClickException(f"no card has the id {card_id}")
            card = most_telling(found)
            beside(take(browser, collection, card, folder), out / "card.png", 1100)
            question = re.sub(r"<[^>]*>", "", card.note()["Question"])
        beside(pages(dist / "handbook.pdf", question, folder), out / "handbook.png", 1100)


if __name__ == "__main__":
    main()
