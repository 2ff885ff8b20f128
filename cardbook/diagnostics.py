"""What is wrong in the notes, and what makes a build impossible.

A flaw in the notes is a `Diagnostic`: collected in a `Log`, sorted and shown together, never raised.
A build that cannot go on raises `BuildError`, whose message is written for the user.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field


class BuildError(Exception):
    """The build cannot go on; the message says why and what to do."""


class Severity(enum.IntEnum):
    """How bad it is: `INFO` was repaired, `WARNING` costs something, `ERROR` lost an output or a file."""

    INFO = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in the user's own file, as an editor counts it.

    `file` is the path below the sources folder (POSIX separators); `line` and `column` are 1-based,
    columns in characters.
    """

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: its `code` names the pattern (`answer-missing`), its `hint` says what to do."""

    severity: Severity
    code: str
    span: Span | None
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{place}{self.severity.name.lower()}[{self.code}]: {self.message}{hint}"


@dataclass(slots=True)
class Log:
    """Where the stages leave their diagnostics. Iterating gives them in the order of their places, once each."""

    _found: dict[Diagnostic, None] = field(default_factory=dict)

    def add(self, severity: Severity, code: str, span: Span | None, message: str, hint: str = "") -> None:
        """Record one finding; `code` must be a key of `CODES`."""
        if code not in CODES:
            raise KeyError(f"undocumented diagnostic code: {code}")
        self._found.setdefault(Diagnostic(severity, code, span, message, hint))

    def info(self, code: str, span: Span | None, message: str, hint: str = "") -> None:
        """Record something that was repaired or decided, and that costs nothing."""
        self.add(Severity.INFO, code, span, message, hint)

    def warning(self, code: str, span: Span | None, message: str, hint: str = "") -> None:
        """Record something that costs the user a part of a note, or that only the user can mend."""
        self.add(Severity.WARNING, code, span, message, hint)

    def error(self, code: str, span: Span | None, message: str, hint: str = "") -> None:
        """Record the loss of a whole file or of an output that was asked for."""
        self.add(Severity.ERROR, code, span, message, hint)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(sorted(self._found, key=lambda d: (d.span or Span(""), -d.severity, d.code, d.message)))

    def __len__(self) -> int:
        return len(self._found)


# Every code with what it means, in one line. docs/diagnostics.md says what to do about each; a test compares.
# Each stage keeps its own block, in alphabetical order.
CODES: dict[str, str] = {
    # read
    "control-characters": "control characters that no output can show; they were read as spaces",
    "encoding-broken": "bytes that are invalid in the file's encoding; a mark stands in their place",
    "encoding-guessed": "the file is not UTF-8; its encoding was detected",
    "file-refused": "the file cannot be read as a note",
    "front-matter-broken": "the front matter is no valid YAML; it was left out, the notes below it count",
    "line-too-long": "a line longer than any prose; kept as plain text",
    # dialects
    "answer-missing": "a question that no note answers",
    # identify
    "hand-edit-conflict": "a card was edited in canonical.yaml, and its notes changed as well; the edit is kept",
    "hand-edit-kept": "a card is as it was edited in canonical.yaml",
    "hand-edit-set-aside": "a card that was edited in canonical.yaml is no card any more; the text is kept there",
    # media
    "image-missing": "a local image that is not in the sources folder",
    "image-unreachable": "a remote image that could not be had; a placeholder stands in its place",
    # formulas
    "math-unproven": "a formula that TeX or MathJax refuses; it is shown as code",
    # handbook
    "font-missing": "a font named in cardbook.yaml is not installed",
    "glyph-missing": "a character that the handbook's fonts lack",
    "overfull": "a line or formula that sticks out of the handbook's text",
    "reference-undefined": "a cross-reference of the handbook that leads nowhere",
    "tex-failed": "an answer that TeX cannot set; the handbook shows it as typed",
    # outputs
    "output-failed": "an output that was asked for could not be made",
}
