"""A learner with a folder of notes and a real Anki."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from cardbook import pipeline
from cardbook.diagnostics import Log
from cardbook.edition import Result
from cardbook.pipeline import Options

START = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)

NOTES = {
    "a.md": """# 训练

## 什么是过拟合？

模型在训练集上误差很小，在没有见过的数据上误差很大，因为它连噪声也记住了。

## Dropout 为什么有效？

训练时随机丢弃一部分神经元，每一步训练的都是另一个小网络，测试时等于许多小网络的平均。

## 动量法解决什么问题？

普通梯度下降在狭长的山谷里来回摆动；累积过去的梯度以后，摆动互相抵消，前进的方向得到加强。
""",
    "b.md": """# 网络

## 池化层有什么作用？

在局部区域里取最大值或平均值，缩小特征图，减少计算，并带来少许平移不变性。

## 残差连接解决了什么问题？

很深的网络难以训练；让每一块只学习与输入之差，梯度可以沿着捷径直接传回去。

## 批归一化怎样加快训练？

把每一层的输入按小批量的均值和方差标准化，再学习缩放和平移，于是可以用更大的学习率。
""",
}


@dataclass(frozen=True)
class Imported:
    """What Anki says of an import: the questions of the notes, as sets."""

    new: set[str]
    updated: set[str]
    unchanged: int
    conflicting: int


@dataclass
class Learner:
    """Somebody who writes notes, builds, imports into Anki, and learns."""

    folder: Path
    collection: Collection
    now: datetime = START
    log: Log = field(default_factory=Log)
    result: Result | None = None

    @property
    def sources(self) -> Path:
        return self.folder / "sources"

    @property
    def out(self) -> Path:
        return self.folder / "dist"

    @property
    def canonical(self) -> Path:
        return self.out / "canonical.yaml"

    def write(self, name: str, text: str) -> None:
        path = self.sources / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the one place where `old` stands in a file of notes."""
        text = (self.sources / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.write(name, text.replace(old, new))

    def edit_canonical(self, old: str, new: str) -> None:
        """Type into `canonical.yaml`, at the one place where `old` stands."""
        text = self.canonical.read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.canonical.write_text(text.replace(old, new), encoding="utf-8")

    def build(self, hours: float = 1) -> Result:
        """Build the deck, some hours after the last time."""
        self.now += timedelta(hours=hours)
        self.log = Log()
        options = Options(now=self.now, only=frozenset({"deck"}), offline=True)
        self.result = pipeline.build(self.sources, self.out, options, self.log)
        assert not self.result.failed
        return self.result

    def bring_in(self) -> Imported:
        """Import the deck with Anki's own defaults."""
        request = ImportAnkiPackageRequest(
            package_path=str(self.out / "deck.apkg"), options=ImportAnkiPackageOptions(with_scheduling=False)
        )
        log = self.collection.import_anki_package(request).log
        return Imported(
            {note.fields[0] for note in log.new},
            {note.fields[0] for note in log.updated},
            len(log.duplicate),
            len(log.conflicting),
        )

    def study(self) -> dict[str, int]:
        """Give every card an interval of its own; returns them by GUID."""
        for interval, card_id in enumerate(self.collection.find_cards(""), start=11):
            card = self.collection.get_card(card_id)
            card.type, card.queue, card.ivl, card.due, card.reps = 2, 2, interval, interval, 3
            self.collection.update_card(card)
        return self.intervals()

    def intervals(self) -> dict[str, int]:
        """The interval of each note's card, by GUID."""
        rows = self.collection.db.all("select n.guid, c.ivl from cards c join notes n on n.id = c.nid")
        return dict(rows)

    def rebuild(self, hours: float = 1) -> Imported:
        """Build and import again; whatever was learnt before stands."""
        before = self.intervals()
        self.build(hours)
        imported = self.bring_in()
        assert imported.conflicting == 0
        assert before.items() <= self.intervals().items()
        return imported

    def id_of(self, question: str) -> str:
        assert self.result is not None
        (found,) = [card.id for card in self.result.book.entries if card.question == question]
        return found

    def found(self, search: str) -> set[str]:
        """The questions of the notes that a search in Anki's browser finds."""
        return {self.collection.get_note(note_id).fields[0] for note_id in self.collection.find_notes(search)}

    def codes(self) -> list[str]:
        return [found.code for found in self.log]
