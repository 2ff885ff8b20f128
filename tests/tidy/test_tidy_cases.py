"""Every repair, as cases that a person can read: `cases/*.md` hold input, expected text and codes side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from cardbook.tidy import tidy_text

CASES = Path(__file__).parent / "cases"
_CASE = re.compile(
    r"^## (?P<name>[^\n]+)\n+~{6}\n(?P<typed>.*?)\n?~{6}\n+~{6}\n(?P<expected>.*?)\n?~{6}\n+codes: (?P<codes>[^\n]*)$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Case:
    name: str
    typed: str
    expected: str
    codes: tuple[str, ...]


def _visible(text: str) -> str:
    """Characters that nobody could see stand in the cases as `<U+200B>`."""
    return re.sub(r"<U\+([0-9A-F]{4,6})>", lambda m: chr(int(m[1], 16)), text)


def _cases() -> list[Case]:
    found = []
    for path in sorted(CASES.glob("*.md")):
        text = _visible(path.read_text(encoding="utf-8"))
        matches = list(_CASE.finditer(text))
        assert len(matches) == len(re.findall(r"^codes: ", text, re.MULTILINE)), (
            f"{path.name}: a case is malformed"
        )
        for match in matches:
            codes = tuple(code for code in re.split(r",\s*", match["codes"].strip()) if code != "none")
            found.append(Case(f"{path.stem}: {match['name']}", match["typed"], match["expected"], codes))
    return found


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.name)
def test_repairs_as_the_case_says(case: Case) -> None:
    """The text comes out as written beside it, under exactly these codes, and is left alone the second time."""
    text, repairs = tidy_text(case.typed)
    assert (text, tuple(sorted({repair.code for repair in repairs}))) == (
        case.expected,
        tuple(sorted(case.codes)),
    )
    assert tidy_text(text) == (text, ())
