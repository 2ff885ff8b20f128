"""What holds for every merge, whatever the notes say (Hypothesis)."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardbook.config import Config
from cardbook.diagnostics import Span
from cardbook.merging.content import sentences
from cardbook.merging.marks import unmarked
from cardbook.merging.merge import merge
from cardbook.merging.pieces import LISTS, take_apart, title
from cardbook.merging.rows import row
from cardbook.model import Block, Draft, Matching, RawNote

QUESTION = "什么是熵？怎么计算？"
SAYINGS = (
    "熵衡量不确定性。",
    "熵（entropy）是随机变量不确定性的度量。",
    "熵是指平均信息量。它在抛硬币时最大。",
    "Entropy measures how uncertain a random variable is.",
    "均匀分布的熵最大。",
    "计算方法：",
    "**性质**",
    "如下所示：",
    "交叉熵常用作分类的损失函数，由预测分布和真实分布得到。",
    "增加数据、数据增强、dropout、早停、BN（批归一化）。",
    "采用 dropout；验证集误差不再下降时早停；降低模型复杂度，并增加数据。",
    "a. 早停  \nb. 增加数据  \nc. 权重衰减",
)
ITEMS = (
    "Dropout：训练时随机让神经元失活，减少共适应。",
    "采用dropout方法",
    "增加数据",
    "增加训练数据：采集更多样本",
    "降低模型复杂度",
    "Early stopping：验证集误差不再下降时停止训练。",
    "早停",
    "令 $p=\\frac12$ 代入\n\n$$\nH=1\n$$",
    "先求概率\n  - 计数\n  - 归一化",
)
SHOWN = (
    "$$\nH=-\\sum_i p_i\\log p_i\n$$",
    "```python\n# 一行代码\nprint('x')\n```",
    "![图](img/a.png)",
    "| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |",
    "> 引用一句话。",
)


@st.composite
def lists(draw: st.DrawFn) -> str:
    """A bullet or numbered list, tight or loose."""
    items = draw(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=5, unique=True))
    numbered, gap = draw(st.booleans()), draw(st.sampled_from(("\n", "\n\n")))
    marks = [f"{k}. " if numbered else "- " for k in range(1, len(items) + 1)]
    return gap.join(
        mark + item.replace("\n", "\n" + " " * len(mark)) for mark, item in zip(marks, items, strict=True)
    )


headings = st.builds(
    lambda n, t: "#" * n + " " + t, st.integers(1, 6), st.sampled_from(("定义", "计算", "性质", QUESTION))
)
blocks = st.one_of(st.sampled_from(SAYINGS), lists(), st.sampled_from(SHOWN), headings)
answers = st.lists(blocks, max_size=6)


@st.composite
def clusters(draw: st.DrawFn) -> tuple[RawNote, ...]:
    """Several answers to one question."""
    several = draw(st.lists(answers, min_size=1, max_size=4))
    return tuple(note(answer, f"{k}.md") for k, answer in enumerate(several))


def note(answer: list[str], file: str) -> RawNote:
    return RawNote(
        QUESTION, tuple(Block(text, Span(file, 3 * k + 2)) for k, text in enumerate(answer)), Span(file)
    )


def merged(notes: tuple[RawNote, ...]) -> Draft:
    (draft,) = merge(notes, Matching((tuple(range(len(notes))),), ()), Config())
    return draft


def squeezed(text: str) -> str:
    return "".join(unmarked(text).replace("#", "").split())


def points(notes: tuple[RawNote, ...]) -> list[str]:
    """Every heading, list item and sentence of the notes, and every part of what is a list in all but its form."""
    found: list[str] = []
    for one in notes:
        for piece in take_apart(one.answer):
            if piece.kind == "heading":
                found.append(title(piece.text))
            elif piece.kind in LISTS:
                found.extend(item.text for item in piece.items)
            else:
                found.extend(said(piece.text) if piece.kind == "paragraph" else [piece.text])
    return found


def said(paragraph: str) -> list[str]:
    return list(row(paragraph)) or list(sentences(paragraph))


quick = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(clusters())
def test_nothing_is_lost(notes: tuple[RawNote, ...]) -> None:
    """Every block and list item of every note is in the answer, or recorded as covered."""
    draft = merged(notes)
    kept = squeezed(draft.answer)
    left = [squeezed(covered.text) for covered in draft.covered]
    lost = [
        p for p in points(notes) if squeezed(p) not in kept and not any(squeezed(p) in text for text in left)
    ]
    assert lost == []


@quick
@given(clusters())
def test_what_covers_is_in_the_answer(notes: tuple[RawNote, ...]) -> None:
    """A point is only left out for something that a reader finds in the card."""
    draft = merged(notes)
    card = squeezed(draft.question + draft.answer)
    assert [c for c in draft.covered if squeezed(c.by) not in card] == []


@quick
@given(clusters())
def test_merging_twice_changes_nothing(notes: tuple[RawNote, ...]) -> None:
    """A merged answer is an answer like any other: alone, or twice, it stays as it is."""
    answer = merged(notes).answer
    twice = tuple(note([answer] if answer else [], file) for file in ("0.md", "1.md"))
    assert merged(twice[:1]).answer == answer
    assert merged(twice).answer == answer


@quick
@given(clusters(), st.randoms())
def test_the_order_of_sources_changes_nothing(notes: tuple[RawNote, ...], random: object) -> None:
    """The same notes in another order make the same answer."""
    shuffled = list(notes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merged(tuple(shuffled)).answer == merged(notes).answer


@quick
@given(answers)
def test_one_note_keeps_its_answer(answer: list[str]) -> None:
    """A cluster of one note gives its answer unchanged, but for the level of headings."""
    one = note(answer, "0.md")
    kept = squeezed(merged((one,)).answer)
    assert kept == squeezed(one.answer) or kept in squeezed(one.answer)
