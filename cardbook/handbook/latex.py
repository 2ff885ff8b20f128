"""Fitting pandoc's LaTeX, and plain text, to the handbook: nothing past the margin, no glyph missing.

Pandoc writes LaTeX for any document. Here code blocks become one kind that wraps, formulas go through
`\\cbinline` and `\\cbdisplay`, which measure them, long words and addresses may break, and every character
that the font of its place lacks is set in one that has it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from cardbook.rendering.fonts import LAST, Fonts
from cardbook.rendering.formulas import macro

_LONG_LINE = 500
"""Characters of LaTeX in a line of code that LaTeX itself may break."""
_CUT = 76
"""Columns of the pieces that a longer line is cut into."""
_MOST_BLANKS = 24
"""Blanks that such a line may begin with."""
_HIGHLIGHT = re.compile(r"\\[A-Za-z]+Tok\{((?:[^{}\\]|\\[a-zA-Z]*(?:\{\})?.?|\{[^{}]*\})*)\}")
_ARGUMENT = r"\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.)*\})*\})*\}"
_LONG = 24
"""A word of more characters than this may break after any punctuation mark, and where there is none for
`_PIECE` characters, anywhere."""
_PIECE = 16
_TOKEN = re.compile(
    rf"""
    \\begin\{{verbatim\}}\n?(?P<typed>.*?)\n?\\end\{{verbatim\}}
  | \\begin\{{Highlighting\}}\[[^]]*\]\n?(?P<code>.*?)\n?\\end\{{Highlighting\}}
  | \\\[(?P<display>(?:[^\\]|\\.)*?)\\\]
  | \\\((?P<inline>(?:[^\\]|\\.)*?)\\\)
  | \\url(?P<url>{_ARGUMENT})
  | \\href(?P<href>{_ARGUMENT})
  | \\texttt(?P<mono>{_ARGUMENT})
  | (?P<table>\\begin\{{longtable\}}\[[^]]*\]{_ARGUMENT})
  | (?P<kept>\\cb(?:image|figure){_ARGUMENT}|\\(?:begin|end){_ARGUMENT}
        |\\(?:hypertarget|label|def\\\w+|real|linewidth|setcounter){_ARGUMENT}|%[^\n]*\n)
  | (?P<long>(?:[A-Za-z0-9./:=,;?!+*()@'"<>|`-]|\\[_&%\#$]|\{{[][]\}}){{{_LONG},}})
  | (?P<command>\\(?:[a-zA-Z]+\*?(?:\{{\}})?|.))
  | (?P<word>\s+|[A-Za-z0-9./:=,;?!+*()@'"<>|`-]+|[!-\[\]-~])
  | (?P<text>[^\x00-\x7f]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ALONE = re.compile(
    rf"(?m)(?:(?<=\n\n)|\A)\\cb(image|missing)({_ARGUMENT})({_ARGUMENT})[ \t]*(?=\n\n|\s*\Z|\n\\end)"
)
_LABEL = re.compile(r"(?:(?<=\n\n)|\A)\\textbf\{[^\n。]{1,600}(?=\n\n)")
_LISTS_END = re.compile(r"(?:\\end\{(?:itemize|enumerate)\}\s*)+\Z")
_QUOTED = re.compile("\u201c([^\u201c\u201d\\n]+)\u201d|\u2018([^\u2018\u2019\\n]+)\u2019")
_ATOM = re.compile(r"\\(?:[a-zA-Z]+|[^\\])(?:\{\})?|\\.|\{[][]\}|.", re.DOTALL)
_BREAK = r"\cbbreak{}"
_BREAK_ANYWHERE = r"\cbany{}"
_BREAK_AFTER = set("/.:=,;?!)+*@>|-") | {
    r"\_",
    r"\&",
    r"\%",
    r"\#",
    r"\textbackslash{}",
    r"\}",
    "~",
    "{[}",
    "{]}",
}
_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "#": r"\#", "$": r"\$", "%": r"\%", "&": r"\&",
    "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}",
}  # fmt: skip
_UNESCAPES = {value.removesuffix("{}"): key for key, value in _ESCAPES.items()} | {
    r"\^": "^",
    "{[}": "[",
    "{]}": "]",
}
# Where xeCJK takes the Chinese font (its character classes, as XeTeX reports them): starts and ends.
_WIDE = (
    (0xB7, 0xB7), (0x2EA, 0x2EB), (0x1100, 0x11FF), (0x2013, 0x2014), (0x2018, 0x2019), (0x201C, 0x201D),
    (0x2025, 0x2027), (0x2329, 0x232A), (0x2E3A, 0x2E3A), (0x2E80, 0x2FDF), (0x2FF0, 0xA4CF), (0xA960, 0xA97F),
    (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0xFE10, 0xFE1F), (0xFE30, 0xFE6A), (0xFF00, 0xFFEF),
    (0x16FE0, 0x18D7F), (0x1AFF0, 0x1B2FF), (0x1F200, 0x1F2FF), (0x20000, 0x2A6DF), (0x2A700, 0x2EBEF),
    (0x2F800, 0x2FA1F), (0x30000, 0x3134F),
)  # fmt: skip
_WIDE_STARTS = [start for start, _ in _WIDE]


def wide(character: str) -> bool:
    """Whether the character is set in the Chinese font."""
    at = bisect_right(_WIDE_STARTS, ord(character)) - 1
    return at >= 0 and ord(character) <= _WIDE[at][1]


def escape(text: str) -> str:
    """Plain text as LaTeX that prints it."""
    return "".join(_ESCAPES.get(character, character) for character in text)


def plain(latex: str) -> str:
    """The text of pandoc's LaTeX: formulas as their TeX with Greek letters spelled, other markup gone."""
    said = (_plain(match) for match in _TOKEN.finditer(latex))
    return re.sub(r"\s+", " ", "".join(said)).strip()


def _plain(match: re.Match[str]) -> str:
    kind, value = match.lastgroup or "", match[match.lastgroup or 0]
    if kind in ("inline", "display"):
        return _readable(value)
    if kind in ("mono", "url"):
        return _unescape(value[1:-1])
    if kind == "command":
        return _UNESCAPES.get(value.removesuffix("{}"), "")
    if kind in ("kept", "href", "table"):
        return ""
    return _unescape(value).replace("{", "").replace("}", "").replace("~", " ")


def _readable(tex: str) -> str:
    """A formula in one line of text: `\\lambda_{1}` as λ_1."""

    def letter(match: re.Match[str]) -> str:
        name = {"lambda": "lamda"}.get(match[1].lower(), match[1].lower())
        case = "CAPITAL" if match[1][0].isupper() else "SMALL"
        try:
            return unicodedata.lookup(f"GREEK {case} LETTER {name.removeprefix('var')}")
        except KeyError:
            return match[1] if match[1] not in ("left", "right", "text", "mathrm", "mathbf", "mathbb") else ""

    return re.sub(r"[{}]|\\[,;:! ]", "", re.sub(r"\\([a-zA-Z]+)", letter, tex))


def _unescape(latex: str) -> str:
    return "".join(_UNESCAPES.get(atom.removesuffix("{}"), atom) for atom in _ATOM.findall(latex))


@dataclass(slots=True)
class Typesetter:
    """Fits LaTeX to the fonts of a handbook, and remembers which fallback fonts that took.

    `families` are the fallback fonts in the order of their first use; `missing(character, found)` is called
    for each character that only a font of last resort has, or none (`found` false).
    """

    fonts: Fonts
    families: dict[str, str] = field(default_factory=dict)
    missing: Callable[[str, bool], None] = lambda character, found: None
    _at_home: dict[str, set[str]] = field(default_factory=dict)
    """By role the characters met so far that its fonts have."""

    def answer(self, latex: str) -> str:
        """Pandoc's LaTeX of an answer."""
        return _kept_together(self.fit(_figures(latex), "serif"))

    def fit(self, latex: str, role: str) -> str:
        """Pandoc's LaTeX where the font of `role` (serif, sans, mono) is the font of the text."""
        return "".join(self._token(match, role) for match in _TOKEN.finditer(_latin_punctuation(latex)))

    def text(self, text: str, role: str = "serif") -> str:
        """Plain text."""
        return self.fit(escape(text), role)

    def address(self, url: str, shown: str = "") -> str:
        """A link that shows the address itself (or `shown`), which may break anywhere."""
        body = _broken(self.wrapped(escape(shown or url), "mono"))
        return rf"\href{{{_target(url)}}}{{\cbaddress{{{body}}}}}"

    def _token(self, match: re.Match[str], role: str) -> str:
        kind = match.lastgroup or ""
        value = match[kind]
        if kind == "typed":
            return self._code(_verbatim(value))
        if kind == "code":
            return self._code(value)
        if kind in ("inline", "display"):
            return macro(value, kind == "display")
        if kind == "url":
            return self.address(_unescape(value[1:-1]))
        if kind == "href":
            return rf"\href{{{_target(_unescape(value[1:-1]))}}}"
        if kind == "mono":
            return rf"\cbcode{{{_broken(self.wrapped(value[1:-1], 'mono'))}}}"
        if kind == "long":
            return _broken(value)
        if kind == "table":
            return rf"\cbtable{{{_columns(value)}}}{value}"
        return self.wrapped(value, role) if kind == "text" else value

    def _code(self, code: str) -> str:
        lines = "\n".join(_code_line(line) for line in code.split("\n"))
        return f"\\begin{{cbcodeblock}}\n{self.wrapped(lines, 'mono')}\n\\end{{cbcodeblock}}"

    def wrapped(self, text: str, role: str) -> str:
        """Set each character that the fonts of `role` lack in a font that has it."""
        if text.isascii() and text.isprintable():
            return text
        # The same few thousand characters come again and again.
        at_home = self._at_home.setdefault(role, set())
        if at_home.issuperset(text):
            return text
        parts: list[tuple[str, str]] = []
        for character in text:
            if _invisible(character):
                continue
            family = self._family(character, role)
            if not family:
                at_home.add(character)
            if parts and (parts[-1][0] == family or (parts[-1][0] and unicodedata.combining(character))):
                parts[-1] = (parts[-1][0], parts[-1][1] + character)
            else:
                parts.append((family, character))
        return "".join(self._part(family, run) for family, run in parts)

    def _family(self, character: str, role: str) -> str:
        """The fallback family for a character; empty where the font of `role` has it, `?` where none has."""
        if character < "\x7f" or self.fonts.has(f"cjk_{role}" if wide(character) else role, character):
            return ""
        family = self.fonts.fallback(character)
        if family in LAST or not family:
            self.missing(character, bool(family))
        return family or "?"

    def _part(self, family: str, run: str) -> str:
        if not family:
            return run
        if family == "?":
            return "".join(rf"\cbnoglyph{{{ord(character):04X}}}" for character in run)
        name = self.families.setdefault(family, _letters(len(self.families)))
        return rf"\cbfont{name}{{{run}}}"


def _broken(latex: str) -> str:
    """Let a word break after punctuation, and long pieces without any at every character."""
    parts: list[str] = []
    piece: list[str] = []
    for atom in _ATOM.findall(latex):
        piece.append(atom)
        if atom in _BREAK_AFTER or atom.isspace():
            parts += [*_piece(piece), _BREAK]
            piece = []
    return "".join([*parts, *_piece(piece)])


def _code_line(line: str) -> str:
    """A line of code as it is; one that is very long cut into lines, for which LaTeX would take minutes."""
    if len(line) <= _LONG_LINE:
        return line
    text = _unescape(_HIGHLIGHT.sub(r"\1", line).replace("{}", ""))
    blanks = len(text) - len(text.lstrip(" "))
    text = text[max(blanks - _MOST_BLANKS, 0) :]
    size = _CUT // 2 if any(map(wide, text)) else _CUT
    return "\n".join(_verbatim(text[at : at + size]) for at in range(0, len(text), size))


def _piece(atoms: list[str]) -> list[str]:
    if len(atoms) <= _PIECE or not all(map(_letter, atoms)):
        return atoms
    size = 1 if len(atoms) < 4 * _CUT else _PIECE // 2
    return [_BREAK_ANYWHERE.join("".join(atoms[at : at + size]) for at in range(0, len(atoms), size))]


def _letter(atom: str) -> bool:
    """Whether it prints one character of a Latin font, with no group opened or closed."""
    return atom.removesuffix("{}") in _UNESCAPES or (len(atom) == 1 and not wide(atom) and atom not in "{}")


def _columns(table: str) -> int:
    """How many columns a longtable has, from its column specification."""
    return table.count(r"\real") or len(re.findall(r"[lcr]", table.split("@{}")[1]))


def _letters(number: int) -> str:
    """0 as A, 25 as Z, 26 as BA: TeX's names hold no digits."""
    head, last = divmod(number, 26)
    return (_letters(head) if head else "") + chr(ord("A") + last)


def verbatim(text: str) -> str:
    """Text as pandoc's LaTeX of a code block."""
    return f"\\begin{{Highlighting}}[]\n{_verbatim(text)}\n\\end{{Highlighting}}"


def _verbatim(text: str) -> str:
    """Raw text for an environment in which only `\\`, `{` and `}` are special."""
    return re.sub(r"[\\{}]", lambda match: _ESCAPES[match[0]], text)


def _target(url: str) -> str:
    """An address as the argument of `\\href`: ASCII, and nothing in it that TeX would act on."""
    return re.sub(r"[#%&_~^\\{}]", lambda m: "\\" + m[0] if m[0] in "#%&_" else f"\\%{ord(m[0]):02X}",
                  quote(url, safe="!#$%&'()*+,/:;=?@[]~_-."))  # fmt: skip


def _kept_together(latex: str) -> str:
    """No page ends behind a short bold line, which stands for a heading, or before the small print."""
    latex = _LABEL.sub(r"\\cblabel{}\g<0>\\cbstays{}", latex)
    return _LISTS_END.sub(lambda match: match[0].replace(r"\end{", r"\cbkeep\end{"), latex)


def _figures(latex: str) -> str:
    """Images that are a paragraph of their own are figures, with their captions; boxes to tick are ours."""
    latex = latex.replace(r"[$\square$]", r"[\cbtodo]").replace(r"[$\boxtimes$]", r"[\cbdone]")
    return _ALONE.sub(lambda m: f"\\cb{'figure' if m[1] == 'image' else 'nofigure'}{m[2]}{m[3]}", latex)


def _latin_punctuation(latex: str) -> str:
    """Quotes, apostrophes and dashes of Latin text are Latin ones, though Chinese uses the same code points."""
    latex = re.sub(r"(?<=[A-Za-z])\u2019(?=[A-Za-z])", r"\\textquoteright{}", latex)
    latex = re.sub(r"(?<=[A-Za-z0-9])\u2013(?=[A-Za-z0-9])", r"\\textendash{}", latex)
    return _QUOTED.sub(_latin_quotes, latex)


def _latin_quotes(match: re.Match[str]) -> str:
    around = (
        match.string[max(match.start() - 1, 0) : match.start()] + match.string[match.end() : match.end() + 1]
    )
    if any(map(wide, around + match[0][1:-1])):
        return match[0]
    if match[1]:
        return rf"\textquotedblleft{{}}{match[1]}\textquotedblright{{}}"
    return rf"\textquoteleft{{}}{match[2]}\textquoteright{{}}"


def _invisible(character: str) -> bool:
    """Whether a character only steers others: controls, direction marks, joiners, variation selectors."""
    code = ord(character)
    return (
        (unicodedata.category(character) in ("Cc", "Cf") and character not in "\n\t")
        or 0xFE00 <= code <= 0xFE0F
        or 0xE0100 <= code <= 0xE01EF
    )
