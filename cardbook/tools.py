"""The programs that we run: where they are, and which versions, on which what they made depends."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

from cardbook.cache import Cache
from cardbook.process import run

SECONDS = 20
"""Time for a program to say its version."""


def pandoc() -> str:
    """The pandoc of `PYPANDOC_PANDOC`, else the one that came with pypandoc, else the system's.

    pypandoc would look for the newest by running all of them, which takes as long as rendering a card.
    """
    package = importlib.util.find_spec("pypandoc")
    shipped = Path(package.origin).parent / "files" / "pandoc" if package and package.origin else Path()
    return os.environ.get("PYPANDOC_PANDOC") or (str(shipped) if shipped.is_file() else "pandoc")


def version(program: str, cache: Cache) -> str:
    """The first line of `program --version`, asked again when its file changes. Raises `OSError` without one."""
    key = stamp(program)
    kept = cache.get("tool", key)
    if kept is None:
        outcome = run([program, "--version"], seconds=SECONDS)
        kept = outcome.stdout.split(b"\n", 1)[0]
        if outcome.code or not kept:
            raise OSError(f"{program} --version says nothing")
        cache.put("tool", key, kept)
    return kept.decode("utf-8", "replace")


def stamp(program: str) -> str:
    """Path, size and time of the file of a program. Raises `OSError` without one."""
    path = Path(shutil.which(program) or program).resolve()
    status = path.stat()
    return f"{path} {status.st_size} {status.st_mtime_ns}"
