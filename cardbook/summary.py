"""What a person wants to read at the end of a build, on stdout."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from cardbook.api import doubtful
from cardbook.diagnostics import Log, Severity, count
from cardbook.edition import Compiled, Output, Result
from cardbook.identity import Changes, search
from cardbook.matching import explain
from cardbook.model import Fate


def summary(result: Result, log: Log, review: str = "review") -> str:
    """Notes read, cards, merges, unanswered, what changed, and each output with its size and time.

    `review` is how to call that command.
    """
    lines = [
        _read(result.compiled),
        _blocks(result.compiled),
        _cards(result),
        _changes(result),
        *_retired(result),
        *_outputs(result),
        *_doubtful(result, review),
        _found(log),
    ]
    return "\n".join(line for line in lines if line)


def settled(result: Result, log: Log, review: str = "review") -> str:
    """The summary of the same build if it runs once more and nothing has changed."""
    outputs = tuple(replace(output, changed=False) for output in result.outputs)
    return summary(replace(result, changes=Changes((), (), (), ()), outputs=outputs), log, review)


def _read(compiled: Compiled) -> str:
    dialects = Counter(parsed.dialect for parsed in compiled.parsed)
    kinds = ", ".join(f"{name} {n}" for name, n in sorted(dialects.items()))
    files = count(len(compiled.parsed), "file") + (f" ({kinds})" if kinds else "")
    unanswered = sum(not note.blocks for note in compiled.notes)
    return f"read      {files}, {count(len(compiled.notes), 'note')}, {unanswered} without an answer"


def _blocks(compiled: Compiled) -> str:
    account = [one for parsed in compiled.parsed for one in parsed.account]
    fates = Counter(one.fate for one in account)
    reasons = Counter(one.reason for one in account if one.fate is Fate.SKIPPED)
    parts = [f"{fate.value} {fates[fate]}" for fate in Fate if fates[fate]]
    why = ", ".join(f"{reason} {n}" for reason, n in reasons.most_common())
    if not account:
        return ""
    return f"blocks    {len(account):,}: {', '.join(parts)}" + (f" ({why})" if why else "")


def _cards(result: Result) -> str:
    book = result.book
    merged = [card for card in book.entries if len(card.sources) > 1]
    notes = sum(len(card.sources) for card in merged)
    return (
        f"cards     {len(book.entries)}, of which {len(merged)} merged from {notes} notes; "
        f"{count(len(book.unanswered), 'question')} unanswered"
    )


def _changes(result: Result) -> str:
    kinds = ("new", "changed", "restored", "retired")
    counts = {kind: len(getattr(result.changes, kind)) for kind in kinds}
    told = ", ".join(f"{n} {kind}" for kind, n in counts.items() if n)
    return f"changes   {told or 'none since the last build'}"


def _retired(result: Result) -> list[str]:
    if not result.changes.retired:
        return []
    found = search(card.id for card in result.changes.retired)
    return [f"          to delete the retired notes, search in Anki's browser for: {found}"]


def _outputs(result: Result) -> list[str]:
    return [_output(output) for output in result.outputs] + [f"failed    {name}" for name in result.failed]


def _output(output: Output) -> str:
    state = f"{output.seconds:.1f} s" if output.changed else "unchanged"
    return f"wrote     {output.path} ({_size(output.size)}, {state})"


def _doubtful(result: Result, review: str) -> list[str]:
    """Pairs that wait for a person."""
    pairs = doubtful(result.compiled)
    if not pairs:
        return []
    shown = any(output.name == "report" for output in result.outputs)
    ways = f"with `{review}`{', or as report.html says' * shown}"
    return [f"decide    {count(len(pairs), 'doubtful pair')}: {ways}"]


def _found(log: Log) -> str:
    counts = Counter(diagnostic.severity for diagnostic in log)
    parts = [_kinds(log, s) for s in (Severity.ERROR, Severity.WARNING) if counts[s]]
    notices = f"{count(counts[Severity.INFO], 'notice')} (shown with -v)" if counts[Severity.INFO] else ""
    found = ", ".join([*parts, *([notices] if notices else [])])
    return f"found     {found}" if found else ""


def _kinds(log: Log, severity: Severity) -> str:
    codes = Counter(diagnostic.code for diagnostic in log if diagnostic.severity is severity)
    told = ", ".join(f"{code} {n}" for code, n in codes.most_common())
    return f"{count(codes.total(), severity.name.lower())} ({told})"


def listing(compiled: Compiled) -> list[tuple[str, str, str, str]]:
    """Every card: id, topic, question, and the places of its notes."""
    rows = []
    for card in compiled.book.entries:
        spans = " ".join(f"{span.file}:{span.line}" for span in compiled.places.questions(card.id))
        rows.append((card.id, card.topic, card.question, spans))
    return rows


def explanation(compiled: Compiled, question: str) -> str:
    """Why the card of `question`, or of that id, is one card: what was merged, what was kept apart, and why."""
    asked = {card.id: card.sources[0].question for card in compiled.book.entries if card.sources}
    return explain(asked.get(question, question), compiled.notes, compiled.matching, compiled.config)


def _size(size: int) -> str:
    return f"{size / 1000:,.0f} kB" if size < 10_000_000 else f"{size / 1_000_000:,.0f} MB"
