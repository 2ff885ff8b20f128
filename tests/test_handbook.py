"""The handbook as a reader gets it: the PDF is opened, and looked at with pypdf and pdfplumber."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest

from cardbook import handbook, render, tex
from cardbook.cache import Cache
from cardbook.config import Config
from cardbook.diagnostics import Log
from cardbook.manuscript import Material
from cardbook.model import Book, Card, Source, Unanswered

WHEN = datetime(2026, 11, 20, 12, tzinfo=UTC)
needs_tex = pytest.mark.skipif(not tex.installed(), reason="XeLaTeX is not installed")


def card(number: int, question: str, answer: str, topic: str = "基础", **rest: object) -> Card:
    """A card with an id of the usual form."""
    return Card(
        f"c{number:03d}k7f3m2q", question, answer, topic, WHEN, sources=(Source("甲.md", question),), **rest
    )  # type: ignore[arg-type]


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


def build(book: Book, folder: Path, config: Config | None = None, **rest: object) -> tuple[Path | None, Log]:
    """Render and write `book` into `folder`."""
    cache, log = Cache(folder / ".cache"), Log()
    lines = [c.question for c in book.entries] + [u.question for u in book.unanswered]
    lines += [alias for c in book.entries for alias in c.aliases]
    texts = [render.Text(c.answer) for c in book.entries] + [render.Text(line) for line in lines]
    found = [fragment.latex if fragment else "" for fragment in render.render(texts, cache)]
    answers = {c.id: latex for c, latex in zip(book.entries, found, strict=False)}
    material = Material(answers, dict(zip(lines, found[len(answers) :], strict=True)), **rest)  # type: ignore[arg-type]
    path = handbook.write(
        book, material, config or Config(), out=folder, work=folder / ".cache" / "tex", cache=cache, log=log
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
