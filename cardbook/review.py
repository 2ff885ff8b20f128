"""`review`: a person decides the doubtful pairs; the answers go to `cardbook.yaml`, which always wins."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from cardbook.config import FILE_NAME
from cardbook.files import write_atomically
from cardbook.matching.wording import same_string
from cardbook.model import Decision, Matching, RawNote, Verdict
from cardbook.terminal import printable

KEYS = {"s": "merge", "d": "separate"}
ASK = "[s]ame card   [d]ifferent   [l]ater   [q]uit"
SHOWN_LINES, SHOWN_CHARS = 4, 200
INTRODUCTION = """Same: both become one card, with what each answer says. Different: they stay two cards.
Each answer is written into {file} at once; Ctrl-C ends the review."""


def run(matching: Matching, notes: Sequence[RawNote], sources: Path) -> None:
    """Ask about each doubtful pair of `notes`, surest first, and write each answer down at once.

    "Later" and quitting leave a pair for the next time. Raises `BuildError` when `cardbook.yaml` cannot be written.
    """
    pairs = list(_open(matching, notes))
    if not pairs:
        click.echo("no doubtful pairs: nothing to decide")
        return
    click.echo(INTRODUCTION.format(file=sources / FILE_NAME))
    answered = 0
    for number, decision in enumerate(pairs, 1):
        *why, one, other = decision.reasons
        click.echo()
        _wrapped(f"{number} of {len(pairs)}   {'; '.join(why)}", 0)
        _show(notes[decision.a], one)
        _show(notes[decision.b], other)
        key = _key()
        if key == "q":
            break
        if key in KEYS:
            decide(sources, KEYS[key], notes[decision.a].question, notes[decision.b].question)
            answered += 1
    left = len(pairs) - answered
    click.echo(f"\n{answered} decided in {sources / FILE_NAME}, {left} left; the next build follows them")


def decide(sources: Path, key: str, one: str, other: str) -> None:
    """Append the pair to `merge:` or `separate:` (`key`) of `cardbook.yaml`; comments and layout stay."""
    path = sources / FILE_NAME
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    typed = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    ends = "\r\n" if "\r\n" in typed else "\n"
    typed = typed.replace("\r\n", "\n")
    document = yaml.load(typed)
    if document is None:  # nothing but comments, which the parser drops
        lead, document = typed.rstrip("\n"), CommentedMap()
        lead += "\n" if lead else ""
    else:
        lead = ""
    pair = CommentedSeq(map(DoubleQuotedScalarString, (one, other)))
    pair.fa.set_flow_style()
    if not document.get(key):
        document[key] = CommentedSeq()
    document[key].append(pair)
    text = io.StringIO()
    yaml.dump(document, text)
    write_atomically(path, (lead + text.getvalue()).replace("\n", ends).encode())


def _open(matching: Matching, notes: Sequence[RawNote]) -> Iterator[Decision]:
    """Each doubtful pair of wordings once."""
    seen: set[frozenset[str]] = set()
    doubtful = (decision for decision in matching.decisions if decision.verdict is Verdict.DOUBTFUL)
    for decision in sorted(doubtful, key=lambda d: (-d.score, d.a, d.b)):
        wordings = frozenset(same_string(notes[index].question) for index in (decision.a, decision.b))
        if wordings not in seen:
            seen.add(wordings)
            yield decision


def _show(note: RawNote, reads_as: str) -> None:
    """The question, where it stands, as what it was read, and how its answer begins."""
    click.echo()
    _wrapped(note.question, 2, "bold")
    _wrapped(f"{note.span} · read as {reads_as}", 2, "dim")
    lines = [line for line in note.answer.splitlines() if line.strip()]
    for line in lines[:SHOWN_LINES] or ["(no answer)"]:
        _wrapped(line if len(line) <= SHOWN_CHARS else f"{line[:SHOWN_CHARS]} …", 4)
    if len(lines) > SHOWN_LINES:
        _wrapped(f"… {len(lines) - SHOWN_LINES} more lines", 4, "dim")


def _wrapped(text: str, indent: int, style: str = "") -> None:
    """Print `text` indented, also where the terminal wraps it; only its own words, no markup of it."""
    console = Console(highlight=False)
    for line in Text(printable(text)).wrap(console, max(console.width - indent, 20)):
        line.rstrip()
        console.print(Text.assemble(" " * indent, (line.plain, style)), soft_wrap=True)


def _key() -> str:
    """One key of a terminal, or one line of a pipe; Ctrl-C and the end of the input quit."""
    click.echo(f"\n  {ASK} ", nl=False)
    while True:
        try:
            key = click.getchar() if sys.stdin.isatty() else _line()
        except (KeyboardInterrupt, EOFError):
            key = "q"
        if key.lower() in {*KEYS, "l", "q"}:
            click.echo(key)
            return key.lower()


def _line() -> str:
    line = sys.stdin.readline()
    return line.strip()[:1] if line else "q"
