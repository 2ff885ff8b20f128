"""What a person sees while a build runs: its stages with their times, and the diagnostics.

Everything here goes to stderr. Elsewhere than on a terminal it is plain lines; `NO_COLOR` is obeyed. Notes and file
names are strangers' and must not drive a terminal: control characters are shown, not sent.
"""

from __future__ import annotations

import io
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardbook.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from rich.progress import Progress

MANY = 5
"""A hint that more diagnostics than these share is said once."""
COLOURS = {Severity.INFO: "cyan", Severity.WARNING: "yellow", Severity.ERROR: "red"}


def tolerate() -> None:
    """Let a terminal that has no Chinese show what it can, instead of ending the build."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """Print on stderr, in colour only where that is wanted."""
    click.echo(text, err=True, color=False if os.environ.get("NO_COLOR") else None)


def fail(message: str) -> None:
    """Say why the build cannot go on."""
    say(f"{click.style('error', fg='red', bold=True)}: {printable(message)}")


@contextmanager
def stages() -> Iterator[Callable[[str], None]]:
    """Show what the build is doing: live with times on a terminal, a plain line a stage elsewhere."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda stage: say(f"cardbook: {printable(stage)}")
        return
    with _live() as progress:
        running = _Stages(progress)
        yield running.begin
        running.end()


class _Stages:
    """One line a stage: the last one turns until the next begins."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def begin(self, stage: str) -> None:
        """End the stage that is running, and show the next."""
        self.end()
        self._progress.add_task(printable(stage), total=1)

    def end(self) -> None:
        """End the stage that is running; one that fails is left as it is."""
        for task in self._progress.tasks:
            self._progress.update(task.id, completed=1)


def _live() -> Progress:
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
    from rich.text import Text

    class Seconds(ProgressColumn):
        def render(self, task: Task) -> Text:
            seconds = task.finished_time if task.finished else task.elapsed
            return Text(f"{seconds or 0:.1f} s", "dim")

    console = Console(stderr=True, highlight=False)
    text = TextColumn("{task.description}", markup=False)
    return Progress(SpinnerColumn(finished_text="[green]✓[/]"), text, Seconds(), console=console)


def table(rows: Iterable[tuple[str, str, str, str]]) -> None:
    """Print id, topic, question and places on stdout: aligned on a terminal, separated by tabs elsewhere."""
    if not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(map(printable, row)))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table("id", "topic", "question", "notes", box=None, pad_edge=False, header_style="dim")
    for row in rows:
        drawn.add_row(*(Text(printable(cell)) for cell in row))
    Console(highlight=False).print(drawn)


def show(found: Iterable[Diagnostic], sources: Path, verbose: bool) -> None:
    """Print the diagnostics, notices only if asked for.

    A hint that many of them share is said once, below the last.
    """
    least = Severity.INFO if verbose else Severity.WARNING
    shown = [diagnostic for diagnostic in found if diagnostic.severity >= least]
    left = Counter((diagnostic.code, diagnostic.hint) for diagnostic in shown)
    many = {kind for kind, count in left.items() if count > MANY and not verbose}
    for diagnostic in shown:
        kind = (diagnostic.code, diagnostic.hint)
        left[kind] -= 1
        say(line(diagnostic, sources, hint=kind not in many or not left[kind]))


def line(diagnostic: Diagnostic, sources: Path, *, hint: bool = True) -> str:
    """A diagnostic as a compiler writes it, with a path that the terminal can open."""
    place = f"{sources.as_posix()}/{printable(str(diagnostic.span))}: " if diagnostic.span else ""
    severity = f"{diagnostic.severity.name.lower()}[{diagnostic.code}]"
    word = click.style(severity, fg=COLOURS[diagnostic.severity], bold=True)
    todo = f"\n  hint: {printable(diagnostic.hint)}" if hint and diagnostic.hint else ""
    return f"{place}{word}: {printable(diagnostic.message)}{todo}"


def printable(text: str) -> str:
    """`text` without control characters."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def program() -> str:
    """How the user called us."""
    name = Path(sys.argv[0]).name
    return "python build.py" if name == "build.py" else "cardbook"
