"""The handbook as a reader gets it: the PDF is opened, and looked at with pypdf and pdfplumber."""

from __future__ import annotations

import subprocess
import unicodedata
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pypdf
import pytest
from PIL import Image
from torture import TORTURE, card

from cardbook import handbook
from cardbook.cache import Cache
from cardbook.config import Config
from cardbook.diagnostics import Log, Span
from cardbook.handbook.manuscript import Material
from cardbook.model import Book, Source, Unanswered
from cardbook.rendering import render, tex
from cardbook.rendering.render import Picture

needs_tex = pytest.mark.skipif(not tex.installed(), reason="XeLaTeX is not installed")


TINY = Book(
    "小手册 & 100%",
    (
        card(
            1,
            "什么是 $\\lambda$ 正则化？",
            "在损失中加入惩罚项 $\\lambda\\|w\\|^2$。",
            related=("c002k7f3m2q",),
        ),
        card(
            2, "`Adam` 优化器是什么？", "自适应学习率。\n\n```python\nstep = lr / sqrt(v)\n```", topic="优化"
        ),
    ),
    (Unanswered("还没有答案的问题？", (Source("乙.md", "还没有答案的问题？"),)),),
    author="某人",
)


def build(
    book: Book,
    folder: Path,
    config: Config | None = None,
    images: dict[str, Path] | None = None,
    source: bool = False,
) -> tuple[Path | None, Log]:
    """Render and write `book` into `folder`."""
    cache, log = Cache(folder / ".cache"), Log()
    pictures = {name: Picture(name, name) for name in images or {}}
    lines = [c.question for c in book.entries] + [u.question for u in book.unanswered]
    lines += [alias for c in book.entries for alias in c.aliases]
    texts = [render.Text(c.answer, pictures) for c in book.entries] + [render.Text(line) for line in lines]
    found = [fragment.latex if fragment else "" for fragment in render.render(texts, cache)]
    answers = {c.id: latex for c, latex in zip(book.entries, found, strict=False)}
    material = Material(answers, dict(zip(lines, found[len(answers) :], strict=True)), images or {})
    path = handbook.write(
        book,
        material,
        config or Config(),
        out=folder,
        work=folder / ".cache" / "tex",
        cache=cache,
        log=log,
        source=source,
    )
    return path, log


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PDF of a book of two questions."""
    path, log = build(TINY, tmp_path_factory.mktemp("tiny"))
    assert list(log) == []
    assert path is not None
    return path


def outline(reader: pypdf.PdfReader) -> list[str]:
    """The titles of the PDF's outline, depth first."""

    def walk(items: list[object]) -> list[str]:
        return [t for i in items for t in (walk(i) if isinstance(i, list) else [str(i.title)])]  # type: ignore[attr-defined]

    return walk(reader.outline)


@pytest.fixture(scope="session")
def torture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PDF of a book of everything that does not fit on a page."""
    folder = tmp_path_factory.mktemp("torture")
    Image.new("RGB", (4000, 2600), (200, 210, 220)).save(folder / "big.png")
    path, log = build(
        TORTURE, folder, Config(terms=(("正则化", "regularization"),)), {"big.png": folder / "big.png"}
    )
    assert [str(found) for found in log] == []
    assert path is not None
    return path


HANGING = frozenset("，。、；：！？”’）》】")


def letters(text: str) -> Counter[str]:
    """How often each letter and digit occurs; mathematical letters count as what they show."""
    return Counter(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


@needs_tex
def test_metadata_and_outline(tiny: Path) -> None:
    """Title, author and language are in the PDF, and the outline leads to every question."""
    reader = pypdf.PdfReader(tiny)
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("小手册 & 100%", "某人")
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    titles = outline(reader)
    assert any("什么是 λ 正则化" in title for title in titles)
    assert any("Adam 优化器是什么" in title for title in titles)


@needs_tex
def test_the_short_id_the_sources_and_the_unanswered_are_printed(tiny: Path) -> None:
    """What a reader needs to go from the page to the card and to the notes."""
    text = "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(tiny).pages)
    for expected in (
        "c001",
        "c002",
        "来源甲.md",
        "还没有答案的问题？",
        "另见Adam优化器是什么？第2页",
        "2个问题",
    ):
        assert expected in text


@needs_tex
def test_every_font_is_embedded(torture: Path) -> None:
    """A printer needs nothing but the file."""
    for page in pypdf.PdfReader(torture).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = (
                font.get_object()["/DescendantFonts"][0].get_object()
                if "/DescendantFonts" in font.get_object()
                else font.get_object()
            )
            assert any(key.startswith("/FontFile") for key in inner["/FontDescriptor"].get_object())


@needs_tex
def test_every_letter_and_digit_is_there(torture: Path) -> None:
    """Nothing of any question or answer is lost on the way; every question is in the outline too."""
    reader = pypdf.PdfReader(torture)
    text = letters("".join(page.extract_text() for page in reader.pages))
    wanted = letters("".join(c.question + c.answer.replace("big.png", "") for c in TORTURE.entries))
    said = letters(
        "".join(c for c in ("lambda", "left", "right", "begin", "cases", "text", "end", "tag") for c in c * 3)
    )
    lost = wanted - text - said
    assert not lost
    titles = ["".join(title.split()) for title in outline(reader)]
    for question in ("代码很宽怎么办？", "表格很宽怎么办？", "很长的答案？"):
        assert any(question in title for title in titles)


@needs_tex
def test_nothing_sticks_out_and_no_page_is_blank(torture: Path) -> None:
    """All text and every image is inside the text block; only ids stand in the outer margin."""
    millimetre = 72 / 25.4
    left, right = 32 * millimetre - 1, (32 + 142) * millimetre + 3
    with pdfplumber.open(torture) as pdf:
        for page in pdf.pages:
            assert page.chars
            # At a line's end the empty half of a punctuation mark hangs out; there is no ink in it.
            marks = [c for c in (*page.chars, *page.images) if c.get("text", "") not in HANGING]
            outside = [c for c in marks if c["x1"] > right or c["x0"] < left]
            assert "".join(c.get("text", "IMAGE") for c in outside if c["x0"] < right) == ""
            assert all(c["x1"] < page.width - 5 * millimetre for c in outside)
            assert all(c["top"] > 0 and c["bottom"] < page.height for c in (*page.chars, *page.images))


@needs_tex
def test_the_same_book_is_the_same_bytes(tiny: Path, tmp_path: Path) -> None:
    """Built elsewhere, from nothing, the PDF is the same; built again, TeX is not even asked."""
    path, _ = build(TINY, tmp_path)
    assert path is not None
    assert path.read_bytes() == tiny.read_bytes()


@needs_tex
def test_what_was_built_before_is_not_built_again(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache knows the document, its images and TeX's version."""
    monkeypatch.setattr(tex, "typeset", lambda *_, **__: pytest.fail("TeX was run"))
    path, _ = build(TINY, tiny.parent)
    assert path == tiny


@needs_tex
def test_a_template_of_ones_own_takes_the_place_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file in templates/handbook/ restyles the book; the LaTeX beside the PDF compiles by itself."""
    own = tmp_path / "templates" / "handbook"
    own.mkdir(parents=True)
    (own / "titlepage.tex").write_text(
        "\\begin{titlepage}MYOWNTITLE << title.heading >>\\end{titlepage}\n", "utf-8"
    )
    monkeypatch.chdir(tmp_path)
    path, log = build(TINY, tmp_path / "out", Config(paper="a5", twoside=True), source=True)
    assert list(log) == []
    assert path is not None
    reader = pypdf.PdfReader(path)
    assert "MYOWNTITLE" in reader.pages[0].extract_text()
    assert round(reader.pages[0].mediabox.width / 72 * 25.4) == 148
    path.unlink()
    command = ["xelatex", "-interaction=nonstopmode", "-halt-on-error", "handbook.tex"]
    assert subprocess.run(command, cwd=path.parent, capture_output=True, check=False).returncode == 0
    assert path.exists()


@needs_tex
def test_no_page_number_of_the_contents_stands_alone(tmp_path: Path) -> None:
    """However long a question is, at least the dots that lead to its page number stand on the line with it."""
    cards = tuple(card(length, "问" * 22 + "i" * length + "？", "答。") for length in range(1, 25))
    path, _ = build(Book("书", cards), tmp_path, Config(paper="a5"))
    assert path is not None
    lines = "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages[2:4]).splitlines()
    assert sum(line[-1].isdigit() for line in lines) == len(cards) + len(["1 基础 1"])
    assert [line for line in lines if line.isdigit()] == []


@needs_tex
def test_an_answer_that_tex_cannot_set_is_shown_as_typed(tmp_path: Path) -> None:
    """It costs itself, says so at its place, and the rest of the book is as it was."""
    log = Log()
    answers = {"c001k7f3m2q": "\\nosuchcommand{x} } \\end{document}", "c002k7f3m2q": "HEALTHY"}
    path = handbook.write(
        TINY, Material(answers), Config(), out=tmp_path, work=tmp_path / "work", cache=Cache(tmp_path / "c"), log=log,
        places=lambda card, text: Span("甲.md", int(card[3])),
    )  # fmt: skip
    assert path is not None
    text = "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    assert "HEALTHY" in text
    assert "lambda" in text
    assert {(found.code, found.span) for found in log} == {("tex-failed", Span("甲.md", 1))}


@needs_tex
def test_tex_that_dies_far_from_the_cause_costs_one_answer(tmp_path: Path) -> None:
    """TeX often notices only at the end of a page; the answer that it dies of is then found by trying halves."""
    deadly = r"\AddToHook{shipout/before}{\input{nowhere}}"
    book = Book("书", tuple(card(number, f"第{number}问？", f"答案{number}。") for number in range(1, 6)))
    log, material = Log(), Material({book.entries[1].id: deadly})
    path = handbook.write(
        book, material, Config(), out=tmp_path, work=tmp_path / "work", cache=Cache(tmp_path / "c"), log=log
    )
    assert [(found.code, found.hint) for found in log] == [("tex-failed", "it is shown as typed")]
    assert path is not None
    text = "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(path).pages)
    assert [number for number in range(1, 6) if f"答案{number}。" in text] == [1, 2, 3, 4, 5]


@needs_tex
def test_an_answer_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time limit names the answer; the next run shows it as typed."""
    monkeypatch.setattr(handbook.book, "_seconds", lambda document: 15.0)
    log = Log()
    material = Material({"c001k7f3m2q": "\\def\\x{\\x}\\x", "c002k7f3m2q": "HEALTHY"})
    path = handbook.write(
        TINY, material, Config(), out=tmp_path, work=tmp_path / "work", cache=Cache(tmp_path / "c"), log=log
    )
    assert path is not None
    assert "HEALTHY" in "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    assert [found.code for found in log] == ["tex-failed"]


def test_without_tex_the_handbook_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that names the packages, and no PDF."""
    monkeypatch.setattr(tex, "installed", lambda: False)
    path, log = build(TINY, tmp_path)
    assert path is None
    (found,) = log
    assert found.code == "output-failed"
    assert "texlive-xetex" in found.hint


@needs_tex
def test_the_words_of_a_book_are_in_its_language(tmp_path: Path) -> None:
    """Also those that the class would say in Chinese; and only what is there is promised."""
    path, log = build(replace(TINY, language="en", unanswered=()), tmp_path)
    assert path and not list(log)
    with pdfplumber.open(path) as pdf:
        opening = "".join("".join(page.extract_text().split()) for page in pdf.pages[:3])
    assert "Contents" in opening and "Howtoreadthisbook" in opening
    assert "目录" not in opening and "followthelastchapter" not in opening
    titles = outline(pypdf.PdfReader(path))
    assert ("Anindexofterms" in opening) == any("Index of terms" in title for title in titles)


@needs_tex
def test_what_belongs_together_is_on_one_page(tmp_path: Path) -> None:
    """The small print stands below lines of its answer, and what a short bold line announces below that line."""
    cards = [
        card(
            number,
            f"Question {number}?",
            f"{'Word by word. ' * (17 * number)}\n\n**In short**\n\n- a last item\n- and the very last",
        )
        for number in range(1, 41)
    ]
    path, log = build(replace(TINY, entries=tuple(cards), language="en"), tmp_path)
    assert path and not list(log)
    with pdfplumber.open(path) as pdf:
        bodies = [page.extract_text().splitlines()[1:-1] for page in pdf.pages]
    assert sum("Inshort" in "".join(line.split()) for body in bodies for line in body) == len(cards)
    for body in filter(None, bodies):
        assert not body[0].startswith("Sources")
        assert "".join(body[-1].split()) != "Inshort"
