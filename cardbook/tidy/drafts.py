"""A text under repair: edits are applied step by step, and every repair still knows where it was typed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair: `offset` counts characters in the text as it was typed; `before` became `after`."""

    code: str
    offset: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `text[start:end]` by `new`. Several `codes` when one formula had several flaws."""

    start: int
    end: int
    new: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """Where the edits of one round begin in the new text, and where they began in the old one."""

    starts: list[int]
    ends: list[int]
    old_starts: list[int]
    old_ends: list[int]

    def back(self, offset: int) -> int:
        k = bisect_right(self.starts, offset) - 1
        if k < 0:
            return offset
        if offset < self.ends[k]:
            return self.old_starts[k]
        return offset - self.ends[k] + self.old_ends[k]


@dataclass(slots=True)
class Draft:
    """A text, the repairs made so far, and the way back to the typed text."""

    text: str
    repairs: list[Repair] = field(default_factory=list)
    _steps: list[_Step] = field(default_factory=list)

    def apply(self, edits: Iterable[Edit]) -> bool:
        """Make the edits; of two that overlap the first one wins. Says whether the text changed."""
        chosen = _disjoint(edit for edit in edits if self.text[edit.start : edit.end] != edit.new)
        if not chosen:
            return False
        parts: list[str] = []
        step = _Step([], [], [], [])
        done = length = 0
        for edit in chosen:
            before = self.text[edit.start : edit.end]
            place = self.origin(edit.start)
            self.repairs += (Repair(code, place, before, edit.new) for code in edit.codes)
            parts += (self.text[done : edit.start], edit.new)
            length += edit.start - done
            step.starts.append(length)
            length += len(edit.new)
            step.ends.append(length)
            step.old_starts.append(edit.start)
            step.old_ends.append(edit.end)
            done = edit.end
        self.text = "".join((*parts, self.text[done:]))
        self._steps.append(step)
        return True

    def origin(self, offset: int) -> int:
        """The offset in the typed text of the character at `offset` in the present text."""
        for step in reversed(self._steps):
            offset = step.back(offset)
        return offset


def _disjoint(edits: Iterable[Edit]) -> list[Edit]:
    chosen: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if not chosen or edit.start >= chosen[-1].end:
            chosen.append(edit)
    return chosen
