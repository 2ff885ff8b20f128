"""The handbook: the book as LaTeX, and the PDF that XeLaTeX makes of it.

What it looks like is in `templates/handbook/`. Here TeX is run, and its complaints become diagnostics with
their place in the notes. An answer that TeX cannot set is shown as typed; it never costs the handbook.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import jinja2

from cardbook.cache import Cache
from cardbook.config import Config
from cardbook.diagnostics import Log, Span
from cardbook.files import write_atomically
from cardbook.handbook.manuscript import Material, Shown, compose
from cardbook.limits import TEX_CHARS_PER_SECOND, TEX_LEAST_SECONDS, TEX_SECONDS
from cardbook.model import Book
from cardbook.rendering import fonts, formats, tex

NAME = formats.HANDBOOK
OVERFULL_POINTS = 3.0
"""What sticks out by less than this cannot be seen."""
ATTEMPTS = 4
"""Runs of the whole book: what made TeX stumble in one is shown as typed in the next, then left out."""
Places = Callable[[str, str], Span | None]
"""Where in the notes a text of a card (by id) stands; an empty text asks for the card itself."""


def write(
    book: Book, material: Material, config: Config, *, out: Path, work: Path, cache: Cache, log: Log,
    places: Places = lambda card, text: None, source: bool = False,
    meanwhile: Callable[[], object] | None = None,
) -> Path | None:  # fmt: skip
    """Write `out/handbook.pdf`; the path, or `None` when it could not be made (an error is in `log`).

    `work` is a folder for TeX's own files, kept between builds. With `source`, `out` also gets
    `handbook.tex` and its `images/`, which compile by themselves. `meanwhile` is done while TeX is running,
    if it has to, once a run; what it raises is lost.
    """
    writer = _Writer(book, material, config, work, cache, log, places, meanwhile)
    try:
        document, pdf = writer.make()
    except jinja2.TemplateError as error:
        log.error("output-failed", None, f"handbook.pdf: {_template_error(error)}")
        return None
    if source:
        write_atomically(out / f"{NAME}.tex", document.encode())
        _images(material.images, out / "images")
    if pdf is None:
        return None
    write_atomically(out / f"{NAME}.pdf", pdf)
    return out / f"{NAME}.pdf"


class _Writer:
    def __init__(
        self,
        book: Book,
        material: Material,
        config: Config,
        work: Path,
        cache: Cache,
        log: Log,
        places: Places,
        meanwhile: Callable[[], object] | None,
    ) -> None:
        self._book, self._material, self._config = book, material, config
        self._work, self._cache, self._log, self._places = work, cache, log, places
        self._fonts = fonts.choose(config.fonts)
        self._meanwhile = meanwhile

    def make(self) -> tuple[str, bytes | None]:
        """The document, and its PDF: from the cache, or from as many runs as it takes."""
        for name in fonts.absent(self._fonts, self._config.fonts):
            self._log.warning("font-missing", None, f"the font `{name}` is not installed",
                              "install it, or change `fonts` in cardbook.yaml")  # fmt: skip
        document = self._compose({})
        key = self._key(document)
        if (kept := self._cache.get("handbook", key)) is not None:
            head, _, pdf = kept.partition(b"\n")
            self._report([tex.Finding(**finding) for finding in json.loads(head)])
            return document, pdf
        if not tex.installed():
            self._log.error("output-failed", None, "handbook.pdf: there is no XeLaTeX here",
                            f"sudo apt-get install --no-install-recommends {tex.PACKAGES}")  # fmt: skip
            return document, None
        return self._typeset(document, key)

    def _typeset(self, document: str, key: str) -> tuple[str, bytes | None]:
        shown: dict[str, Shown] = {}
        complaints: dict[tex.Finding, None] = {}
        for _ in range(ATTEMPTS):
            result = self._run(document)
            errors = [f for f in _errors(result) if f.at] or self._died(result, shown) or _errors(result)
            complaints |= dict.fromkeys(errors)
            stumbled = {f.at for f in errors if f.at} - shown.keys()
            if result.stopped_at is not None and errors and errors[-1].at:
                stumbled.add(errors[-1].at)
            if not stumbled:
                break
            shown |= {card: Shown.LEFT_OUT if card in shown else Shown.AS_TYPED for card in stumbled}
            document = self._compose(shown)
        if result.pdf is None or result.stopped_at is not None:
            self._failed(result)
            return document, None
        findings = [*complaints, *(f for f in result.findings if f.kind != "error")]
        self._report(findings)
        pdf = result.pdf.read_bytes()
        self._cache.put("handbook", key, json.dumps([asdict(f) for f in findings]).encode() + b"\n" + pdf)
        return document, pdf

    def _died(self, result: tex.Result, shown: Mapping[str, Shown]) -> list[tex.Finding]:
        """Who is to blame where TeX died without a word, which it often does pages after the cause.

        That answer ends the shortest part of the book with which TeX dies; halves are tried.
        """
        if result.stopped_at is None:
            return []
        cards = [card.id for card in self._book.entries]

        def dies(number: int) -> bool:
            without = dict.fromkeys(cards[number:], Shown.LEFT_OUT)
            return self._run(self._compose({**shown, **without})).stopped_at is not None

        number = bisect_left(range(len(cards) + 1), True, key=dies)
        return [tex.Finding("error", cards[number - 1], "it dies of it")] if 0 < number <= len(cards) else []

    def _compose(self, shown: Mapping[str, Shown]) -> str:
        return compose(self._book, self._material, self._config, self._fonts,
                       shown=shown, missing=self._glyph)  # fmt: skip

    def _run(self, document: str) -> tex.Result:
        self._work.mkdir(parents=True, exist_ok=True)
        path = self._work / f"{NAME}.tex"
        _images(self._material.images, self._work / "images")
        typeset = partial(
            tex.typeset, formats.write(path, document, self._cache),
            seconds=_seconds(document), meanwhile=self._meanwhile,
        )  # fmt: skip
        result = typeset()
        if result.pdf is None and not result.stopped_at and not result.timed_out:
            # What an ended run left behind may be what broke this one.
            tex.forget(path)
            result = typeset()
        return result

    def _key(self, document: str) -> str:
        digest = hashlib.sha256(f"{tex.version(self._cache)}\0{document}".encode("utf-8", "surrogatepass"))
        for name, path in sorted(self._material.images.items()):
            digest.update(f"\0{name}\0".encode() + path.read_bytes())
        return digest.hexdigest()

    def _glyph(self, card: str, character: str, found: bool) -> None:
        self._missing(card, f"{character} (U+{ord(character):04X})", character, found)

    def _missing(self, card: str, shown: str, character: str, found: bool) -> None:
        if found:
            self._log.info("glyph-missing", self._place(card, character),
                           f"{shown} is in no font for text; it is drawn in one of pixels")  # fmt: skip
        else:
            self._log.warning("glyph-missing", self._place(card, character),
                              f"no installed font has {shown}; the handbook shows its number")  # fmt: skip

    def _place(self, card: str, text: str) -> Span | None:
        return (self._places(card, text) or self._places(card, "")) if card else None

    def _report(self, findings: list[tex.Finding]) -> None:
        for finding in (*findings, *_worst(findings)):
            place = self._place(finding.at, "")
            if finding.kind == "error":
                self._log.warning("tex-failed", place, f"TeX cannot set this answer: {finding.text}",
                                  "it is shown as typed")  # fmt: skip
            elif finding.kind == "missing":
                self._missing(finding.at, finding.text, finding.text[:1], False)
            elif finding.kind == "worst":
                self._log.warning("overfull", place, f"sticks out of the text by {finding.points:.0f} pt",
                                  "shorten the line, or let it break")  # fmt: skip
            elif finding.kind == "reference":
                self._log.warning("reference-undefined", place, f"a reference leads nowhere: {finding.text}")

    def _failed(self, result: tex.Result) -> None:
        first = next((f.text for f in result.findings if f.kind == "error"), "it wrote no PDF")
        reason = "TeX took too long" if result.timed_out else f"TeX failed: {first}"
        self._log.error("output-failed", None, f"handbook.pdf: {reason}",
                        f"see {self._work / NAME}.log")  # fmt: skip


def _errors(result: tex.Result) -> list[tex.Finding]:
    """What TeX stumbled over; a run that was ended in time stumbled over where it was."""
    errors = [finding for finding in result.findings if finding.kind == "error"]
    late = result.stopped_at if result.timed_out else None
    if late and not any(finding.at == late for finding in errors):
        errors.append(tex.Finding("error", late, "it takes too long"))
    return errors


def _worst(findings: list[tex.Finding]) -> list[tex.Finding]:
    """Of what sticks out, the farthest of each card."""
    worst: dict[str, tex.Finding] = {}
    for finding in findings:
        if finding.kind == "overfull" and finding.points > max(
            OVERFULL_POINTS, _points(worst.get(finding.at))
        ):
            worst[finding.at] = replace(finding, kind="worst")
    return list(worst.values())


def _points(finding: tex.Finding | None) -> float:
    return finding.points if finding else 0.0


def _seconds(document: str) -> float:
    """Time enough for a slow machine, and an end in sight for an answer that never ends."""
    return min(TEX_SECONDS, TEX_LEAST_SECONDS + len(document) / TEX_CHARS_PER_SECOND)


def _template_error(error: jinja2.TemplateError) -> str:
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"template {error.name}:{error.lineno}: {error.message}"
    return f"template: {error.message}"


def _images(images: Mapping[str, Path], folder: Path) -> None:
    """Bring the images below TeX's own folder: it may read no other."""
    for name, path in images.items():
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / name).exists():
            shutil.copyfile(path, folder / name)
