"""A format saves time and nothing else: with it, without it and with a damaged one the book is the same."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from cardbook import process, templates
from cardbook.cache import Cache
from cardbook.config import Config, ConfigError
from cardbook.rendering import formats, formulas, tex
from cardbook.rendering.render import Formula

pytestmark = pytest.mark.skipif(not tex.installed(), reason="XeLaTeX is not installed")

FONTS = r"""\setmainfont{Latin Modern Roman}[Scale=1.1]
"""
BODY = r"""
\newcommand{\cbpagebefore}{p. }\newcommand{\cbpageafter}{}\newcommand{\cbnoimage}{none}
\begin{document}
\chapter{One}\section{Two}\label{card:a}
Text, \textbf{bold}, \cbinline{a^2+\boldsymbol{b}}, \cbsee{a}{there}, \cbcode{code}. \fontfamily{lmr}\selectfont
A last line in the font that \LaTeX{} begins with.
\end{document}
"""


def document(paper: str = "a4", body: str = BODY) -> str:
    """A book with our preamble."""
    head = templates.latex().get_template("handbook/head.tex").render(paper=paper, twoside=False)
    assert formats.MARK in head
    return head + FONTS + formats.WAIT + body


def typeset(folder: Path, text: str, cache: Cache) -> tuple[bytes, str]:
    """The PDF of a document, and the name of the format that it was made with."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "book.tex"
    written = formats.write(path, text, cache)
    result = tex.typeset(written)
    cache.save()
    assert result.pdf is not None
    assert [finding for finding in result.findings if finding.kind == "error"] == []
    return result.pdf.read_bytes(), written.format_name


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
    assert formats.write(path, "\\documentclass{article}", Cache(tmp_path / "cache")) == tex.Document(path)
    assert path.read_text("utf-8") == "\\documentclass{article}"


def test_the_format_of_a_book_can_be_made_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the notes are read; the book finds it, and so does the proof of its formulas."""
    cache = Cache(tmp_path / "cache")
    with formats.preparing(lambda: Config(paper="a5"), cache):
        pass
    monkeypatch.setattr(formats, "_make", None)
    assert formats.write(cache.folder / "tex" / "book.tex", document("a5"), cache).format_name
    assert formulas.prove(
        [Formula("x^2", True), Formula("\\frac", True)], cache, Config(paper="a5")
    ).keys() == {Formula("\\frac", True)}


def test_a_configuration_that_cannot_be_read_is_not_told_here(tmp_path: Path) -> None:
    """Whoever needs it says so; a first build goes on without it."""

    def broken() -> Config:
        raise ConfigError("cardbook.yaml", "not valid YAML")

    with formats.preparing(broken, Cache(tmp_path)):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The programs that were started, in order."""
    commands: list[list[str]] = []
    start = process._start

    def note(command: list[str], *rest: Any) -> Any:
        commands.append(command)
        return start(command, *rest)

    monkeypatch.setattr(process, "_start", note)
    return commands


def handbook(cache: Cache, body: str) -> bytes:
    """The PDF of a book in the place of the handbook, which TeX has begun to read when the body comes."""
    formats.start(cache)
    try:
        return typeset(formats.folder(cache), document(body=body), cache)[0]
    finally:
        process.dismiss()


def test_formulas_of_a_first_book_find_a_tex_that_waits(tmp_path: Path, started: list[list[str]]) -> None:
    """It has read the preamble when pandoc has found the formulas. A later build has few new ones, and no such TeX."""
    cache = Cache(tmp_path)
    with formats.preparing(Config, cache):
        while not process._waiting:
            time.sleep(0.05)
        assert formulas.prove([Formula("x^2", True), Formula("\\frac", True)], cache).keys() == {
            Formula("\\frac", True)
        }
    assert [command[-1] for command in started].count("probe.tex") == 1
    (formats.folder(cache) / "handbook.tex").touch()
    with formats.preparing(Config, cache):
        assert formulas.prove([Formula("y^2", True)], cache) == {}
    assert [command[-1] for command in started].count("probe.tex") == 2
    assert not process._waiting


def test_tex_reads_the_beginning_of_a_book_before_there_is_one(
    tmp_path: Path, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next book takes over a TeX that waits, and is the same to the byte as from one that is started for it."""
    monkeypatch.setattr(formats, "HANDBOOK", "book")
    cache = Cache(tmp_path / "cache")
    handbook(cache, BODY)
    started.clear()
    changed = handbook(cache, BODY.replace("Text", "Words"))
    assert len(started) == 1
    monkeypatch.setattr(formats, "start", lambda _: None)
    assert handbook(cache, BODY.replace("Text", "Words")) == changed


def test_a_tex_that_has_read_another_beginning_is_sent_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fonts or templates have changed since the last build: the book is as if nobody had waited."""
    monkeypatch.setattr(formats, "HANDBOOK", "book")
    cache = Cache(tmp_path / "cache")
    handbook(cache, BODY)
    monkeypatch.setattr(f"{__name__}.FONTS", FONTS.replace("1.1", "1.7"))
    large = handbook(cache, BODY)
    monkeypatch.setattr(formats, "start", lambda _: None)
    assert large == handbook(Cache(tmp_path / "other"), BODY)


def test_without_links_tex_reads_the_whole_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems have no symbolic links. Nobody waits then, since nothing would make them."""
    whole = typeset(tmp_path / "a", document(), Cache(tmp_path / "cache"))
    monkeypatch.setattr(formats, "HANDBOOK", "book")
    monkeypatch.setattr(formats, "_linked", lambda _: False)
    cache = Cache(tmp_path / "other")
    assert (handbook(cache, BODY), handbook(cache, BODY)) == (whole[0], whole[0])
    formats.start(cache)
    assert not process._waiting
