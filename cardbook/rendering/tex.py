"""XeLaTeX, run so that nothing gets in or out, and its log, read so that every complaint has a place.

TeX runs without shell escape, reads and writes only below its own folder (`openin_any`, `openout_any`),
sees no TeX trees of the user's, and is ended with all its children at the time limit. The same input gives
the same bytes: dates and identifiers come from `SOURCE_DATE_EPOCH`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cardbook import tools
from cardbook.cache import Cache
from cardbook.limits import TEX_MEMORY_MB, TEX_SECONDS
from cardbook.process import Outcome
from cardbook.process import run as run_program

PACKAGES = (
    "texlive-xetex texlive-lang-chinese texlive-latex-recommended texlive-latex-extra texlive-plain-generic"
)
"""The Debian packages that bring what the handbook needs; `scripts/system-packages.sh` installs them."""
MAX_PASSES = 5
"""A document whose page numbers still move after this many runs never settles."""
# What LaTeX reads back on the next run: when none of these changed, another run would change nothing.
_CARRIED = (".aux", ".toc", ".out")
_MARKER = re.compile(r"^cardbook:at:(.*)$")
_MISSING = re.compile(r"^Missing character: There is no (.*?) in font .*!$")
_OVERFULL = re.compile(r"^Overfull \\[hv]box \(([\d.]+)pt too (?:wide|high)\)")
_REFERENCE = re.compile(r"^LaTeX Warning: (?:Reference|Hyper reference) `(.*?)'.* undefined")


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
    source: Path,
    *,
    epoch: int = 0,
    seconds: float = TEX_SECONDS,
    passes: int = MAX_PASSES,
    format_name: str = "",
) -> Result:
    """Run XeLaTeX on `source`, in its folder, until what it carries over to the next run stands still.

    `format_name` is a format in that folder, see `formats`. `epoch` (seconds since 1970) is the date the PDF says
    it was made. `seconds` holds for all runs together. Errors are recovered from, so there may be a PDF in spite
    of findings. Raises `OSError` when XeLaTeX cannot be started.
    """
    pdf = source.with_suffix(".pdf")
    pdf.unlink(missing_ok=True)
    before, number, timed_out, said = _carried(source), 0, False, ""
    options = [f"-fmt={format_name}"] if format_name else []
    for number in range(1, passes + 1):
        # The first run of all is never the last, so it need not make a PDF.
        draft = ["-no-pdf"] if passes > 1 and not source.with_suffix(".aux").exists() else []
        limit = seconds / passes if number > 1 else seconds
        outcome = run([*options, *draft, source.name], source.parent, seconds=limit, epoch=epoch)
        timed_out, said = outcome.timed_out, outcome.stdout.decode(errors="replace")
        after = _carried(source)
        if timed_out or (not draft and (not pdf.exists() or after == before)):
            break
        before = after
    source.with_suffix(".xdv").unlink(missing_ok=True)
    # A run that was ended wrote the end of its log nowhere.
    log = said if timed_out else _read(source.with_suffix(".log"))
    return Result(
        pdf if pdf.exists() and not timed_out else None, tuple(findings(log)), number, timed_out, log
    )


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
        elif line.startswith("! "):
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


def run(arguments: Sequence[str], folder: Path, *, seconds: float, epoch: int = 0) -> Outcome:
    """Run XeLaTeX once, so that nothing gets in or out. Raises `OSError` when it cannot be started."""
    by_line = ["stdbuf", "-oL"] if shutil.which("stdbuf") else []
    return run_program(
        [*by_line, "xelatex", "-no-shell-escape", "-interaction=nonstopmode", *arguments],
        seconds=seconds,
        folder=folder,
        environment=_environment(folder, epoch),
        memory_mb=TEX_MEMORY_MB,
    )


def _environment(folder: Path, epoch: int) -> dict[str, str]:
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
        "SOURCE_DATE_EPOCH": str(epoch),
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
