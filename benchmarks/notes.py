"""What is measured on: the shipped notes, the seed documents where they are, and notes of our own making."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "sources"
SYLLABLES = "批量归一化残差注意力卷积循环梯度下降正则损失函数激活池化嵌入编码解码采样蒸馏剪枝量化迁移对抗生成判别特征样本"
A_FILE = 50
"""Generated notes in one file."""


def seeds() -> Path | None:
    """The seed documents, if they stand beside this checkout or the one that it is a worktree of."""
    found = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    places = [ROOT.parent, Path(found.stdout.strip() or ROOT).parents[1]]
    return next((p / "shared" / "seeds" for p in places if (p / "shared" / "seeds").is_dir()), None)


def generate(folder: Path, count: int = 1000, repeat: bool = False) -> None:
    """`count` notes with formulas, lists, tables and code, in files of 50.

    No two ask the same, unless `repeat`: then every tenth asks what one of the file before asks.
    """
    chance = random.Random(7)
    folder.mkdir(parents=True)
    asked: list[str] = []

    def words(length: int) -> str:
        return "".join(chance.choices(SYLLABLES, k=length))

    for number in range(0, count, A_FILE):
        notes = [f"# 第 {number // A_FILE + 1} 章 {words(4)}"]
        for k in range(number, min(number + A_FILE, count)):
            own = f"## {words(5)}{k}{words(3)}的原理是什么？"
            asked.append(asked[k - A_FILE] if repeat and number and k % 10 == 9 else own)
            notes += [
                asked[k],
                "，".join(words(9) for _ in range(5))
                + f"，其中 $x_{{{k}}} = \\alpha^{{{k % 7}}} + \\beta$。",
                "\n".join(f"- {words(12)}，`f{k}(x)` 与 {words(6)}" for _ in range(3)),
                f"$$\nL = \\sum_{{i=1}}^{{{k + 1}}} (y_i - \\hat y_i)^2\n$$",
                f"```python\ndef f{k}(x):\n    return x + {k}\n```" if k % 3 == 0 else f"> {words(25)}。",
            ]
        (folder / f"{number:04}.md").write_text("\n\n".join(notes) + "\n", encoding="utf-8")
