"""Why a note was merged with what, and kept apart from what, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from cardbook.config import Config
from cardbook.matching.concepts import Glossary, glossary
from cardbook.matching.intent import Intent
from cardbook.matching.question import Question, describe, parse
from cardbook.matching.wording import same_string
from cardbook.model import Decision, Matching, RawNote, Verdict

ALIKE = 0.5
"""So alike are two wordings (0 to 1) that may be one mistyped."""
_TITLES = {
    Verdict.SAME: "merged with",
    Verdict.DOUBTFUL: "doubtful, kept apart (answer with the command `review`)",
    Verdict.RELATED: "related, kept apart",
}


def explain(question: str, notes: Sequence[RawNote], matching: Matching, config: Config) -> str:
    """The decisions about the notes that ask `question` (or the closest wording), as lines of text."""
    names = glossary(config.terms)
    found = _find(question, notes, names)
    if not found:
        return f"No note asks “{question}”; --list shows what they ask, report.html what was passed over."
    note = notes[found[0]]
    asks = parse(note.question, names, note.topics)
    lines = [f"{note.question}", f"  reads as   {describe(asks, names)}"]
    cluster = next(c for c in matching.clusters if found[0] in c)
    lines += [f"  one card of {len(cluster)}: {notes[i].span}  {notes[i].question}" for i in cluster]
    decisions = [d for d in matching.decisions if d.a in cluster or d.b in cluster]
    for verdict, title in _TITLES.items():
        chosen = _nearest((d for d in decisions if d.verdict is verdict), cluster)
        lines += [f"  {title}:" for _ in chosen[:1]]
        lines += [line for decision in chosen for line in _lines(decision, cluster, notes)]
    return "\n".join(lines)


def _nearest(decisions: Iterable[Decision], cluster: Sequence[int]) -> list[Decision]:
    """The likeliest first; of those about one other note only that."""
    ranked = sorted(decisions, key=lambda d: (-d.score, d.a, d.b))
    best: dict[int, Decision] = {}
    for decision in ranked:
        best.setdefault(decision.b if decision.a in cluster else decision.a, decision)
    return list(best.values())


def _find(question: str, notes: Sequence[RawNote], names: Glossary) -> list[int]:
    """The notes that ask this, word by word, else the one that asks most of it."""
    strings = [same_string(note.question) for note in notes]
    wanted = same_string(question)
    if wanted in strings:
        return [i for i, text in enumerate(strings) if text == wanted]
    asked = parse(question, names)

    def closeness(i: int) -> tuple[float, bool, float]:
        asks = parse(notes[i].question, names)
        common, every = asked.units & asks.units, asked.units | asks.units
        return len(common) / max(len(every), 1), not _wants(asked).isdisjoint(_wants(asks)), alike(i)

    def alike(i: int) -> float:
        return SequenceMatcher(None, wanted, strings[i]).ratio()

    best = max(range(len(notes)), key=closeness, default=-1)
    return [best] if best >= 0 and (closeness(best)[0] > 0 or alike(best) >= ALIKE) else []


def _wants(asked: Question) -> frozenset[Intent]:
    return frozenset(want for ask in asked.asks for want in ask.wants)


def _lines(decision: Decision, cluster: Sequence[int], notes: Sequence[RawNote]) -> list[str]:
    one, other = (decision.a, decision.b) if decision.a in cluster else (decision.b, decision.a)
    head = f"    {decision.score:.2f}  {notes[other].span}  {notes[other].question}"
    if other in cluster:
        head += f"  (by {notes[one].span})"
    return [head, *(f"          {reason}" for reason in decision.reasons)]
