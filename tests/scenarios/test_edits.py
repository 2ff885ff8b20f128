"""Whatever a person does to the notes, one edit after another: the id follows the question."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cardbook import canonical, pipeline, recipe
from cardbook.diagnostics import Log

NOW = datetime(2026, 11, 20, tzinfo=UTC)
# Three wordings each, and an answer that no other question shares.
QUESTIONS = (
    (("什么是过拟合？", "过拟合是什么意思？", "过拟合指的是什么？"),
     "训练误差很小而测试误差很大，因为模型把样本里的噪声也记住了。"),
    (("动量法为什么快？", "为什么动量法收敛更快？", "动量法加快收敛的原因是什么？"),
     "过去的梯度按指数累加，一致的方向越走越快，摆动的方向互相抵消。"),
    (("池化层有什么用？", "池化层的作用是什么？", "池化层起什么作用？"),
     "对邻近的格子取最大值，特征图变小，感受野变大，平移一点也认得出来。"),
    (("TCP 怎样建立连接？", "TCP 建立连接的过程是怎样的？", "TCP 如何建立连接？"),
     "客户发 SYN，服务器回 SYN 和 ACK，客户再回 ACK，双方都确认了收发。"),
    (("什么是死锁？", "死锁是什么？", "何谓死锁？"),
     "几个线程互相等着对方手里的锁，谁也不肯先放，于是都停在那里。"),
    (("唐朝为什么衰落？", "唐朝衰落的原因是什么？", "唐朝因为什么衰落？"),
     "节度使拥兵自重，宦官把持朝政，加上连年饥荒，黄巢起事之后名存实亡。"),
)  # fmt: skip
ADDED = ("还有一个例子值得一看。", "口试时常常会接着问下去。", "这一点在书上讲得更细。")
FILES = ("a.md", "b.md", "网络.md")
EDITS = ("reword", "rewrite", "first", "move", "rename", "delete", "restore", "dialect", "copy", "uncopy")


@dataclass
class Item:
    """One question in the notes; `copies` are files that ask it once more, in its first words."""

    number: int
    file: str
    wording: int = 0
    added: list[str] = field(default_factory=list)
    there: bool = True
    copies: set[str] = field(default_factory=set)

    @property
    def question(self) -> str:
        return QUESTIONS[self.number][0][self.wording]

    @property
    def answer(self) -> str:
        return QUESTIONS[self.number][1] + "".join(self.added)


class Notes:
    """A folder of notes, the edits that people make in it, and the builds between them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.items = [Item(k, FILES[k % 2]) for k in range(len(QUESTIONS))]
        self.numbered: set[str] = set()
        self.renamed: dict[str, str] = {}
        (folder / "dist").mkdir()

    def edit(self, kind: str, k: int, value: int) -> None:
        item = self.items[k]
        if kind == "reword" and item.there:
            item.wording = value % 3
        elif kind == "rewrite" and item.there:
            item.added = [ADDED[value % 3], *item.added][:2]
        elif kind == "first":
            self.items.sort(key=lambda other: other is not item)
        elif kind == "move" and item.there:
            item.file = FILES[value % 3]
        elif kind == "rename":
            self.renamed[FILES[value % 3]] = f"新{value}.md"
        elif kind in ("delete", "restore"):
            item.there = kind == "restore"
        elif kind == "dialect":
            self.numbered ^= {FILES[value % 3]}
        elif kind == "copy" and item.there:
            item.copies.add(f"copy{value % 2}.md")
        elif kind == "uncopy":
            item.copies.clear()

    def build(self) -> dict[int, str]:
        """The id of each question that is there, by its number."""
        sources = self.folder / "sources"
        for path in sources.glob("*.md") if sources.exists() else ():
            path.unlink()
        sources.mkdir(exist_ok=True)
        for name, text in self._texts().items():
            (sources / name).write_text(text, encoding="utf-8")
        book = recipe.compile_notes(sources, self.folder / "dist", pipeline.Options(now=NOW), Log()).book
        (self.folder / "dist" / "canonical.yaml").write_text(canonical.dump(book), encoding="utf-8")
        asked = {source.question: card.id for card in book.entries for source in card.sources}
        return {item.number: asked[item.question] for item in self.items if item.there}

    def _texts(self) -> dict[str, str]:
        texts: dict[str, list[str]] = {}
        for item in (item for item in self.items if item.there):
            name = self.renamed.get(item.file, item.file)
            lines = texts.setdefault(name, [])
            if item.file in self.numbered:
                lines.append(f"{len(lines) + 1}. {item.question}\n\n   {item.answer}")
            else:
                lines.append(f"## {item.question}\n\n{item.answer}")
            for copy in sorted(item.copies):
                texts.setdefault(copy, []).append(f"## {item.question}\n\n{item.answer}")
        return {name: "\n\n".join(lines) + "\n" for name, lines in texts.items()}


EDIT = st.tuples(
    st.sampled_from(EDITS), st.integers(0, len(QUESTIONS) - 1), st.integers(0, 5)
)  # what, which, how


@settings(max_examples=30, deadline=None)
@example([[("first", 5, 0)], [("reword", 5, 1), ("rename", 0, 0)]])
@given(st.lists(st.lists(EDIT, min_size=1, max_size=2, unique_by=lambda edit: edit[1]), max_size=6))
def test_the_id_follows_the_question(script: list[list[tuple[str, int, int]]]) -> None:
    """Up to two edits between two builds, and a build after each: every question keeps the id that it had first."""
    with tempfile.TemporaryDirectory() as folder:
        notes = Notes(Path(folder))
        first = notes.build()
        assert len(set(first.values())) == len(QUESTIONS)
        for edits in script:
            for edit in edits:
                notes.edit(*edit)
            assert notes.build().items() <= first.items()
