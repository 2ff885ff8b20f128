"""One build, from the lock on the output folder to its end.

What takes other programs long to load, they load while Python loads ours: so this room imports little, and the
`recipe` last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cardbook import process
from cardbook.cache import Cache
from cardbook.diagnostics import Log
from cardbook.files import CACHE_FOLDER, build_lock
from cardbook.rendering import formats, render

if TYPE_CHECKING:
    from cardbook.edition import Result

OUTPUTS = ("canonical", "deck", "handbook", "report")
FILES = {
    "canonical": "canonical.yaml",
    "deck": "deck.apkg",
    "handbook": "handbook.pdf",
    "report": "report.html",
}
"""The file of each output, below the output folder."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a call asks for. `now` (UTC) dates whatever changed."""

    now: datetime
    only: frozenset[str] = frozenset(OUTPUTS)
    offline: bool = False
    force: bool = False


def quiet(stage: str) -> None:
    """Show no progress."""


Progress = Callable[[str], None]


def build(folder: Path, out: Path, options: Options, log: Log, progress: Progress = quiet) -> Result:
    """Read the notes in `folder` and write the outputs that `options` asks for into `out`.

    Flaws of the notes and outputs that could not be made are left in `log`. Raises `BuildError` when the
    build cannot go on; then nothing was written.
    """
    with build_lock(out, progress):
        cache = Cache(out / CACHE_FOLDER, enabled=not options.force)
        try:
            if "handbook" in options.only:
                formats.start(cache)
            render.start()
            from cardbook import recipe

            return recipe.make(folder, out, options, cache, log, progress)
        finally:
            process.dismiss()
