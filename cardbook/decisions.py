"""What `cardbook.yaml` decides, in terms of the notes: ids of cards become wordings, and what has no effect is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rapidfuzz import process

from cardbook.config import FILE_NAME, Config
from cardbook.diagnostics import Log, Span
from cardbook.matching.wording import same_string
from cardbook.model import Book, RawNote

CLOSE = 70
"""From this likeness on, of 100, another wording is offered as the one that was meant."""

Groups = tuple[tuple[str, ...], ...]


def resolve(
    config: Config, folder: Path, previous: Book | None, notes: Sequence[RawNote], log: Log
) -> Config:
    """The configuration with questions as they stand in `notes`, where it named cards of the `previous` book.

    A question that no note asks and a file that is not in `folder` are left in the log, at their place in
    `cardbook.yaml`: a typo there must not pass for a decision.
    """
    decided = _Decisions(folder, previous, notes, log)
    for name in config.files:
        if not (folder / name).exists():
            decided.tell(name, f"files: there is no file “{name}”")
    return replace(
        config,
        merge=decided.groups("merge", config.merge),
        separate=decided.groups("separate", config.separate),
    )


class _Decisions:
    """Looks up what a person typed."""

    def __init__(self, folder: Path, previous: Book | None, notes: Sequence[RawNote], log: Log) -> None:
        self._path = folder / FILE_NAME
        self._wordings = dict(_wordings(previous)) if previous else {}
        self._asked: Mapping[str, str] = {same_string(note.question): note.question for note in notes}
        self._log = log

    def groups(self, key: str, groups: Groups) -> Groups:
        """The groups below `key`, each text as the notes have it."""
        return tuple(tuple(self._found(key, text) for text in group) for group in groups)

    def _found(self, key: str, text: str) -> str:
        for wording in (text, *self._wordings.get(text, ())):
            if same_string(wording) in self._asked:
                return wording
        close = process.extractOne(same_string(text), self._asked.keys(), score_cutoff=CLOSE)
        meant = f"; did you mean “{self._asked[close[0]]}”?" if close else ""
        self.tell(text, f"{key}: no note asks “{text}”{meant}")
        return text

    def tell(self, text: str, message: str) -> None:
        """Say that what was typed has no effect, at its place."""
        hint = "write it as it stands in the notes, or take the line out"
        self._log.warning("decision-unused", self._place(text), message, hint)

    def _place(self, text: str) -> Span:
        lines = self._path.read_text(encoding="utf-8-sig").split("\n") if self._path.exists() else []
        found = ((number, line.find(text)) for number, line in enumerate(lines, 1) if text in line)
        line, column = next(found, (1, 0))
        return Span(FILE_NAME, line, column + 1)


def _wordings(previous: Book) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The questions behind each id, the one that it was given to first."""
    for card in previous.entries:
        yield card.id, (*(source.question for source in card.sources), card.question, *card.aliases)
    for retired in previous.retired:
        yield retired.id, (retired.question, *retired.aliases)
