"""XeLaTeX, run so that nothing gets in or out, and its log, read so that every complaint has a place.

TeX runs without shell escape, reads and writes only below its own folder (`openin_any`, `openout_any`),
sees no TeX trees of the user's, and is ended with all its children at the time limit. The same input gives
the same bytes: TeX's clock stands still, and a document says its dates itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from cardbook import process, tools
from cardbook.cache import Cache
from cardbook.limits import TEX_MEMORY_MB, TEX_SECONDS
from cardbook.process import Outcome

PACKAGES = (
    "texlive-xetex texlive-lang-chinese texlive-latex-recommended texlive-latex-extra texlive-plain-generic"
)
"""The Debian packages that bring what the handbook needs; `scripts/system-packages.sh` installs them."""
MAX_PASSES = 5
"""A document whose page numbers still move after this many runs never settles."""
# What LaTeX reads back on the next run: when none of these changed, another run would change nothing.
_CARRIED = (".aux", ".toc", ".out")
# What a document is made of: the last are the folders of images.
_READ = (".tex", ".rest", ".fmt", "")
_MARKER = re.compile(r"^cardbook:at:(.*)$")
_MISSING = re.compile(r"^Missing character: There is no (.*?) in font .*!$")
_OVERFULL = re.compile(r"^Overfull \\[hv]box \(([\d.]+)pt too (?:wide|high)\)")
_OURS = "! Interruption."
"""What TeX says when we end it; that it is late is told otherwise."""
_REFERENCE = re.compile(r"^LaTeX Warning: (?:Reference|Hyper reference) `(.*?)'.* undefined")


@dataclass(frozen=True, slots=True)
class Document:
    """What TeX is to set: the file it begins with, the name of a format beside it (or none), and its standard input."""

    source: Path
    format_name: str = ""
    stdin: bytes = b""


@dataclass(frozen=True, slots=True)
class Finding:
    """One complaint of TeX's. `kind` is error, missing, overfull or reference; `at` the last marker before it.

    `text` is TeX's reason, the missing character or the reference; `points` how far a box sticks out.
    """

    kind: str
    at: str
    text: str
    points: float = 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a document: the PDF if there is one, TeX's findings, and how many runs it took.

    `stopped_at` is the marker at which the last run was cut short, by an error that TeX does not survive or by
    the time limit; `None` when it came to its end (the marker `end`).
    """

    pdf: Path | None
    findings: tuple[Finding, ...]
    passes: int
    timed_out: bool = False
    log: str = ""

    @property
    def stopped_at(self) -> str | None:
        """See above."""
        found = markers(self.log)
        return None if "end" in found else (found[-1] if found else "")


def installed() -> bool:
    """Whether there is a XeLaTeX on the path."""
    return shutil.which("xelatex") is not None


def version(cache: Cache) -> str:
    """The first line of `xelatex --version`; what TeX made depends on it. Empty without TeX."""
    try:
        return tools.version("xelatex", cache)
    except OSError:
        return ""


def typeset(
    document: Document,
    *,
    seconds: float = TEX_SECONDS,
    passes: int = MAX_PASSES,
    meanwhile: Callable[[], object] | None = None,
) -> Result:
    """Run XeLaTeX on a document, in its folder, until what it carries over to the next run stands still.

    `seconds` holds for all runs together. `meanwhile` is done in every run, while TeX is running; what it raises
    is lost. Errors of the document are recovered from, so there may be a PDF in spite of findings. Raises
    `OSError` when XeLaTeX cannot be started.
    """
    pdf = document.source.with_suffix(".pdf")
    pdf.unlink(missing_ok=True)
    outcomes = list(_runs(document, passes, seconds, partial(_set, meanwhile=meanwhile)))
    timed_out = outcomes[-1].timed_out
    # A run that was ended wrote the end of its log nowhere.
    log = outcomes[-1].stdout.decode(errors="replace") if timed_out else _read(pdf.with_suffix(".log"))
    return Result(
        pdf if pdf.exists() and not timed_out else None, tuple(findings(log)), len(outcomes), timed_out, log
    )


def start(document: Document) -> None:
    """Start the next run of `typeset`: TeX reads until it needs its standard input, and waits."""
    if installed():
        folder = document.source.parent
        process.start(
            _command(_arguments(document)),
            folder=folder,
            environment=_environment(folder),
            memory_mb=TEX_MEMORY_MB,
        )


def _runs(document: Document, passes: int, seconds: float, set_: Callable[..., Outcome]) -> Iterator[Outcome]:
    source, done = document.source, 0
    if passes > 1 and not source.with_suffix(".aux").exists():
        if document.stdin:
            start(document)
        done = 1
        yield (outcome := _draft(document, partial(set_, seconds=seconds)))
        if outcome.timed_out:
            process.dismiss(source.parent)
            return
    before = _carried(source)
    for number in range(done, passes):
        yield (outcome := set_(document, seconds=seconds / passes if number else seconds))
        after = _carried(source)
        if outcome.timed_out or after == before or not source.with_suffix(".pdf").exists():
            return
        before = after


def _draft(document: Document, set_: Callable[..., Outcome]) -> Outcome:
    """The first run of all, which is never the last, makes no PDF. It has a folder of its own, since the next run
    waits in the other.
    """
    source = document.source
    folder = source.parent / "draft"
    shutil.rmtree(folder, ignore_errors=True)
    parts = [path.absolute() for path in source.parent.iterdir() if path.suffix in _READ]
    folder.mkdir()
    for path in parts:
        (folder / path.name).symlink_to(path)
    outcome = set_(replace(document, source=folder / source.name), draft=True)
    for suffix in _CARRIED:
        with contextlib.suppress(FileNotFoundError):
            (folder / source.name).with_suffix(suffix).replace(source.with_suffix(suffix))
    shutil.rmtree(folder, ignore_errors=True)
    return outcome


def _set(
    document: Document, *, seconds: float, draft: bool = False,
    meanwhile: Callable[[], object] | None = None,
) -> Outcome:  # fmt: skip
    return run(
        _arguments(document, draft), document.source.parent,
        seconds=seconds, stdin=document.stdin, meanwhile=meanwhile,
    )  # fmt: skip


def _arguments(document: Document, draft: bool = False) -> list[str]:
    return [
        *([f"-fmt={document.format_name}"] if document.format_name else []),
        *(["-no-pdf"] if draft else []),
        document.source.name,
    ]


def forget(source: Path) -> None:
    """Remove what earlier runs of `source` left for the next one."""
    for suffix in _CARRIED:
        source.with_suffix(suffix).unlink(missing_ok=True)


def markers(log: str) -> list[str]:
    """The `cardbook:at:` markers of a log, in order."""
    return [marker[1] for line in log.splitlines() if (marker := _MARKER.match(line))]


def findings(log: str) -> Iterator[Finding]:
    """TeX's complaints in a log, each with the last `cardbook:at:` marker before it."""
    at = ""
    lines = log.splitlines()
    for number, line in enumerate(lines):
        if marker := _MARKER.match(line):
            at = marker[1]
        elif line.startswith("! ") and line != _OURS:
            yield Finding("error", at, _reason(lines, number))
        elif missing := _MISSING.match(line):
            yield Finding("missing", at, missing[1])
        elif overfull := _OVERFULL.match(line):
            yield Finding("overfull", at, line, float(overfull[1]))
        elif reference := _REFERENCE.match(line):
            yield Finding("reference", at, reference[1])


def _reason(lines: list[str], number: int) -> str:
    """What TeX says of an error, and the last thing it had read."""
    message = lines[number][2:].strip()
    if message != "Undefined control sequence.":
        return message
    read = next((line for line in lines[number + 1 : number + 9] if "\\" in line), "")
    return f"{message} {read[read.rfind(chr(92)) :].strip()}".strip()


def run(
    arguments: Sequence[str], folder: Path, *, seconds: float, stdin: bytes = b"",
    meanwhile: Callable[[], object] | None = None,
) -> Outcome:  # fmt: skip
    """Run XeLaTeX once, so that nothing gets in or out. Raises `OSError` when it cannot be started."""
    return process.run(
        _command(arguments),
        seconds=seconds,
        stdin=stdin,
        folder=folder,
        environment=_environment(folder),
        memory_mb=TEX_MEMORY_MB,
        meanwhile=meanwhile,
    )


def _command(arguments: Sequence[str]) -> list[str]:
    by_line = ["stdbuf", "-oL"] if shutil.which("stdbuf") else []
    return [*by_line, "xelatex", "-no-shell-escape", "-interaction=nonstopmode", *arguments]


def _environment(folder: Path) -> dict[str, str]:
    own = str(folder / "texmf")
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": own,
        "LC_ALL": "C.UTF-8",
        "TEXMFHOME": own,
        "TEXMFVAR": own,
        "TEXMFCONFIG": own,
        "openin_any": "p",
        "openout_any": "p",
        "shell_escape": "f",
        # Dates are for the document to say.
        "SOURCE_DATE_EPOCH": "0",
        "FORCE_SOURCE_DATE": "1",
        # Whole lines in the log: a wrapped one would hide the end of a message.
        "max_print_line": "10000",
        "error_line": "254",
        "half_error_line": "238",
    }


def _carried(source: Path) -> str:
    digest = hashlib.sha256()
    for suffix in _CARRIED:
        path = source.with_suffix(suffix)
        digest.update(path.read_bytes() if path.exists() else b"-")
    return digest.hexdigest()


def _read(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.exists() else ""
