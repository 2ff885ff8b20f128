"""What TeX knows when it has read the unchanging part of a preamble, kept as a format.

Loading a format takes a fraction of the time of reading classes and packages. It only saves time: where there is
none (TeX cannot dump this preamble, the disk is full, the file is damaged) the whole document is read, to the same
bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

from cardbook import templates, tools
from cardbook.cache import Cache, digest
from cardbook.config import Config
from cardbook.limits import FORMAT_SECONDS
from cardbook.rendering import fonts, tex

MARK = "% cardbook: up to here TeX keeps what it has read.\n"
"""The line of a document above which it is the same for every book; see `templates/handbook/head.tex`."""
_MACROS = Path("/var/lib/texmf/web2c/xetex/xelatex.fmt")
"""Debian makes LaTeX's own format anew whenever a package of TeX changes."""
_LOCK = threading.Lock()


def begin(load: Callable[[], Config], cache: Cache) -> threading.Thread:
    """Make the format of a book, and list the fonts, while the notes are read and rendered.

    `load` gives the configuration; if it cannot, others will say so. Join the thread before the cache is saved.
    """
    thread = threading.Thread(target=_prepare, args=(load, cache), daemon=True)
    thread.start()
    return thread


def write(path: Path, document: str, cache: Cache) -> str:
    """Write `document` for `tex.typeset`, and return the name of its format.

    Without a format the name is empty and the file holds the whole document, else what stands below `MARK`.
    """
    head, mark, rest = document.partition(MARK)
    name = _ready(head, path.parent, cache) if mark else ""
    path.write_text(rest if name else document, "utf-8")
    return name


def _prepare(load: Callable[[], Config], cache: Cache) -> None:
    with contextlib.suppress(Exception):  # who needs it will meet the same trouble, and say so
        config = load()
        template = templates.latex().get_template("handbook/head.tex")
        head, mark, _ = template.render(paper=config.paper, twoside=config.twoside).partition(MARK)
        if mark:
            _ready(head, cache.folder / "tex", cache)
        fonts.installed()


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
        return hashlib.sha256(path.read_bytes()).hexdigest().encode()
    except OSError:
        return b""
