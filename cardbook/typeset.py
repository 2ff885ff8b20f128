"""Every text of a book, rendered once for all writers: formulas proven, images fetched, both formats at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cardbook import formulas, media
from cardbook.cache import Cache
from cardbook.config import Config
from cardbook.diagnostics import Log
from cardbook.media import Image
from cardbook.model import Book
from cardbook.places import Places
from cardbook.render import Formula, Fragment, Inventory, Picture, Text, inventory, render


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
    book: Book,
    places: Places,
    folder: Path,
    config: Config,
    cache: Cache,
    log: Log,
    *,
    offline: bool,
    with_tex: bool,
) -> Typeset:
    """Render all questions, aliases and answers of `book`.

    An image that cannot be had, a formula that fails, a text that pandoc refuses: each is left in `log` and
    costs only itself. Without `with_tex` no TeX is run: formulas are judged by the
    list of commands and by what TeX said in earlier builds. Raises `BuildError` when there is no pandoc.
    """
    owners = dict(_owners(book))
    texts = list(owners)
    found = [one or Inventory() for one in inventory(texts, cache)]
    wanted = [(a, places.find(owners[t], a)) for t, one in zip(texts, found, strict=True) for a in one.images]
    images = media.gather(
        wanted, folder, cache.folder / "media", cache, log, offline=offline, private=config.private_images
    )
    failed = _prove(texts, found, owners, places, config, cache, log, with_tex)
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


def _prove(
    texts: Sequence[str],
    found: Sequence[Inventory],
    owners: Mapping[str, str],
    places: Places,
    config: Config,
    cache: Cache,
    log: Log,
    with_tex: bool,
) -> frozenset[str]:
    """The TeX of the formulas that failed; each is a warning at its place."""
    reasons = formulas.prove(
        {formula for one in found for formula in one.formulas}, cache, config.fonts, run=with_tex
    )
    for text, one in zip(texts, found, strict=True):
        for formula in one.formulas:
            if formula in reasons:
                _report(formula, reasons[formula], owners[text], places, log)
    return frozenset(formula.tex for formula in reasons)


def _report(formula: Formula, reason: str, owner: str, places: Places, log: Log) -> None:
    log.warning(
        "math-unproven",
        places.find(owner, formula.tex),
        f"formula shown as code: {reason}",
        "mend the formula; commands that both MathJax and LaTeX know are allowed",
    )


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
