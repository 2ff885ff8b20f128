"""Every text of a book, rendered once for all writers: formulas proven, images fetched, both formats at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cardbook import media
from cardbook.cache import Cache
from cardbook.config import Config
from cardbook.diagnostics import Log, count
from cardbook.limits import MAX_SHOWN_CHARS, MAX_SHOWN_RUN
from cardbook.media.gather import Image
from cardbook.model import Book
from cardbook.places import Places
from cardbook.rendering import formulas
from cardbook.rendering.render import Formula, Fragment, Inventory, Picture, Text, inventory, render


@dataclass(frozen=True, slots=True)
class Typeset:
    """The rendered texts, by their Markdown, and the images that they show, by their address."""

    fragments: Mapping[str, Fragment]
    images: Mapping[str, Image]

    def html(self) -> dict[str, str]:
        """The HTML of each text, by its Markdown."""
        return {markdown: fragment.html for markdown, fragment in self.fragments.items()}

    def latex(self) -> dict[str, str]:
        """The LaTeX of each text, by its Markdown."""
        return {markdown: fragment.latex for markdown, fragment in self.fragments.items()}

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Width and height in pixels of each media file, by its name."""
        return {image.name: (image.width, image.height) for image in self.images.values()}


@dataclass(frozen=True, slots=True)
class Typesetter:
    """What rendering needs beside the texts.

    Without `network` remote images come from the cache alone. Without `tex` no TeX is run: formulas are judged
    by the list of commands and by what TeX said in earlier builds.
    """

    folder: Path
    config: Config
    places: Places
    cache: Cache
    log: Log
    network: bool = True
    tex: bool = True
    progress: Callable[[str], None] = lambda _: None

    def typeset(self, book: Book) -> Typeset:
        """Render all questions, aliases and answers of `book`.

        An image that cannot be had, a formula that fails, a text that pandoc refuses: each is left in the log
        and costs only itself. Raises `BuildError` when there is no pandoc.
        """
        owners = dict(_owners(book))
        shown = [self._abridge(text, id_, book.language) for text, id_ in owners.items()]
        found = inventory(shown, self.cache)
        every = [
            _Holding(text, short, owner, one or Inventory(), one is not None)
            for (text, owner), short, one in zip(owners.items(), shown, found, strict=True)
        ]
        # What pandoc could not read once, it is not asked again: each time may cost the whole time limit.
        holdings = [holding for holding in every if holding.readable]
        images = self._images(holdings)
        pictures = {address: Picture(image.name, image.print_path.name) for address, image in images.items()}
        failed = self._unproven(holdings)
        rendered = self._render({holding.text: holding.request(pictures, failed) for holding in holdings})
        return Typeset(rendered | self._lost([h for h in every if h.text not in rendered]), images)

    def _abridge(self, text: str, owner: str, language: str) -> str:
        """What of a text is shown; what is left out is a warning at its card."""
        short, cut = abridged(text)
        if not cut:
            return text
        self.log.warning(
            "answer-too-long",
            self.places.find(owner),
            f"{cut:,} characters of the answer are not shown, only kept in canonical.yaml",
            "divide it into several questions, or into paragraphs",
        )
        chinese = language.startswith("zh")
        notice = (
            "（其余 {} 个字符略，见 canonical.yaml）"
            if chinese
            else "(… {} more characters, see canonical.yaml)"
        )
        return f"{short}\n\n{notice.format(cut)}"

    def _images(self, holdings: Sequence[_Holding]) -> dict[str, Image]:
        wanted = [(a, self.places.find(h.owner, a)) for h in holdings for a in h.inventory.images]
        if wanted:
            self.progress(f"gathering {count(len(dict(wanted)), 'image')}")
        return media.gather(
            wanted, self.folder, self.cache.folder / "media", self.cache, self.log,
            offline=not self.network, private=self.config.private_images,
        )  # fmt: skip

    def _unproven(self, holdings: Sequence[_Holding]) -> frozenset[str]:
        """The TeX of the formulas that failed; each is a warning at its place."""
        every = {formula for holding in holdings for formula in holding.inventory.formulas}
        if every:
            self.progress(f"checking {count(len(every), 'formula')}")
        reasons = formulas.prove(every, self.cache, self.config, run=self.tex)
        for holding in holdings:
            for formula in holding.inventory.formulas:
                if formula in reasons:
                    self._report(formula, reasons[formula], holding.owner)
        return frozenset(formula.tex for formula in reasons)

    def _report(self, formula: Formula, reason: str, owner: str) -> None:
        self.log.warning(
            "math-unproven",
            self.places.find(owner, formula.tex),
            f"formula shown as code: {reason}",
            "mend the formula; commands that both MathJax and LaTeX know are allowed",
        )

    def _render(self, requests: Mapping[str, Text]) -> dict[str, Fragment]:
        self.progress(f"rendering {count(len(requests), 'text')}")
        rendered = render(list(requests.values()), self.cache)
        return {text: fragment for text, fragment in zip(requests, rendered, strict=True) if fragment}

    def _lost(self, holdings: Sequence[_Holding]) -> dict[str, Fragment]:
        """What pandoc could not read, as typed."""
        for holding in holdings:
            self.log.warning(
                "render-failed",
                self.places.find(holding.owner),
                "pandoc could not read this text; it is shown as typed",
                "look for very deep nesting or a very large table",
            )
        typed = render([Text(_as_typed(holding.shown)) for holding in holdings], self.cache)
        return {h.text: fragment or Fragment("", "") for h, fragment in zip(holdings, typed, strict=True)}


@dataclass(frozen=True, slots=True)
class _Holding:
    """A text, what of it is shown, the id of a card that holds it, what it holds, and whether pandoc can read it."""

    text: str
    shown: str
    owner: str
    inventory: Inventory
    readable: bool

    def request(self, pictures: Mapping[str, Picture], failed: frozenset[str]) -> Text:
        """Only what this text holds, so that its cache key does not move with other texts."""
        return Text(
            self.shown,
            {address: pictures[address] for address in self.inventory.images if address in pictures},
            failed & {formula.tex for formula in self.inventory.formulas},
        )


def _owners(book: Book) -> Iterator[tuple[str, str]]:
    """The texts of the book, each with the id of a card that holds it."""
    yield from ((question.question, "") for question in book.unanswered)
    for card in reversed(book.entries):
        yield from ((text, card.id) for text in (card.answer, *card.aliases, card.question))


def abridged(markdown: str) -> tuple[str, int]:
    """The text within `MAX_SHOWN_CHARS` and `MAX_SHOWN_RUN`, and how many characters were left out."""
    if len(markdown) <= MAX_SHOWN_RUN:
        return markdown, 0
    runs = [run[:MAX_SHOWN_RUN] for run in re.split(r"(\n[ \t]*\n)", markdown)]
    short = "".join(runs)[:MAX_SHOWN_CHARS]
    return short, len(markdown) - len(short)


def _as_typed(markdown: str) -> str:
    """A code block around `markdown`, with a fence longer than any inside."""
    fence = "`" * (max(map(len, re.findall("`+", markdown)), default=2) + 1)
    return f"{fence}\n{markdown}\n{fence}"
