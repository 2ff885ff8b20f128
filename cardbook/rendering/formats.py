"""What TeX can do of a book before there is one.

The unchanging part of the preamble is kept as a format, which loads in a fraction of the time of reading classes and
packages. The fonts, which a format cannot hold, are loaded by a TeX that is started with the build, and then waits
for the rest on its standard input.

Both only save time: where there is no format (TeX cannot dump this preamble, the disk is full, the file is damaged)
and where nobody waits, the whole document is read, to the same bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterator
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING

from cardbook import process, templates, tools
from cardbook.cache import Cache, digest
from cardbook.limits import FORMAT_SECONDS
from cardbook.rendering import fonts, tex

if TYPE_CHECKING:
    from cardbook.config import Config

HANDBOOK = "handbook"
PROBE = "probe"
"""The names of the documents: the book, and what formulas are proven with."""
MARK = "% cardbook: up to here TeX keeps what it has read.\n"
"""The line of a document above which it is the same for every book; see `templates/handbook/head.tex`."""
WAIT = "% cardbook: up to here TeX reads before the book is there.\n"
"""The line above which a document changes with the configuration alone; see `templates/handbook/handbook.tex`."""
_STDIN = "stdin.tex"
"""In TeX's folder, a link to the standard input: TeX may open no file elsewhere."""
_INPUT = "\\csname @@input\\endcsname {}\n"
"""TeX's own command: LaTeX's would open the file twice."""
_PADDING = "%" * 16 + "\n"
"""XeTeX reads a few bytes to guess the encoding, and cannot go back in a pipe."""
_MACROS = Path("/var/lib/texmf/web2c/xetex/xelatex.fmt")
"""Debian makes LaTeX's own format anew whenever a package of TeX changes."""
_LOCK = threading.RLock()


@contextlib.contextmanager
def preparing(load: Callable[[], Config], cache: Cache) -> Iterator[None]:
    """Make the format of a book, and list the fonts, in a thread, while the notes are read and rendered.

    `load` gives the configuration; if it cannot, others will say so. Save the cache afterwards.
    """
    over = threading.Event()
    thread = threading.Thread(target=_prepare, args=(load, cache, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def start(cache: Cache) -> None:
    """Let TeX read the beginning of the last handbook again: that of the next will mostly be the same."""
    source = folder(cache) / f"{HANDBOOK}.tex"
    names = [path.stem for path in source.parent.glob("cardbook-*.fmt")]
    if len(names) == 1 and source.exists() and source.read_bytes().endswith(_INPUT.format(_STDIN).encode()):
        tex.start(tex.Document(source, names[0]))


def folder(cache: Cache) -> Path:
    """Where TeX works: its own files are kept between builds."""
    return cache.folder / "tex"


def write(path: Path, text: str, cache: Cache) -> tex.Document:
    """Write the document `text` to `path`, as far as TeX can read it ahead, and the rest beside it.

    Without a format it begins with what stands above `MARK`.
    """
    head, mark, body = text.partition(MARK)
    with _LOCK:
        name = _ready(head, path.parent, cache) if mark else ""
        return _written(path, body if name else text, name)


def _written(path: Path, text: str, name: str) -> tex.Document:
    beginning, wait, rest = text.partition(WAIT)
    if not wait or not _linked(path.parent / _STDIN):
        _put(path, beginning + rest)
        return tex.Document(path, name)
    _put(path, beginning + _INPUT.format(_STDIN))
    path.with_suffix(".rest").write_text(rest, "utf-8")
    return tex.Document(path, name, (_PADDING + _INPUT.format(f"{path.stem}.rest")).encode())


def _put(path: Path, text: str) -> None:
    """Write what TeX begins with; a TeX that waits has read something else then."""
    if not path.exists() or path.read_bytes() != text.encode():
        process.dismiss(path.parent)
        path.write_text(text, "utf-8")


def _linked(path: Path) -> bool:
    """Whether there is a link to the standard input; some file systems have no links."""
    with contextlib.suppress(OSError):
        if not path.is_symlink():
            path.symlink_to("/dev/stdin")
        return True
    return False


def _prepare(load: Callable[[], Config], cache: Cache, over: threading.Event) -> None:
    with contextlib.suppress(Exception):  # who needs it will meet the same trouble, and say so
        text = preamble(load())
        probe = folder(cache) / f"{PROBE}.tex"
        with _LOCK:
            head, mark, _ = text.partition(MARK)
            if mark and _ready(head, probe.parent, cache) and _first(probe):
                tex.start(write(probe, text, cache))
        over.wait()  # on Linux what a thread has started ends with it


def _first(probe: Path) -> bool:
    """Whether there was no handbook yet, so that formulas are sure to be proven, and nobody proves any yet."""
    return not probe.with_stem(HANDBOOK).exists() and not probe.exists()


def preamble(config: Config) -> str:
    """What formulas are proven with: the preamble of the book, and no book."""
    chosen = fonts.choose(config.fonts).families
    template = templates.latex().get_template("handbook/probe.tex")
    return template.render(fonts=chosen, paper=config.paper, twoside=config.twoside)


def _ready(head: str, folder: Path, cache: Cache) -> str:
    """The name of the format of `head` in `folder`, empty if it cannot be had."""
    if not tex.installed():
        return ""
    with _LOCK:
        key = digest(tools.stamp("xelatex"), tools.stamp(str(_MACROS)) if _MACROS.exists() else "", head)
        name = f"cardbook-{key[:16]}"
        kept = cache.get("format", key)
        if kept is None or (kept and kept != _checksum(folder / f"{name}.fmt")):
            kept = _make(head, folder, name)
            if kept is not None:
                cache.put("format", key, kept)
        return name if kept else ""


def _make(head: str, folder: Path, name: str) -> bytes | None:
    """Dump what `head` defines; the checksum of the format, empty if TeX cannot dump it, `None` if this failed."""
    process.dismiss(folder)  # who waits has loaded another format
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("cardbook-*"):
        old.unlink()
    source = folder / f"{name}.tex"
    source.write_text(f"{head}\\dump\n", "utf-8")
    outcome = tex.run(["-ini", "&xelatex", source.name], folder, seconds=FORMAT_SECONDS)
    if outcome.code == 0:
        return _checksum(folder / f"{name}.fmt") or None
    return b"" if b"Can't \\dump" in outcome.stdout else None


def _checksum(path: Path) -> bytes:
    try:
        return _digest(path, path.stat().st_mtime_ns)
    except OSError:
        return b""


@once
def _digest(path: Path, _: int) -> bytes:
    return hashlib.sha256(path.read_bytes()).hexdigest().encode()
