"""`--watch`: build again whenever a note or an image is saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from watchfiles import watch as changes

from cardbook.diagnostics import BuildError


def watch(sources: Path, build: Callable[[], int]) -> None:
    """Build now and after every change below `sources`, until Ctrl-C.

    A build that fails, on a half-saved file for example, is said and waited out.
    """
    _attempt(build)
    click.echo(f"watching {sources}; Ctrl-C ends", err=True)
    for _ in changes(sources, raise_interrupt=False):
        _attempt(build)


def _attempt(build: Callable[[], int]) -> None:
    try:
        build()
    except BuildError as error:
        click.echo(f"error: {error}", err=True)
