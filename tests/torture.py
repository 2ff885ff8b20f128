"""A book of everything that does not fit on a page."""

from __future__ import annotations

from datetime import UTC, datetime

from cardbook.model import Book, Card, Source

WHEN = datetime(2026, 11, 20, 12, tzinfo=UTC)


def card(number: int, question: str, answer: str, topic: str = "基础", **rest: object) -> Card:
    """A card with an id of the usual form."""
    source = Source("甲.md", question)
    return Card(f"c{number:03d}k7f3m2q", question, answer, topic, WHEN, sources=(source,), **rest)  # type: ignore[arg-type]


URL = "https://example.org/" + "/".join(f"part{i}-of_an%20address" for i in range(14)) + "?q=" + "a" * 40
SUM = " + ".join(f"a_{{{i}}} x^{{{i}}}" for i in range(40))
QUESTION = (
    "什么是 $\\lambda$ 正则化，`weight_decay` 参数的含义是什么？它与 $\\|w\\|_2^2$ 惩罚项在自适应学习率优化器里有哪些不同，"
    "为什么推荐使用 `AdamW` 而不是把惩罚项直接加进损失函数，实践中怎样选择系数的大小，又怎样检验所选的大小是否合适？"
)
FORMULAS = rf"""
{URL}

行内 ${SUM}$ 结束。

$$
{SUM} = 0
$$

$$\left( {SUM} \right)$$

$$f(x) = \begin{{cases}} 1 & \text{{如果 }} x > 0 \\ 0 & \text{{否则}} \end{{cases}} \tag{{7}}$$
"""
CODE = rf"""
```python
x = "{"long text 长 " * 18}"  # note
```

```
{"x" * 200}
\\ {{}} % # $ & ~ ^ _ \begin{{verbatim}}
```

`torch.nn.functional.binary_cross_entropy_with_logits(input_tensor, target)` {"A" * 150}
"""
HEAD = "|" + "|".join(f"第{column}列 name" for column in range(12)) + "|\n|" + "---|" * 12 + "\n"
ROWS = "\n".join("|" + "|".join(f"值 {r * c} value" for c in range(12)) + "|" for r in range(5))
TABLES = f"""
{HEAD}{ROWS}

| 方法 | 说明 |
|------|------|
| L1 | {"产生稀疏解，" * 12} |
"""
GLYPHS = "λ α ∑ ≤ → ① ⑳ ² × Ж ⊕ 😀 🚀 ✅ é ß 𠮷 ㎡ ™"
TEXT = f"""
{GLYPHS} “引号” “quotes” it’s Привет ελληνικά こんにちは 한국어 `→ ① 中文 └──`

> 引用

- [x] 完成
- 一
  - 二
    - 三
      - 四
        - 五

### 小标题 $x$

~~删除~~ **粗** *斜*[^1]

[^1]: 脚注 https://a.b/c_d#e

![大图](big.png)

![没有](gone.png)
"""
LONG = "深度神经网络的训练依赖反向传播与梯度下降，这一段文字用来占满版面并观察换页、孤行和页眉。" * 6
TORTURE = Book(
    "酷刑 & 手册_1",
    (
        card(
            1, QUESTION, FORMULAS, references=(URL,), aliases=("另一种 `问法`？",), related=("c004k7f3m2q",)
        ),
        card(2, "代码很宽怎么办？", CODE),
        card(3, "表格很宽怎么办？", TABLES),
        card(4, f"字形：{GLYPHS}", TEXT, topic="第二章"),
        card(
            5,
            "很长的答案？",
            "\n\n".join(f"{LONG} 第 {i} 段 $E = mc^{i}$。" for i in range(36)),
            topic="第二章",
        ),
    ),
)
