"""Why a note was merged with what, and kept apart from what, in words."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from cardbook.config import Config
from cardbook.matching.concepts import glossary
from cardbook.matching.question import describe, parse
from cardbook.matching.wording import same_string
from cardbook.model import Decision, Matching, RawNote, Verdict

_TITLES = {
    Verdict.SAME: "merged with",
    Verdict.DOUBTFUL: "doubtful, kept apart (answer with the command `review`)",
    Verdict.RELATED: "related, kept apart",
}


def explain(question: str, notes: Sequence[RawNote], matching: Matching, config: Config) -> str:
    """The decisions about the notes that ask `question` (or the closest wording), as lines of text."""
    found = _find(question, notes)
    if not found:
        return f"No note asks “{question}”; --list shows what they ask, report.html what was passed over."
    names = glossary(config.terms)
    note = notes[found[0]]
    asks = parse(note.question, names, note.topics)
    lines = [f"{note.question}", f"  reads as   {describe(asks, names)}"]
    cluster = next(c for c in matching.clusters if found[0] in c)
    lines += [f"  one card of {len(cluster)}: {notes[i].span}  {notes[i].question}" for i in cluster]
    decisions = [d for d in matching.decisions if d.a in cluster or d.b in cluster]
    for verdict, title in _TITLES.items():
        chosen = sorted((d for d in decisions if d.verdict is verdict), key=lambda d: (-d.score, d.a, d.b))
        lines += [f"  {title}:" for _ in chosen[:1]]
        lines += [line for decision in chosen for line in _lines(decision, cluster, notes)]
    return "\n".join(lines)


def _find(question: str, notes: Sequence[RawNote]) -> list[int]:
    strings = [same_string(note.question) for note in notes]
    wanted = same_string(question)
    if wanted not in strings:
        wanted = next(iter(get_close_matches(wanted, strings, n=1, cutoff=0.5)), "")
    return [i for i, text in enumerate(strings) if text == wanted] if wanted else []


def _lines(decision: Decision, cluster: Sequence[int], notes: Sequence[RawNote]) -> list[str]:
    one, other = (decision.a, decision.b) if decision.a in cluster else (decision.b, decision.a)
    head = f"    {decision.score:.2f}  {notes[other].span}  {notes[other].question}"
    if other in cluster:
        head += f"  (by {notes[one].span})"
    return [head, *(f"          {reason}" for reason in decision.reasons)]
