"""The build as a recipe: read, match, merge, identify; then render, and write what was asked for."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path

from cardbook import canonical, decisions, shipped
from cardbook import config as configuration
from cardbook.cache import Cache
from cardbook.config import Config
from cardbook.deck import anki
from cardbook.diagnostics import BuildError, Log, count
from cardbook.edition import Compiled, Edition, Output, Result
from cardbook.files import write_atomically
from cardbook.identity import Changes, changes, identify, stamp
from cardbook.matching import match
from cardbook.merging.merge import merge
from cardbook.model import Book, Draft, RawNote
from cardbook.pipeline import FILES, OUTPUTS, Options, Progress, quiet
from cardbook.places import places
from cardbook.reading.read import SUFFIXES, read
from cardbook.rendering import formats
from cardbook.rendering.typeset import Typesetter
from cardbook.study import study

STRANGERS = 5
"""So many cards do not go all at once."""


def make(folder: Path, out: Path, options: Options, cache: Cache, log: Log, progress: Progress) -> Result:
    """What `pipeline.build` does while it holds the output folder."""
    shipped.keep(cache)
    tex = "handbook" in options.only
    with formats.preparing(partial(configuration.load, folder), cache) if tex else nullcontext():
        compiled = compile_notes(folder, out, options, log, progress, cache)
        _refuse_strangers(compiled, folder, out / FILES["canonical"])
        progress(f"typesetting {count(len(compiled.book.entries), 'card')}")
        typesetter = Typesetter(
            folder, compiled.config, compiled.places, cache, log,
            network=not options.offline, tex=tex, progress=progress,
        )  # fmt: skip
        if "deck" in options.only:
            # What packs a deck is loaded while pandoc is at work.
            threading.Thread(target=import_module, args=("cardbook.deck.package",), daemon=True).start()
        typed = typesetter.typeset(compiled.book)
    cache.save()  # whatever happens to TeX
    fields = anki.fields(compiled.book, typed.html(), typed.sizes())
    book = date(compiled, fields, options)
    source = tex and options.only != frozenset(OUTPUTS)
    edition = Edition(compiled, book, typed, fields, out, cache, log, source, options.only)
    result = publish(edition, progress)
    cache.save()
    cache.prune()
    return result


def compile_notes(
    folder: Path,
    out: Path,
    options: Options,
    log: Log,
    progress: Progress = quiet,
    cache: Cache | None = None,
) -> Compiled:
    """From files to a book whose cards know who they are; nothing is rendered, nothing is written."""
    cache = cache or Cache(out / ".cache", enabled=not options.force)
    path = out / FILES["canonical"]
    text, data = load_text(path)
    previous = None if text is None else canonical.load(text, str(path))
    config = _decided(folder, log, first=previous is None)
    progress("reading")
    files = tuple(read(folder, config, log))
    progress(f"parsing {count(len(files), 'file')}")
    studies = [study(file, config, cache, log) for file in files]
    notes = tuple(note for one in studies for note in one.notes)
    if not notes:
        _miss(len(files), log)
    config = decisions.resolve(_named(config, folder, notes), folder, previous, notes, log)
    progress(f"matching {count(len(notes), 'note')}")
    matching = match(notes, config, cache)
    progress(f"merging {count(len(matching.clusters), 'question')}")
    drafts = merge(notes, matching, config, cache)
    _ask(drafts, log)
    lines = canonical.places(text or "")
    book = identify(drafts, previous, config, options.now, log, lines)
    parsed = tuple(one.parsed for one in studies)
    return Compiled(config, parsed, notes, matching, drafts, previous, book, places(notes, book), data)


def _refuse_strangers(compiled: Compiled, folder: Path, path: Path) -> None:
    """Notes that have no card in common with the last build are other notes, or none: the deck is not theirs."""
    before = {card.id for card in compiled.previous.entries} if compiled.previous else set()
    if len(before) >= STRANGERS and before.isdisjoint(card.id for card in compiled.book.entries):
        raise BuildError(
            f"{path}: none of its {len(before)} cards is in {folder} any more; nothing was written\n"
            f"  hint: is it the right folder? For another deck name another --out; to begin anew, delete {path}"
        )


def _decided(folder: Path, log: Log, first: bool) -> Config:
    """`cardbook.yaml`. A mistake in it stops the build, since cards would split and move without its decisions;
    a first build, which has no cards to lose, goes on without what it does not understand."""

    def forgive(mistake: configuration.ConfigError) -> None:
        if not first:
            raise mistake
        log.error("config", mistake.span, mistake.message, "mend it; this build went on without it")

    return configuration.load(folder, forgive)


def _miss(files: int, log: Log) -> None:
    log.warning(
        "no-notes",
        None,
        f"no question was found in {count(files, 'file')}"
        if files
        else "there is no file of notes in this folder",
        f"notes are files ending in {', '.join(SUFFIXES)}; is it the right folder?"
        if not files
        else "write questions as headings, bold list items or `Q:` lines, or name the dialect under `files:`",
    )


def _ask(drafts: Sequence[Draft], log: Log) -> None:
    """A warning for each question that no note answers."""
    hint = "write an answer below it, or leave it: unanswered questions are listed in the handbook"
    for note in (note for draft in drafts if not draft.answer for note in draft.notes):
        log.warning("answer-missing", note.span, f"no answer to “{note.question}”", hint)


def _named(config: Config, folder: Path, notes: Sequence[RawNote]) -> Config:
    """Without a title of its own the book is called like the folder that holds the notes; it speaks as they do."""
    path = folder.resolve()
    name = path.parent.name if path.name in ("sources", "notes", "docs") and path.parent.name else path.name
    chinese = sum(bool(re.search("[\u4e00-\u9fff]", note.question)) for note in notes)
    return replace(
        config,
        title=config.title or name or "cardbook",
        language=config.language or ("zh-CN" if 3 * chinese >= len(notes) else "en"),
    )


def date(compiled: Compiled, fields: Mapping[str, Sequence[str]], options: Options) -> Book:
    """The book with the time at which each card last changed, as a learner sees it."""
    book = compiled.book
    rendered = {card.id: anki.digest(card, fields[card.id]) for card in book.entries}
    return stamp(book, compiled.previous, rendered, anki.notetype_digest(), options.now)


def publish(edition: Edition, progress: Progress = quiet) -> Result:
    """Write what was asked for, the canonical YAML first.

    It is the memory of the ids that are in the others: without it (`BuildError`) none of them is written.
    Another output that fails is left in the log as `output-failed`, and the rest is written; the deck, if TeX
    runs, while it does.
    """
    for name in WRITERS:
        if name in ("canonical", *edition.only) and name not in edition.outputs:
            progress(f"writing {FILES[name]}")
            _write(edition, name)
    outputs = [(name, edition.outputs[name]) for name in OUTPUTS if name in edition.outputs]
    made = tuple(output for _, output in outputs if output)
    failed = tuple(name for name, output in outputs if not output)
    return Result(edition.compiled, edition.book, changed(edition), made, failed)


def changed(edition: Edition) -> Changes:
    """What is new, changed and retired since the last build."""
    return changes(edition.compiled.previous, edition.book)


def _write(edition: Edition, name: str) -> None:
    path = edition.out / FILES[name]
    started = time.monotonic()
    edition.outputs[name] = None
    try:
        written = WRITERS[name](edition, path)
    except (BuildError, OSError) as error:
        if name == "canonical":
            raise
        edition.log.error("output-failed", None, f"{path.name}: {error}")
        return
    if written is not None:
        edition.outputs[name] = Output(name, path, path.stat().st_size, time.monotonic() - started, written)


def _canonical(edition: Edition, path: Path) -> bool:
    return write_atomically(path, canonical.dump(edition.book).encode(), expected=edition.compiled.canonical)


def _handbook(edition: Edition, path: Path) -> bool | None:
    # Loaded only by who asks for it, as the report is.
    from cardbook import handbook
    from cardbook.handbook.manuscript import Material

    before = path.stat().st_mtime_ns if path.exists() else None
    material = Material(
        answers={card.id: edition.typeset.fragments[card.answer].latex for card in edition.book.entries},
        lines=edition.typeset.latex(),
        images={image.print_path.name: image.print_path for image in edition.typeset.images.values()},
    )
    done = handbook.write(
        edition.book, material, edition.compiled.config, out=edition.out, work=formats.folder(edition.cache),
        cache=edition.cache, log=edition.log, places=edition.compiled.places.find, source=edition.source,
        meanwhile=partial(_meanwhile, edition),
    )  # fmt: skip
    return None if done is None else path.stat().st_mtime_ns != before


def _meanwhile(edition: Edition) -> None:
    """What is done while TeX is running."""
    if "deck" in edition.only and "deck" not in edition.outputs:
        _write(edition, "deck")
    if "report" in edition.only:
        _page(edition)


def _deck(edition: Edition, path: Path) -> bool:
    from cardbook.deck.package import package

    media = {image.name: image.path for image in edition.typeset.images.values()}
    subdecks = edition.compiled.config.subdecks
    return write_atomically(path, package(edition.book, edition.fields, media, subdecks=subdecks))


def _report(edition: Edition, path: Path) -> bool:
    return write_atomically(path, _page(edition).encode())


def _page(edition: Edition) -> str:
    """The report, drawn up while TeX is running, and again if TeX found something."""
    from cardbook import report

    found = tuple(edition.log)
    if found not in edition.pages:
        log = Log()
        log.take(found)
        edition.pages[found] = report.write(
            edition.compiled, edition.book, changed(edition), log, edition.cache, edition.typeset.html()
        )
    return edition.pages[found]


WRITERS: Mapping[str, Callable[[Edition, Path], bool | None]] = {
    "canonical": _canonical,
    "handbook": _handbook,
    "deck": _deck,
    "report": _report,
}
"""How each output is made, in this order: True when the file changed, `None` when it could not be made."""


def load_text(path: Path) -> tuple[str | None, bytes | None]:
    """The text of the last `canonical.yaml` and its bytes, `None` before the first build.

    Raises `BuildError` when it cannot be read.
    """
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig"), data
    except FileNotFoundError:
        return None, None
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(f"{path}: cannot be read: {error}; restore it from version control") from error
