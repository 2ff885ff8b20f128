"""Pictures of real cards for the README: front, back by day and by night, as a phone shows them.

    python scripts/screenshots.py [DECK] [--card ID] [--out docs/images]

DECK is an `.apkg`, by default `dist/deck.apkg`. It is imported into a new collection of the real Anki and shown
by Anki's own reviewer page. Without `--card` it is the card whose answer shows most: formulas, tables, code.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
from anki.collection import Collection
from PIL import Image
from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

# They live with the tests, which show cards in the same way.
from deck import imported  # noqa: E402
from reviewer import cards, chromium, media_of, reviewer  # noqa: E402

if TYPE_CHECKING:
    from anki.cards import Card  # which cannot be the first module of Anki to be imported

WIDTH, SCALE = 390, 2


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


def take(browser: Browser, collection: Collection, card: Card, out: Path) -> list[Path]:
    """The three pictures of a card."""
    taken: list[Path] = []
    for night in (False, True):
        with reviewer(browser, media_of(collection), width=WIDTH, night=night, scale=SCALE) as window:
            if not night:
                window.question(card)
                taken.append(out / "card-front.png")
                window.picture(taken[-1])
            window.answer(card)
            taken.append(out / ("card-back-night.png" if night else "card-back.png"))
            window.picture(taken[-1])
    for path in taken:
        _shrink(path)
    return taken


def _shrink(path: Path) -> None:
    """A picture in a repository is paid for with every clone."""
    with Image.open(path) as image:
        small = image.convert("RGB").quantize(128)
    small.save(path, optimize=True)


@click.command()
@click.argument(
    "deck", default="dist/deck.apkg", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--card", "card_id", help="The short id of the card.")
@click.option("--out", default="docs/images", type=click.Path(file_okay=False, path_type=Path))
def main(deck: Path, card_id: str | None, out: Path) -> None:
    """Take pictures of one card of DECK for the README."""
    with tempfile.TemporaryDirectory() as folder, imported(deck.read_bytes(), Path(folder)) as collection:
        found = [card for card in cards(collection) if card_id in (None, card.note()["Id"])]
        if not found:
            raise click.ClickException(f"no card has the id {card_id}")
        with chromium() as browser:
            for path in take(browser, collection, most_telling(found), out):
                click.echo(path)


if __name__ == "__main__":
    main()
