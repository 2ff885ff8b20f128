"""A format saves time and nothing else: with it, without it and with a damaged one the book is the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardbook import templates
from cardbook.cache import Cache
from cardbook.config import Config, ConfigError
from cardbook.rendering import formats, formulas, tex
from cardbook.rendering.render import Formula

pytestmark = pytest.mark.skipif(not tex.installed(), reason="XeLaTeX is not installed")

BODY = r"""\setmainfont{Latin Modern Roman}[Scale=1.1]
\newcommand{\cbpagebefore}{p. }\newcommand{\cbpageafter}{}\newcommand{\cbnoimage}{none}
\begin{document}
\chapter{One}\section{Two}\label{card:a}
Text, \textbf{bold}, \cbinline{a^2+\boldsymbol{b}}, \cbsee{a}{there}, \cbcode{code}. \fontfamily{lmr}\selectfont
A last line in the font that \LaTeX{} begins with.
\end{document}
"""


def document(paper: str = "a4") -> str:
    """A book with our preamble."""
    head = templates.latex().get_template("handbook/head.tex").render(paper=paper, twoside=False)
    assert formats.MARK in head
    return head + BODY


def typeset(folder: Path, text: str, cache: Cache) -> tuple[bytes, str]:
    """The PDF of a document, and the name of the format that it was made with."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "book.tex"
    name = formats.write(path, text, cache)
    result = tex.typeset(path, format_name=name)
    cache.save()
    assert result.pdf is not None
    assert [finding for finding in result.findings if finding.kind == "error"] == []
    return result.pdf.read_bytes(), name


def test_a_book_is_the_same_without_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the byte, also in what the packages tell the PDF and in the font that stood in for LaTeX's own."""
    with_format, name = typeset(tmp_path / "a", document(), Cache(tmp_path / "cache"))
    assert name
    monkeypatch.setattr(formats, "_ready", lambda *_: "")
    assert typeset(tmp_path / "b", document(), Cache(tmp_path / "cache")) == (with_format, "")


def test_a_damaged_format_is_made_again(tmp_path: Path) -> None:
    """It is known by its checksum, and TeX never sees it."""
    first = typeset(tmp_path / "a", document(), Cache(tmp_path / "cache"))
    (path,) = (tmp_path / "a").glob("*.fmt")
    whole = path.read_bytes()
    path.write_bytes(whole[:5_000_000] + b"x" + whole[5_000_001:])
    assert typeset(tmp_path / "a", document(), Cache(tmp_path / "cache")) == first
    path.unlink()
    assert typeset(tmp_path / "a", document(), Cache(tmp_path / "cache")) == first


def test_a_preamble_with_a_font_has_no_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template of one's own may choose fonts too early: that is slower, is found out once, and works."""
    early = "\\setmainfont{Latin Modern Roman}\\sbox0{\\rmfamily x}\n" + formats.MARK
    text = document().replace(formats.MARK, early)
    assert typeset(tmp_path / "a", text, Cache(tmp_path / "cache"))[1] == ""
    monkeypatch.setattr(formats, "_make", None)
    assert typeset(tmp_path / "a", text, Cache(tmp_path / "cache"))[1] == ""


def test_a_document_without_the_mark_has_none(tmp_path: Path) -> None:
    """Somebody's own `handbook.tex` need not know of formats."""
    path = tmp_path / "a.tex"
    assert formats.write(path, "\\documentclass{article}", Cache(tmp_path / "cache")) == ""
    assert path.read_text("utf-8") == "\\documentclass{article}"


def test_the_format_of_a_book_can_be_made_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the notes are read; the book finds it, and so does the proof of its formulas."""
    cache = Cache(tmp_path / "cache")
    formats.begin(lambda: Config(paper="a5"), cache).join()
    monkeypatch.setattr(formats, "_make", None)
    assert formats.write(cache.folder / "tex" / "book.tex", document("a5"), cache)
    assert formulas.prove(
        [Formula("x^2", True), Formula("\\frac", True)], cache, Config(paper="a5")
    ).keys() == {Formula("\\frac", True)}


def test_a_configuration_that_cannot_be_read_is_not_told_here(tmp_path: Path) -> None:
    """Whoever needs it says so; a first build goes on without it."""

    def broken() -> Config:
        raise ConfigError("cardbook.yaml", "not valid YAML")

    formats.begin(broken, Cache(tmp_path)).join()
    assert list(tmp_path.iterdir()) == []
