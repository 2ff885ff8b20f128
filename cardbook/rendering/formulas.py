"""Formulas are proven before they are used: by a list of what they may say, and by TeX.

Formulas come from strangers. Only commands of mathematics pass (`formulas.txt`), so that nothing in a formula
can read, write, define or loop; one run of TeX over all new formulas then tells which of the rest it can set.
The verdict is the same for the card and the handbook.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache as once
from pathlib import Path

from cardbook import templates
from cardbook.cache import Cache, digest, program
from cardbook.config import Config
from cardbook.limits import MAX_FORMULA_CHARS, MAX_FORMULA_NESTING, PROBE_SECONDS
from cardbook.rendering import formats, tex
from cardbook.rendering.render import Formula
from cardbook.unchanged import fonts as fonts_installed

LIST = Path(__file__).with_suffix(".txt")
MAX_RUNS = 20
"""Runs of TeX over one batch: each formula that ends a run for good costs another one."""
_COMMAND = re.compile(r"\\(?:([a-zA-Z]+)|(.))", re.DOTALL)
_ENVIRONMENT = re.compile(
    r"\\(begin|end)(?![a-zA-Z])\s*(?:\{([a-zA-Z]+\*?)\})?(?:(?:\s*\[[tbc]\])?\s*\{([^{}]*)\})?"
)
_WITH_COLUMNS = frozenset({"array", "subarray", "alignat", "alignat*", "alignedat"})
# Control symbols that mean something in a formula: spaces, escaped characters, delimiters, a new line.
_SYMBOLS = frozenset(",:;!>|{}#$%&_ \\\n")
_COLUMNS = re.compile(r"[lcr|:\s]{0,80}|[1-9][0-9]?")
_STRANGE = {"%": "a comment", "#": "a parameter", "$": "a dollar sign", "^^": "a character by its number"}
# Numbered environments stand on their own in a document; inside a display these say the same.
_INNER = {
    "align": "aligned", "alignat": "alignedat", "gather": "gathered", "multline": "gathered", "eqnarray": "array",
    "equation": "", "split": "aligned",
}  # fmt: skip
_LONG = 80
"""Characters of a formula that may be wider than a line."""
_SIZED = re.compile(r"\\(left|right|middle)(?![a-zA-Z])")
_ONE_SIZE = {"left": r"\bigl", "right": r"\bigr", "middle": r"\bigm"}
_TEXT = re.compile(r"(\\(?:text\w*|mbox|hbox)\s*\{)([^{}]*)\}")
_CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+")
_TAG = re.compile(r"\\tag(\*?)\s*\{((?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.)*\})*)\}")


class ProbeError(Exception):
    """TeX cannot set any formula: what is wrong is with TeX or with the templates."""


def prove(
    formulas: Iterable[Formula], cache: Cache, config: Config | None = None, run: bool = True
) -> dict[Formula, str]:
    """The formulas that cannot be shown as such, and why: in our words, or in TeX's.

    `config` names fonts and paper: what the math font lacks cannot be printed. Without TeX only the list of
    commands and the structure are judged; without `run` also what TeX said in earlier builds.
    """
    every = list(dict.fromkeys(formulas))
    if not every or not tex.installed():
        return {formula: reason for formula in every if (reason := refusal(formula.tex))}
    config = config or Config()
    common = digest(program(), tex.version(cache), *_conditions(config))
    keys = {formula: digest(common, str(formula.display), formula.tex) for formula in every}
    known = {f: kept.decode() for f in every if (kept := cache.get("formula", keys[f])) is not None}
    judged = _judge([formula for formula in every if formula not in known], config, cache, run)
    for formula, reason in judged.items():
        cache.put("formula", keys[formula], reason.encode())
    verdicts = known | judged
    return {formula: verdicts[formula] for formula in every if verdicts.get(formula)}


def _judge(formulas: Sequence[Formula], config: Config, cache: Cache, run: bool) -> dict[Formula, str]:
    """The reason against each formula, empty for a good one; without `run` only of those that TeX need not see."""
    verdicts = {formula: reason for formula in formulas if (reason := refusal(formula.tex))}
    rest = [formula for formula in formulas if formula not in verdicts]
    if rest and run:
        with contextlib.suppress(ProbeError):  # the handbook will meet the same trouble, and say so
            verdicts.update(_probe(rest, formats.preamble(config), cache))
    return verdicts


def refusal(source: str) -> str:
    """Why a formula is not even tried; empty when it may be."""
    if len(source) > MAX_FORMULA_CHARS:
        return f"longer than {MAX_FORMULA_CHARS} characters"
    if not source.strip():
        return "an empty formula"
    if strange := next((c for c in source if (ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0), ""):
        return f"a control character, U+{ord(strange):04X}"
    return (
        _stranger(source)
        or _unknown(source)
        or _unbalanced(source)
        or _misplaced(source)
        or _untaggable(source)
    )


def _stranger(source: str) -> str:
    bare = _COMMAND.sub("", source)
    return next((f"{what} (`{mark}`) in a formula" for mark, what in _STRANGE.items() if mark in bare), "")


def _unknown(source: str) -> str:
    commands, environments = _allowed()
    for name, symbol in _COMMAND.findall(source):
        if name and name not in commands and name not in ("begin", "end"):
            return f"`\\{name}` is no command that formulas may use on cards and in print"
        if symbol and symbol not in _SYMBOLS:
            return f"`\\{symbol}` is no command that formulas may use"
    for kind, name, columns in (match.groups() for match in _ENVIRONMENT.finditer(source)):
        if name not in environments:
            return f"`\\{kind}{{{name or ''}}}` is no environment that formulas may use"
        if kind == "begin" and name in _WITH_COLUMNS and not _COLUMNS.fullmatch(columns or "?"):
            return f"the columns of `{name}` are not understood"
    return ""


def _unbalanced(source: str) -> str:
    """Braces, environments and `\\left` … `\\right` must nest: what opens a group closes it, or TeX goes astray."""
    open_now: list[str] = []
    for found in _bounds(source):
        closes = (
            found.removeprefix("end ") if found.startswith("end ") else {"}": "{", "right": "left"}.get(found)
        )
        if closes is None:
            open_now.append(found.removeprefix("begin "))
        elif not open_now or open_now.pop() != closes:
            return f"`{_shown(found)}` closes nothing that is open here"
        if len(open_now) > MAX_FORMULA_NESTING:
            return f"nested more than {MAX_FORMULA_NESTING} levels deep"
    return f"`{_shown(open_now[-1])}` is never closed" if open_now else ""


def _misplaced(source: str) -> str:
    return "`&` where nothing is aligned" if "&" in _COMMAND.sub("", _outside(source)) else ""


def _untaggable(source: str) -> str:
    """MathJax has one tag a line, and only where lines are numbered; TeX would not mind."""
    tags, open_now = 0, [""]
    for match in re.finditer(r"\\(begin|end)\{(\w+)\*?\}|\\(tag)(?![a-zA-Z])|(\\\\)", source):
        if match[1]:
            open_now = [*open_now, match[2]] if match[1] == "begin" else open_now[:-1]
        elif match[4]:
            tags = 0
        elif (tags := tags + 1) > 1:
            return "more than one `\\tag` in a line"
        elif (open_now[-1] and open_now[-1] not in _INNER) or open_now[-1] == "split":
            return f"`\\tag` in `{open_now[-1]}`, whose lines have no numbers"
    return ""


def _bounds(source: str) -> Iterator[str]:
    pattern = re.compile(
        r"\\(begin|end)\s*\{([a-zA-Z]+\*?)\}|\\(left|right)(?![a-zA-Z])|\\[a-zA-Z]+|\\.|([{}])", re.DOTALL
    )
    for match in pattern.finditer(source):
        if match[1]:
            yield f"{match[1]} {match[2]}"
        elif match[3] or match[4]:
            yield match[3] or match[4]


def _shown(bound: str) -> str:
    if bound in "{}":
        return bound
    return f"\\{bound}" if bound in ("left", "right") else "\\end{" + bound.removeprefix("end ") + "}"


@once
def _allowed() -> tuple[frozenset[str], frozenset[str]]:
    """The commands and the environments of `formulas.txt`."""
    commands: set[str] = set()
    environments: set[str] = set()
    for line in LIST.read_text("utf-8").splitlines():
        if line.startswith("{"):
            environments.update(line.strip("{}").split())
        elif not line.startswith("#"):
            commands.update(line.split())
    return frozenset(commands), frozenset(environments)


def printed(source: str, display: bool) -> str:
    """A formula as LaTeX sets it where MathJax needs less: the same signs, for the inside of a display.

    Labels and empty lines go, `align` and its like become `aligned` and its like, lines of a formula that has
    no environment are gathered, Chinese characters are text.
    """
    source = re.sub(r"\\label\s*\{[^{}]*\}|\\(?:notag|nonumber)(?![a-zA-Z])", "", source)
    source = re.sub(r"\n\s*\n", "\n", source.strip())
    tags = _TAG.findall(source)
    inner = re.sub(r"\\(begin|end)\{(\w+)\*?\}", _inner, source)
    inner = _TEXT.sub(lambda m: m[1] + re.sub(r"(?<!\\)_", r"\\_", m[2]) + "}", inner)
    if _breaks_outside(inner):
        inner = rf"\begin{{gathered}}{inner}\end{{gathered}}"
    if tags and (len(tags) > 1 or not display or _tagged_inside(inner)):
        inner = _TAG.sub(lambda m: rf"\qquad\text{{{m[2]}}}" if m[1] else rf"\qquad(\text{{{m[2]}}})", inner)
    return _CHINESE.sub(r"{\\text{\g<0>}}", inner).strip()


def _inner(match: re.Match[str]) -> str:
    if match[2] not in _INNER:
        return match[0]
    name = _INNER[match[2]]
    columns = "{rcl}" if name == "array" and match[1] == "begin" else ""
    return rf"\{match[1]}{{{name}}}{columns}" if name else ""


def _outside(source: str) -> str:
    """What stands in no environment and in no braces."""
    parts, depth = [], 0
    for piece in re.split(r"(\\begin\{\w+\*?\}|\\end\{\w+\*?\}|\\.|[{}])", source, flags=re.DOTALL):
        if piece.startswith("\\begin{") or piece == "{":
            depth += 1
        elif piece.startswith("\\end{") or piece == "}":
            depth -= 1
        elif depth == 0:
            parts.append(piece)
    return "".join(parts)


def _breaks_outside(source: str) -> bool:
    return "\\\\" in _outside(source)


def _tagged_inside(source: str) -> bool:
    return r"\tag" not in _outside(source)


def _probe(formulas: Sequence[Formula], preamble: str, cache: Cache) -> dict[Formula, str]:
    """Set every formula; the reason of those that fail, empty for the others.

    A formula that ends the run is to blame for it; the next run begins behind it. What no run reached in time
    is not proven.
    """
    verdicts: dict[Formula, str] = {}
    for _ in range(MAX_RUNS):
        rest = [formula for formula in formulas if formula not in verdicts]
        if not rest:
            break
        verdicts.update(_batch(rest, preamble, cache))
    return {formula: verdicts.get(formula, "TeX did not get this far") for formula in formulas}


def _batch(formulas: Sequence[Formula], preamble: str, cache: Cache) -> dict[Formula, str]:
    # Beside the handbook, with which it shares the format.
    source = formats.folder(cache) / f"{formats.PROBE}.tex"
    source.parent.mkdir(parents=True, exist_ok=True)
    lines = (
        rf"\cbprobe{{{number}}}{{{macro(formula.tex, formula.display)}}}"
        for number, formula in enumerate(formulas)
    )
    document = preamble + "\n".join(lines) + "\n\\cbat{end}\n\\end{document}\n"
    result = tex.typeset(formats.write(source, document, cache), seconds=PROBE_SECONDS, passes=1)
    for left in source.parent.glob(f"{formats.PROBE}.*"):
        left.unlink()
    reached = [int(at) for at in tex.markers(result.log) if at.isdigit()]
    if not reached:
        raise ProbeError(next((f.text for f in result.findings if f.kind == "error"), "it says no reason"))
    reasons: dict[int, str] = {}
    for finding in result.findings:
        if finding.at.isdigit() and finding.kind in ("error", "missing"):
            reasons.setdefault(int(finding.at), _reason(finding))
    done = reached[-1] + 1
    if "end" not in tex.markers(result.log):
        reasons.setdefault(
            reached[-1], "TeX took too long" if result.timed_out else "TeX cannot go on after it"
        )
    return {formula: reasons.get(number, "") for number, formula in enumerate(formulas[:done])}


def macro(source: str, display: bool) -> str:
    """The handbook's LaTeX for a formula: a macro that measures it, and breaks or shrinks what is too wide."""
    body = printed(source, display)
    if not display:
        return rf"\cbinline{{{body}}}"
    if r"\left" in body and len(body) > _LONG:
        return rf"\cblongdisplay{{{body}}}{{{_SIZED.sub(lambda m: _ONE_SIZE[m[1]], body)}}}"
    return rf"\cbdisplay{{{body}}}"


def _reason(finding: tex.Finding) -> str:
    return f"no glyph for {finding.text}" if finding.kind == "missing" else finding.text


def _conditions(config: Config) -> Iterator[str | bytes]:
    """What a verdict depends on beside the formula and TeX: the preamble, by all that goes into it."""
    yield repr((config.fonts, config.paper, config.twoside))
    yield from fonts_installed()
    for folder in templates.folders():
        yield from (path.read_bytes() for path in sorted(folder.glob("handbook/*.tex")))
