"""What is wrong in the notes, and what makes a build impossible.

A flaw in the notes is a `Diagnostic`: collected in a `Log`, sorted and shown together, never raised.
A build that cannot go on raises `BuildError`, whose message is written for the user.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
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


def count(number: int, noun: str) -> str:
    """A number with its noun, for messages: `1 file`, `3 files`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


@dataclass(slots=True)
class Log:
    """Where the stages leave their diagnostics. Iterating gives them in the order of their places, once each."""

    _found: dict[Diagnostic, None] = field(default_factory=dict)

    def add(self, severity: Severity, code: str, span: Span | None, message: str, hint: str = "") -> None:
        """Record one finding; `code` must be a key of `CODES`."""
        if code not in CODES:
            raise KeyError(f"undocumented diagnostic code: {code}")
        self._found.setdefault(Diagnostic(severity, code, span, message, hint))

    def take(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Record what another log found."""
        for one in diagnostics:
            self._found.setdefault(one)

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
    # config
    "config": "a mistake in cardbook.yaml",
    # read
    "control-characters": "control characters that no output can show; they were read as spaces",
    "encoding-broken": "bytes that are invalid in the file's encoding; a mark stands in their place",
    "encoding-guessed": "the file is not UTF-8; its encoding was detected",
    "file-refused": "the file cannot be read as a note",
    "front-matter-broken": "the front matter is no valid YAML; it was left out, the notes below it count",
    "answer-too-long": "an answer longer than cards and pages can show; the rest is in canonical.yaml alone",
    "line-too-long": "a line longer than any prose; kept as plain text",
    # dialects
    "answer-missing": "a question that no note answers",
    "note-embedded": "a note that another one embeds (`![[note]]`); its name stands on the card",
    "no-notes": "the folder holds no question that could become a card",
    "text-left-out": "a text amid the questions that no heading or label makes an answer; it is on no card",
    # decisions
    "decision-unused": "a question or file named in cardbook.yaml that is not in the notes",
    # identify
    "hand-edit-conflict": "a card was edited in canonical.yaml, and its notes changed as well; the edit is kept",
    "hand-edit-kept": "a card is as it was edited in canonical.yaml",
    "hand-edit-set-aside": "a card that was edited in canonical.yaml is no card any more; the text is kept there",
    # tidy
    "bidi-character": "a mark that makes text read in another order than it is stored was removed",
    "bold-marks": "asterisks or underscores that CommonMark leaves visible were moved so that they make bold",
    "callout": "a callout (`> [!note]`) became a quote with a bold title",
    "control-character": "a control character was removed",
    "dollar-sign": "a dollar that is money or a variable was escaped, so that no formula begins there",
    "equation-image": "the picture of a formula became the formula",
    "exotic-space": "a space of another width, or of none, became a plain one or was removed",
    "heading-space": "a heading without a blank after its `#` got one",
    "highlight": "a highlight (`==…==`) became bold",
    "html-break": "`<br>` became a line break",
    "html-code": "HTML code became Markdown code",
    "html-comment": "an HTML comment was removed",
    "html-details": "`<details>` became its bold summary and its content",
    "html-dropped": "an HTML tag that only lays out was dropped; its text stays",
    "html-emphasis": "HTML emphasis (bold, italic, underline, colour, strike) became Markdown's",
    "html-escaped": "something like a tag that is none, or has no partner, is shown as typed",
    "html-heading": "an HTML heading became a Markdown heading",
    "html-image": "`<img>` became a Markdown image",
    "html-link": "`<a>` became a Markdown link, or its text",
    "html-list": "an HTML list became a Markdown list",
    "html-quote": "an HTML quote became a Markdown quote",
    "html-rule": "`<hr>` became a rule",
    "html-script": "`<sup>` or `<sub>` became a formula or a raised character",
    "html-table": "an HTML table became a pipe table",
    "image-address": "an image's address or size was written as Markdown reads it",
    "look-alike-character": "a radical or ligature from a PDF became the character that it looks like",
    "math-delimiter": "a formula marked in another way (`\\(…\\)`, `＄`, bare `align`) got dollars",
    "math-display": "a display formula in a heading or table cell became an inline one",
    "math-emphasis": "emphasis marks inside a formula were removed",
    "math-entity": "HTML entities inside a formula became the characters that they mean",
    "math-environment": "an environment that cannot stand where it stood became one that can",
    "math-escape": "Markdown escapes inside a formula were undone",
    "math-html": "HTML tags inside a formula were removed",
    "math-in-code": "a formula marked as code became a formula",
    "math-in-table": "a bare `|` of a formula, which would end a table cell, became `\\vert`",
    "math-lines": "lines of a display formula that Markdown would take for a list or a quote moved up",
    "math-macro": "a command that LaTeX does not know became one that it does",
    "math-row-break": "a lost row break in a matrix or in cases was restored",
    "math-spaces": "blanks beside a formula's dollars were removed",
    "math-special": "a bare `%`, `#` or `&` inside a formula was escaped",
    "math-text": "Chinese text inside a formula went into `\\text`",
    "math-unicode": "Unicode characters inside a formula became the commands that they mean",
    "site-tag": "a tag of a site generator or of Obsidian (`{% … %}`, `%%…%%`) was taken out",
    "table-apart": "a table got the blank line before it that it needs",
    "wiki-link": "a link of Obsidian became its text or an image",
    # media
    "image-broken": "an image that cannot be decoded or drawn, or is larger than the limits; a placeholder stands",
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
    # render
    "render-failed": "a text that pandoc could not read; it is shown as typed",
    # outputs
    "output-failed": "an output that was asked for could not be made",
}
