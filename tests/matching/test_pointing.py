"""Questions that point to what stands below them are the same only when that is the same."""

from __future__ import annotations

import pytest

from cardbook.config import Config
from cardbook.diagnostics import Span
from cardbook.matching import match
from cardbook.matching.pointing import below
from cardbook.model import Block, RawNote, Verdict


def note(question: str, *blocks: str, line: int = 1) -> RawNote:
    found = tuple(Block(text, Span("a.md", line + 2 * k)) for k, text in enumerate(blocks, 1))
    return RawNote(question, found, Span("a.md", line))


def code(text: str) -> str:
    return f"```js\n{text}\n```"


ONE, OTHER = (
    code("console.log(typeof null);"),
    code("const xs = [3, 1];\nxs.push(2);\nconsole.log(xs.sort());"),
)


@pytest.mark.parametrize(
    "question",
    [
        "What is the output of the following code?",
        "What does this snippet print?",
        "What will the code below log",
        "What's the output?",
        "What does this return?",
        "下面代码的输出是什么？",
        "以下程序的运行结果是什么",
        "输出什么？",
        "这段代码有什么问题？",
        "Find the bug in the code as shown",
    ],
)
def test_other_code_below_makes_another_question(question: str) -> None:
    """The same words over different code are two cards; over the same code they are one, however it is typed."""
    assert match([note(question, ONE), note(question, OTHER, line=9)], Config()).clusters == ((0,), (1,))
    typed = ONE.replace("(typeof null);", "( typeof null )").replace("js", "javascript")
    assert match([note(question, ONE, "x"), note(question, typed, line=9)], Config()).clusters == ((0, 1),)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How do you empty an array?", "```js\na.length = 0;\n```"),
        ("Explain `this`", "It is what stands before the dot."),
        ("What is the output layer of a network?", "```python\nDense(10)\n```"),
        ("18岁以下的人能签合同吗", "| 年龄 | 能力 |\n| - | - |\n| 8 | 限制 |"),
        ("快速排序的时间复杂度是多少", "$$\nn\\log n\n$$"),
        ("ROC 曲线下面积的含义", "| 值 | 含义 |\n| - | - |\n| 1 | 全对 |"),
        ("以下犯上是什么意思", "下级冒犯上级。"),
        ("What happened in the years following the war?", "Inflation."),
    ],
)
def test_an_answer_in_code_is_no_part_of_the_question(question: str, answer: str) -> None:
    """A question that says what it asks about points nowhere, whatever its answer begins with."""
    assert below(question, answer) is None


def test_options_and_pictures_are_pointed_to_as_well() -> None:
    """What is no code: the choices of a test, a figure, a sentence."""
    for question, one, other in (
        (
            "Which of the following is true?",
            "- A: cats bark\n- B: dogs bark",
            "- A: ice sinks\n- B: ice floats",
        ),
        ("如图所示的结构是什么", "![](cell.png)", "![](leaf.png)"),
        ("Translate the following sentence", "Gallia est omnis divisa.", "Arma virumque cano."),
    ):
        assert len(match([note(question, one), note(question, other, line=9)], Config()).clusters) == 2


def test_close_but_not_the_same_below() -> None:
    """One sign more is another program; the two cards point to each other."""
    question = "What does this code print?"
    notes = [
        note(question, code("print(sum(range(10)))")),
        note(question, code("print(sum(range(11)))"), line=9),
    ]
    found = match(notes, Config())
    assert len(found.clusters) == 2
    assert [decision.verdict for decision in found.decisions] == [Verdict.RELATED]


def test_only_one_points_to_something() -> None:
    """Nobody knows whether the one means what the other shows."""
    notes = [
        note("What is the output of the following loop program?", ONE),
        note("What is the output of the loop program?", "Nothing.", line=9),
    ]
    assert len(match(notes, Config()).clusters) == 2


def test_other_code_in_the_question_makes_another_question() -> None:
    """Signs that no word stands for tell questions apart; spacing and plain names do not."""
    for one, other, cards in (
        ("What is `[] + []`?", "What is `[] + {}`?", 2),
        ("What does `x[1:]` return?", "What does `x[:1]` return?", 2),
        ("What is the result of `a&b`?", "What is the result of `a & b`?", 1),
        ("What is the difference between `null` and undefined", "Difference between null and `undefined`", 1),
    ):
        assert len(match([note(one, "x"), note(other, "y", line=9)], Config()).clusters) == cards
