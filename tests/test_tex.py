"""XeLaTeX in its cage: what it may not do, when it is ended, and what its log says."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cardbook.rendering import tex

needs_tex = pytest.mark.skipif(not tex.installed(), reason="XeLaTeX is not installed")


def document(folder: Path, body: str) -> tex.Document:
    """A plain LaTeX document with `body`."""
    path = folder / "a.tex"
    path.write_text(f"\\documentclass{{article}}\\begin{{document}}\n{body}\n\\end{{document}}\n", "utf-8")
    return tex.Document(path)


LOG = """cardbook:at:one
! Undefined control sequence.
l.12 text \\foo
               more
Missing character: There is no 😀 (U+1F600) in font TeXGyrePagella-Regular/OT:script=latn!
cardbook:at:two
Overfull \\hbox (149.71747pt too wide) in paragraph at lines 285--286
LaTeX Warning: Reference `card:x' on page 1 undefined on input line 3.
cardbook:at:
Overfull \\vbox (1.5pt too high) has occurred while \\output is active
"""


def test_the_log_is_read_with_its_markers() -> None:
    """Each complaint belongs to the last marker before it."""
    assert list(tex.findings(LOG)) == [
        tex.Finding("error", "one", "Undefined control sequence. \\foo"),
        tex.Finding("missing", "one", "😀 (U+1F600)"),
        tex.Finding("overfull", "two", "Overfull \\hbox (149.71747pt too wide) in paragraph at lines 285--286", 149.71747),
        tex.Finding("reference", "two", "card:x"),
        tex.Finding("overfull", "", "Overfull \\vbox (1.5pt too high) has occurred while \\output is active", 1.5),
    ]  # fmt: skip
    assert tex.markers(LOG) == ["one", "two", ""]


@needs_tex
def test_tex_reads_writes_and_runs_nothing_outside_its_folder(tmp_path: Path) -> None:
    """No file above or elsewhere, no other program."""
    (tmp_path / "secret.tex").write_text("SECRETWORD", "utf-8")
    folder = tmp_path / "own"
    folder.mkdir()
    body = (
        r"x\IfFileExists{../secret.tex}{\typeout{cardbook:at:parent}}{}\IfFileExists{/etc/passwd}{\typeout{cardbook:at:root}}{}"
        r"\immediate\write18{touch ran}\newwrite\w\immediate\openout\w=../written.tex \immediate\write\w{x}"
        r"\openin5=/etc/passwd \ifeof5 \else\typeout{cardbook:at:openin}\fi"
    )
    result = tex.typeset(document(folder, body), passes=1)
    assert tex.markers(result.log) == []
    assert not (folder / "ran").exists()
    assert not (tmp_path / "written.tex").exists()


@needs_tex
def test_a_document_that_never_ends_is_ended(tmp_path: Path) -> None:
    """The time limit holds, and what was made until then is no PDF."""
    started = time.monotonic()
    result = tex.typeset(document(tmp_path, r"\def\x{\x}\x"), seconds=3)
    assert result.timed_out
    assert result.pdf is None
    assert time.monotonic() - started < 20


@needs_tex
def test_runs_end_when_nothing_moves_any_more(tmp_path: Path) -> None:
    """A reference needs a second run and a third to see that it stands; the next time one is enough."""
    path = document(tmp_path, r"\label{a}page \pageref{a}")
    first = tex.typeset(path)
    assert (first.passes, tex.typeset(path).passes) == (2, 1)
