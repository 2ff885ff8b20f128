"""Which fonts the handbook is set in, and which font has a character that those lack.

fontconfig says what each installed font covers, so that every character finds a font before TeX runs.
"""

from __future__ import annotations

import subprocess
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache as once

from cardbook.process import run

PREFERRED: Mapping[str, tuple[str, ...]] = {
    "serif": ("TeX Gyre Pagella", "Libertinus Serif", "Noto Serif", "DejaVu Serif", "Latin Modern Roman"),
    "sans": ("Noto Sans", "TeX Gyre Heros", "DejaVu Sans", "Latin Modern Sans"),
    "mono": ("DejaVu Sans Mono", "Noto Sans Mono", "Latin Modern Mono"),
    "cjk_serif": ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Sans CJK SC", "AR PL SungtiL GB"),
    "cjk_sans": ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Serif CJK SC", "AR PL KaitiM GB"),
    "cjk_mono": ("Noto Sans Mono CJK SC", "Noto Sans CJK SC", "Noto Serif CJK SC", "AR PL KaitiM GB"),
    "math": ("TeX Gyre Pagella Math", "Libertinus Math", "Latin Modern Math", "DejaVu Math TeX Gyre"),
}
"""The families each role is set in: the first that is installed."""
FALLBACKS = (
    "Noto Serif", "Noto Serif CJK SC", "DejaVu Serif", "DejaVu Sans", "Noto Sans Symbols", "Noto Sans Symbols2",
    "Noto Sans Math", "Symbola", "Noto Sans CJK SC",
)  # fmt: skip
"""Where a character is looked for that the fonts of the text lack; after these, in every other font."""
LAST = ("Unifont", "Unifont Upper", "Unifont CSUR")
"""Drawn on a grid of pixels, and complete: better than a hole."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The characters of a font: hexadecimal ranges of code points, ascending (`20-7e a0 a9`)."""

    ranges: str

    def __contains__(self, character: str) -> bool:
        code = ord(character)
        starts, ends = _bounds(self.ranges)
        at = bisect_right(starts, code) - 1
        return at >= 0 and code <= ends[at]


@dataclass(frozen=True, slots=True)
class Fonts:
    """The family of each role (`config.FONT_ROLES`), and what every installed family covers."""

    families: Mapping[str, str]
    coverage: Mapping[str, Coverage]

    def has(self, role: str, character: str) -> bool:
        """Whether the font of `role` has the character. A font nobody knows is trusted."""
        known = self.coverage.get(self.families[role])
        return known is None or character in known

    def fallback(self, character: str) -> str:
        """The best other family that has the character, or an empty string."""
        rest = sorted(name for name in self.coverage if name not in FALLBACKS and name not in LAST)
        for family in (*FALLBACKS, *rest, *LAST):
            if family in self.coverage and character in self.coverage[family]:
                return family
        return ""


def choose(overrides: Mapping[str, str]) -> Fonts:
    """The fonts of a handbook: what `overrides` (the configuration's `fonts`) says, else what is installed."""
    coverage = installed()
    families = {role: _first(names, coverage) for role, names in PREFERRED.items()}
    return Fonts(families | dict(overrides), coverage)


def absent(fonts: Fonts, overrides: Mapping[str, str]) -> list[str]:
    """The configured fonts that are not installed. A file name is not looked up."""
    return [name for name in overrides.values() if "." not in name and name not in fonts.coverage]


def _first(names: tuple[str, ...], coverage: Mapping[str, Coverage]) -> str:
    return next((name for name in names if name in coverage), names[-1])


@once
def installed() -> Mapping[str, Coverage]:
    """What each installed family covers in its upright face; empty without fontconfig."""
    try:
        outcome = run(["fc-list", "-f", "%{family}\t%{style}\t%{fontformat}\t%{charset}\n"], seconds=30)
    except (OSError, subprocess.SubprocessError):
        return {}
    found: dict[str, Coverage] = {}
    for line in outcome.stdout.decode("utf-8", "replace").splitlines():
        families, style, form, ranges = line.split("\t")
        if form not in ("TrueType", "CFF") or not {"Regular", "Book", "Roman", "Medium"} & set(
            style.split(",")
        ):
            continue
        for family in families.split(","):
            found.setdefault(family, Coverage(ranges))
    return found


@once
def _bounds(ranges: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The first and the last code points. Only a few of the hundreds of fonts are ever asked."""
    pairs = [(piece.split("-")[0], piece.split("-")[-1]) for piece in ranges.split()]
    return tuple(int(first, 16) for first, _ in pairs), tuple(int(last, 16) for _, last in pairs)
