"""The build as a function, for scripts: `import cardbook; book, report = cardbook.build("notes")`.

docs/api.md tells more. What a `Report` says is what the command line prints and `report.html` shows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cardbook import pipeline
from cardbook.diagnostics import Diagnostic, Log
from cardbook.edition import Compiled, Output, Result
from cardbook.identity import Changes
from cardbook.model import Book, RawNote, Verdict


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two notes that may ask the same; `score` in [0, 1], `reasons` in words. They were kept apart."""

    a: RawNote
    b: RawNote
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did.

    `notes` are all that were read, repaired, in the order of the files. `diagnostics` are in the order of
    their places. `failed` names the outputs that were asked for and could not be made; the reason is among the
    diagnostics.
    """

    notes: tuple[RawNote, ...]
    changes: Changes
    doubtful: tuple[Doubt, ...]
    diagnostics: tuple[Diagnostic, ...]
    outputs: tuple[Output, ...]
    failed: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every output that was asked for is there."""
        return not self.failed


def build(
    notes: str | os.PathLike[str],
    out: str | os.PathLike[str] = "dist",
    *,
    only: Iterable[str] = pipeline.OUTPUTS,
    offline: bool = False,
    force: bool = False,
    now: datetime | None = None,
    progress: Callable[[str], None] = pipeline.quiet,
) -> tuple[Book, Report]:
    """Build the folder `notes` into the folder `out`, and return the cards and what was done.

    `only` names the outputs (`canonical`, `deck`, `handbook`, `report`); `canonical.yaml` is always written,
    since it is the memory of the ids. `offline` and `force` are as on the command line. `now` (with a time zone)
    dates what changed, by default the clock. `progress` is told each stage.

    Raises `BuildError` when nothing could be made (its message is for the user), `ValueError` for an output
    that there is not, `NotADirectoryError` if `notes` is no folder.
    """
    folder, wanted = Path(notes), frozenset(only)
    if unknown := sorted(wanted - {*pipeline.OUTPUTS}):
        raise ValueError(f"no such output: {', '.join(unknown)} (there are {', '.join(pipeline.OUTPUTS)})")
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder of notes")
    when = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    log = Log()
    options = pipeline.Options(when, wanted, offline, force)
    result = pipeline.build(folder, Path(out), options, log, progress)
    return result.book, _report(result, log)


def _report(result: Result, log: Log) -> Report:
    return Report(
        notes=result.compiled.notes,
        changes=result.changes,
        doubtful=doubtful(result.compiled),
        diagnostics=tuple(log),
        outputs=result.outputs,
        failed=result.failed,
    )


def doubtful(compiled: Compiled) -> tuple[Doubt, ...]:
    """The doubtful pairs that are not on one card, the likeliest first."""
    home = {note: k for k, cluster in enumerate(compiled.matching.clusters) for note in cluster}
    notes = compiled.notes
    found = [
        Doubt(notes[d.a], notes[d.b], d.score, d.reasons)
        for d in compiled.matching.decisions
        if d.verdict is Verdict.DOUBTFUL and home[d.a] != home[d.b]
    ]
    return tuple(sorted(found, key=lambda doubt: (-doubt.score, doubt.a.span, doubt.b.span)))
