"""What a question points to: "the following code", "下面的程序", or the code right below "What is the output?".

Such a question is only the same as another one when what stands below it is the same.
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from cardbook.matching.intent import intents
from cardbook.matching.wording import HAN, normalise
from cardbook.matching.words import words
from cardbook.reading import markdown

NEAR = 80
"""From this likeness on, of 100, what two questions point to is close."""

_SHOWN = ("fence", "code_block", "table", "math_block", "math_block_label", "html_block")
_IMAGE = re.compile(r"\s*!\[")
_THING = (
    r"(?:code|snippet|program|script|function|method|class|loop|query|statement|expression|command|output|example"
    r"|figure|diagram|graph|chart|image|picture|photo|map|table|circuit|tree|matrix|equation|formula|sentence"
    r"|passage|text|paragraph|poem|quote|case|scenario)s?"
)
_POINTS = re.compile(
    rf"\bthe following\b|\bfollowing (?:\w+ )?{_THING}\b|\b(?:this|these|that|those|the given) (?:\w+ )?{_THING}\b"
    rf"|\b{_THING} (?:given |shown |listed )?(?:below|above|here)\b|\bthe (?:below|above) \w+|\b(?:as|is|are) shown\b"
    r"|\b(?:shown|given|listed) (?:below|above)\b|\b(?:below|as follows)(?=[?:.!]*$)"
    r"|下[面列述方](?!式|积|的?阶段)|(?<![\d岁个月年元度级天周米])以下(?!简称|级|犯)|上述|如[下图表]|所示"
    r"|(?:^|[^\w]|[如见据看在由从给])[上下][图表例题文式](?![面现示形])|(?<![集级之以网路线身车床海])上面(?!积)"
    r"|[这此该][段个张幅条些句首]?(?:\w{0,6}?的?)(?:代码|程序|脚本|语句|表达式|图片|图像|句子|段落|输出)"
)
_THIS_DOES = re.compile(
    r"\b(?:does|do|will|would|can|could|is|are) (?:this|these) (?:\w+ )?"
    r"(?:print|output|return|log|evaluate|display|do|produce|compile|work|wrong|correct)\b"
    r"|\b(?:does|will|would) it (?:print|output|return|log|display)\b|\bwrong with this\b"
)
_ASKS_RESULT = re.compile(
    r"\b(?:outputs?|outputted|prints?|printed|logs?|logged|returned|results?|displayed|happens?|values?|errors?|bugs?"
    r"|wrong|correct|console|screen|program|code|complexity|time|space|running|do|will|be|s|get|we|you)\b"
    r"|输出|打印|运行|执行|返回|结果|报错|错误|代码|程序|复杂度|时间|空间|控制台|内容|会|正确|值"
)
"""What one asks of code that stands below without saying so."""
_SHOWS = re.compile(r"\s*(?:```|~~~|\||!\[|<)|\s* {4}\S")
_CODE = re.compile(r"(`+)(.+?)\1")
_NAME = re.compile(r"[\w.\-]*(?:\(\))?")
_EMPTY = frozenset("什么吗么")
_SOFT = re.compile(r"[\s;]+")


def below(question: str, answer: str) -> str | None:
    """What `question` points to, in one form for every typing; `None` if it points nowhere."""
    plain = normalise(question)
    sure = _POINTS.search(plain)
    if not sure and not (_SHOWS.match(answer) and _leans(plain)):
        return None
    blocks = markdown.blocks(answer)
    shown = [block.kind in _SHOWN or bool(_IMAGE.match(block.text)) for block in blocks]
    if not sure and not shown[0]:
        return None
    first = shown.index(True) if True in shown else 0
    last = next((k for k in range(first + 1, len(blocks)) if not shown[k]), len(blocks))
    return _one_form("\n".join(block.text for block in blocks[first:last]))


def _leans(plain: str) -> bool:
    """Whether the question says nothing without what stands below it."""
    if _THIS_DOES.search(plain):
        return True
    if not _ASKS_RESULT.search(plain):
        return False
    rest = words().phrases.sub(" ", intents(_ASKS_RESULT.sub(" ", plain))[1])
    named = (word for word in re.findall(r"\w+", rest) if not word.isdigit())
    return all(
        set(word) <= _EMPTY | words().characters if HAN.search(word) else word in words().words
        for word in named
    )


def _one_form(text: str) -> str:
    """Quotes, white space and semicolons aside, as typed: case matters in code."""
    lines = (line for line in text.split("\n") if not line.lstrip().startswith(("```", "~~~")))
    return _SOFT.sub("", "".join(lines)).replace("'", '"')


def near(one: str, other: str) -> bool:
    """Whether two things that are pointed to are close, though not the same."""
    return fuzz.ratio(one, other) >= NEAR


def spelled(question: str) -> tuple[frozenset[str], str]:
    """The code inside a question, plain names aside, and the question without it."""
    found = [code[2] for code in _CODE.finditer(question) if not _NAME.fullmatch(code[2].strip())]
    return frozenset(_SOFT.sub("", code) for code in found), normalise(_CODE.sub(" ", question))
