"""`--watch`: build again whenever a note, an image, a template or `canonical.yaml` is saved."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Queue

import click
from watchfiles import Change, DefaultFilter
from watchfiles import watch as changes

from cardbook import templates
from cardbook.diagnostics import BuildError

QUIET_MS = 100
"""A save is over when nothing has moved for so long: editors write, rename and touch in several steps."""
LONGEST_MS = 1000
CANONICAL = "canonical.yaml"
Saves = Queue[set[tuple[Change, str]]]


def watch(sources: Path, out: Path, build: Callable[[], object]) -> None:
    """Build now and after every change of what a build reads, until Ctrl-C.

    What is saved while a build is running is built next. A build that cannot go on, on a half-saved file for
    example, is said and waited out.
    """
    with contextlib.suppress(OSError):  # the build says why
        out.mkdir(parents=True, exist_ok=True)
    wanted = Wanted(out)
    # Our own templates too: whoever has a checkout restyles those.
    saves = _saves([path for path in (sources, out, *templates.folders()) if path.exists()])
    attempt(build)
    wanted.built()
    click.echo(f"watching {sources}; Ctrl-C ends", err=True)
    with contextlib.suppress(KeyboardInterrupt):
        while changed := saves.get():
            if any(wanted(*change) for change in changed):
                attempt(build)
                wanted.built()


def _saves(folders: list[Path]) -> Saves:
    """What is saved from now on."""
    saves: Saves = Queue()

    def collect() -> None:
        for changed in changes(*folders, watch_filter=None, debounce=LONGEST_MS, step=QUIET_MS):
            saves.put(changed)

    threading.Thread(target=collect, daemon=True).start()
    return saves


def attempt(build: Callable[[], object]) -> None:
    """Build, and say why if that fails."""
    try:
        build()
    except (BuildError, OSError) as error:
        click.echo(f"error: {error}", err=True)
        click.echo("waiting for the next save", err=True)


class Wanted(DefaultFilter):
    """Which files count: not what we write ourselves, but what a person types into `canonical.yaml`."""

    def __init__(self, out: Path) -> None:
        super().__init__()
        self._out = out.resolve()
        self._canonical = self._out / CANONICAL
        self._written = b""

    def built(self) -> None:
        """Take what is in `canonical.yaml` now for our own."""
        self._written = self._content()

    def __call__(self, change: Change, path: str) -> bool:
        """Whether `path` is worth a build."""
        there = Path(path).resolve()
        if there == self._canonical:
            return self._content() != self._written
        return not there.is_relative_to(self._out) and super().__call__(change, path)

    def _content(self) -> bytes:
        try:
            return self._canonical.read_bytes()
        except OSError:
            return b""
