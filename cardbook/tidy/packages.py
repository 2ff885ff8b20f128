"""Commands of LaTeX packages that MathJax, as Anki brings it, does not have: written out in those it has.

The names are those of `bm`, `bbm`, `dsfont`, `hm` and `physics`. Written out they look the same on the card and
in print, without either of the packages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_GROUP = r"\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.)*\})*\})*\}"
_NAMED = {
    "bm": r"\boldsymbol", "mathbbm": r"\mathbb", "mathds": r"\mathbb", "mathbbmss": r"\mathbb",
    "vb": r"\mathbf", "grad": r"\nabla", "curl": r"\nabla\times", "laplacian": r"\nabla^2", "cross": r"\times",
    "tr": r"\operatorname{tr}", "Tr": r"\operatorname{Tr}", "rank": r"\operatorname{rank}", "erf": r"\operatorname{erf}",
}  # fmt: skip
_NAMES = re.compile(r"\\(" + "|".join(_NAMED) + r")(?![A-Za-z*])")


def _derivative(sign: str) -> Callable[[str, Sequence[str]], str]:
    def written(order: str, arguments: Sequence[str]) -> str:
        power = f"^{{{order}}}" if order else ""
        if len(arguments) == 1:
            return rf"\frac{{{sign}{power}}}{{{sign} {arguments[0]}{power}}}"
        if len(arguments) == 2:
            return rf"\frac{{{sign}{power} {arguments[0]}}}{{{sign} {arguments[1]}{power}}}"
        return rf"\frac{{{sign}^2 {arguments[0]}}}{{{sign} {arguments[1]}\,{sign} {arguments[2]}}}"

    return written


def _around(before: str, after: str) -> Callable[[str, Sequence[str]], str]:
    return lambda _, arguments: f"{before}{arguments[0]}{after}"


# Command: the most arguments that it takes, and what it becomes, given its option and its arguments.
_WRITTEN: dict[str, tuple[int, Callable[[str, Sequence[str]], str]]] = {
    "dv": (2, _derivative(r"\mathrm{d}")),
    "pdv": (3, _derivative(r"\partial")),
    "dd": (1, _around(r"\,\mathrm{d}", "")),
    "abs": (1, _around(r"\left\lvert ", r" \right\rvert")),
    "norm": (1, _around(r"\left\lVert ", r" \right\rVert")),
    "order": (1, _around(r"\mathcal{O}\left( ", r" \right)")),
    "expval": (1, _around(r"\left\langle ", r" \right\rangle")),
    "ev": (1, _around(r"\left\langle ", r" \right\rangle")),
    "ceil": (1, _around(r"\left\lceil ", r" \right\rceil")),
    "floor": (1, _around(r"\left\lfloor ", r" \right\rfloor")),
}
_CALLS = {
    name: re.compile(
        rf"\\{name}(?![A-Za-z])\*?\s*(?:\[([^][]*)\]\s*)?({_GROUP}(?:\s*{_GROUP}){{0,{most - 1}}})"
    )
    for name, (most, _) in _WRITTEN.items()
}


def written_out(tex: str, display: bool) -> str:
    r"""`\bm{x}` is `\boldsymbol{x}`, `\dv{f}{x}` is `\frac{\mathrm{d} f}{\mathrm{d} x}`, and so on."""
    tex = _NAMES.sub(lambda match: _NAMED[match[1]], tex)
    for name, pattern in _CALLS.items():
        if f"\\{name}" in tex:
            tex = pattern.sub(lambda match, name=name: _call(name, match), tex)  # type: ignore[misc]
    return tex


def _call(name: str, match: re.Match[str]) -> str:
    arguments = [group[1:-1] for group in re.findall(_GROUP, match[2])]
    return _WRITTEN[name][1](match[1] or "", arguments)
