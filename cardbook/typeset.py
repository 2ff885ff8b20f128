"""Every text of a book, rendered once for all writers: formulas proven, images fetched, both formats at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cardbook import media
from cardbook.cache import Cache
from cardbook.config import Config
from cardbook.diagnostics import Log
from cardbook.media import Image
from cardbook.model import Book
from cardbook.places import Places
from cardbook.render import Fragment, Inventory, Picture, Text, inventory, render


@dataclass(frozen=True, slots=True)
class Typeset:
    """The rendered texts, by their Markdown, and the images that they show, by their address."""

    fragments: Mapping[str, Fragment]
    images: Mapping[str, Image]

    def html(self) -> dict[str, str]:
        """The HTML of each text, by its Markdown."""
        return {markdown: fragment.html for markdown, fragment in self.fragments.items()}

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Width and height in pixels of each media file, by its name."""
        return {image.name: (image.width, image.height) for image in self.images.values()}


def typeset(
    book: Book, places: Places, folder: Path, config: Config, cache: Cache, offline: bool, log: Log
) -> Typeset:
    """Render all questions, aliases and answers of `book`.

    An image that cannot be had, a formula that fails, a text that pandoc refuses: each is left in `log` and
    costs only itself. Raises `BuildError` when there is no pandoc.
    """
    owners = dict(_owners(book))
    texts = list(owners)
    found = [one or Inventory() for one in inventory(texts, cache)]
    wanted = [(a, places.find(owners[t], a)) for t, one in zip(texts, found, strict=True) for a in one.images]
    images = media.gather(
        wanted, folder, cache.folder / "media", cache, log, offline=offline, private=config.private_images
    )
    failed: frozenset[str] = frozenset()
    pictures = {address: Picture(image.name, image.print_path.name) for address, image in images.items()}
    requests = [_request(text, one, pictures, failed) for text, one in zip(texts, found, strict=True)]
    return Typeset(_render(requests, owners, places, cache, log), images)


def _owners(book: Book) -> Iterator[tuple[str, str]]:
    """Every text of the book once, with the id of the first card that holds it."""
    seen: set[str] = set()
    for card in book.entries:
        for text in (card.question, *card.aliases, card.answer):
            if text not in seen:
                seen.add(text)
                yield text, card.id
    for question in book.unanswered:
        if question.question not in seen:
            seen.add(question.question)
            yield question.question, ""


def _request(text: str, one: Inventory, pictures: Mapping[str, Picture], failed: frozenset[str]) -> Text:
    """Only what this text holds, so that its cache key does not move with other texts."""
    return Text(
        text,
        {address: pictures[address] for address in one.images if address in pictures},
        failed & {formula.tex for formula in one.formulas},
    )


def _render(
    requests: Sequence[Text], owners: Mapping[str, str], places: Places, cache: Cache, log: Log
) -> dict[str, Fragment]:
    fragments = {
        r.markdown: f for r, f in zip(requests, render(requests, cache), strict=True) if f is not None
    }
    lost = [request.markdown for request in requests if request.markdown not in fragments]
    for markdown in lost:
        log.warning(
            "render-failed",
            places.find(owners[markdown]),
            "pandoc could not read this text; it is shown as typed",
            "look for very deep nesting or a very large table",
        )
    typed = render([Text(_as_typed(markdown)) for markdown in lost], cache)
    return fragments | {m: f or Fragment("", "") for m, f in zip(lost, typed, strict=True)}


def _as_typed(markdown: str) -> str:
    """A code block around `markdown`, with a fence longer than any inside."""
    fence = "`" * (max(map(len, re.findall("`+", markdown)), default=2) + 1)
    return f"{fence}\n{markdown}\n{fence}"
