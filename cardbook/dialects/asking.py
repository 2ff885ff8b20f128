"""What reads like a question, and a question without what is around it: numbers, markup, links to sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

from cardbook.dialects.words import pattern
from cardbook.reading import markdown

STRONG = 1.0
NOMINAL = 0.75
WEAK = 0.5

NUMBER = re.compile(
    r"""\s*(?:
      (?![Qq](?:、|-\w))                                        # Q、K 为什么 …, Q-learning: names
      [(（\[【]?\s*(?:Q|q|问|题|问题|题目|[Qq]uestions?|[Pp]roblem|面试题|Case)\s*(?:\#|No\.?)?\s*\d{0,4}
          \s*(?:[(（][^()（）]{1,12}[)）])?[)）\]】]?
          \s*[.、:：)）|\-—]\s*                                    # Q1: 问：Question 3.
    | \d{1,3}\t\s*
    | 面试官(?:问|提问|追问)?\s*[:：]\s*
    | Q\d{1,4}\s+                                              # Q12 What
    | [Qq]uestion\s+\d{1,4}\s+
    | \d{1,3}(?:[.．]\d{1,3}){1,4}(?:[.、:：)）]\s*|\s+|(?=[^\W\d_a-z]))  # 1.2.3 BN
    | \d{1,2}[-–]\d{1,3}(?:[.、:：)）]\s*|[-–]\d{1,3}\s+|\s{2,})   # 2-14、 2-1-3
    | \d{1,3}\s+[-–—]\s+                                       # 3 - What
    | (?:\#|No\.?\s*)?\d{1,4}\s*(?:[、)）．:：]|[.，](?!\d))\s*[-、.]?\s*      # 12) 3、 4.
    | [(（\[【]\s*(?:\d{1,4}|[一二三四五六七八九十百]{1,4})\s*[)）\]】]\s*[、.:：]?\s*
    | 第\s*(?:\d{1,4}|[一二三四五六七八九十百]{1,4})\s*[题问道个章节讲课]\s*[、.:：)）]?\s*
    | [一二三四五六七八九十百]{1,4}\s*[、.．，:：)）]\s*
    | [①-⑳]\s*
    | (?:\d\uFE0F?\u20E3|\U0001f51f)+\s*                       # the keycaps 1️⃣ and 🔟
    | [xX]\.\s+                                                # a number still to be given
    )""",
    re.VERBOSE,
)
SYMBOLS = re.compile(
    "^(?:[\u2190-\u21ff\u2300-\u245f\u2500-\u27bf\u2b00-\u2bff\U0001f000-\U0001f51e\U0001f520-\U0001faff][\ufe0f\u200d]*)+\\s*"
)
"""Pictures in front of a title: 🔹, ⭐."""
TASK = re.compile(r"^\s*\[[ xX]\]\s+(?=\S)")
"""The box in front of an item of a task list."""
LABEL = re.compile(r"(?:\[[^\[\]]{1,12}\]|【[^【】]{1,12}】)\s*")
"""A word in brackets before a question: its field, who asked it (`[css]`, 【某厂】)."""
ASKED = re.compile(
    r"(?!Q、)\s*[(（\[【]?\s*(?:Q|问|题|问题|[Qq]uestions?|面试题|面试官问?)\s*\d{0,4}"
    r"\s*(?:[(（][^()（）]{1,12}[)）])?[)）\]】]?\s*[.、:：]\s*"
)
"""A number that says of itself that this is a question."""

WORDS = pattern("{asking}|吗[?？]")
COMPARED = pattern("{compared}")
ORDERS = pattern("{polite}*{orders}")
NOUNS = pattern("{nouns}")
NAME = pattern(r"[^,，。.:：;；、是]*{nouns}$")
ENGLISH = pattern(r"{english_leads}?{english}(?=[\s,:'’]|$)")
TITLED = re.compile(r"(?:(?:文章|博客|主题)?(?:标题|主题)|title|topic|subject)\s*[:：]", re.IGNORECASE)
"""A line that says of itself that it is a title."""
ASIDE = re.compile(r"(?<=[。；;])\s*[(（][^()（）]{1,20}[)）]$")
"""A remark behind the end of a sentence: `(300字以内)`."""
MARK = re.compile(r"[?？]")
ENDS = re.compile(r"[?？][\W\d]*(?:[(（\[【].{0,40}[)）\]】])?[\W\d]*$")
TOLD = re.compile(r"[。；;]\s*\S|[。；;]$|[a-z)]\.\s+[A-Z]|^(?:19|20)\d\d([-./])\d\d?\1\d\d?\b")
"""Punctuation of running text, or the date of an entry in a log."""
MAX_ASKED = 120
"""Characters; a longer line asks only if it ends in a question mark."""
TEX = re.compile(r"\\\(\s*([^\n]{1,200}?)\s*\\\)")
"""A formula in `\\( \\)`, which Markdown would take for brackets."""
MAX_TITLE = 2000
"""Characters of a line that are looked at; what is longer is no question."""
NAVIGATION = pattern(r"^\W*{navigation}\W*")
TAG = re.compile(r"(?<!\S)#([^\s#]*[^\W\d][^\s#]*)")
"""A tag as Obsidian writes it: `#面试`, `#gnn/basics`."""
HIDDEN = re.compile(
    r"\s*\{[:#][^{}]*\}$|\s\^(?=[\w-]*[A-Za-z])[A-Za-z0-9-]{2,}$|\s#[^\s#]*[^\W\d][^\s#]*$|\s*%%[^%]+%%$"
)
"""What stands behind a title and is not shown as part of it: attributes, the name of the block, tags, comments."""
SOURCE = pattern(r"^\W*{source_links}\W*$")


@dataclass(frozen=True, slots=True)
class Title:
    """The question in a heading or line: `text` is Markdown without numbering, bold and links; `number` what was
    cut off; `references` the addresses that it linked to; `asks` how much it reads like a question, 0 to 1;
    `bold` whether all of it was emphasised, `anchors` whether all of it links into the page; `tags` the words with a
    `#` that stood behind it."""

    text: str
    number: str
    references: tuple[str, ...]
    asks: float
    bold: bool
    anchors: bool
    tags: tuple[str, ...] = ()

    @property
    def told(self) -> bool:
        """Whether it is a sentence that tells something."""
        text = self.text.rstrip("；;")
        return self.asks == 0 and bool(TOLD.search(text) or text.endswith("."))

    @property
    def pictured(self) -> bool:
        """Whether it is nothing but a picture."""
        return bool(re.fullmatch(r"(?:!\[[^\]]*\]\([^)]*\)\s*)+", self.text))


@lru_cache(maxsize=4096)
def title(source: str) -> Title:
    """Read the inline source of a heading, summary, cell or line as a question."""
    tokens = markdown.inline(TEX.sub(r"$\1$", source.strip()[:MAX_TITLE]))
    references: list[str] = []
    text = TASK.sub("", _text(tokens, references))
    symbols = SYMBOLS.match(text)
    bare = text[symbols.end() :] if symbols else text
    match = NUMBER.match(bare)
    number = match[0] if match and match.end() < len(bare) else ""
    rest = "" if ASKED.fullmatch(bare) else _tidy(bare[len(number) :] if number else text)
    strength = STRONG if ASKED.match(bare) else asks(rest)
    tags = tuple(tag for tag in TAG.findall(text) if f"#{tag}" not in rest)
    return Title(
        rest, number.strip(), tuple(references), strength, _all_bold(tokens), _all_anchors(tokens), tags
    )


def asks(text: str) -> float:
    """How much a line reads like a question: 1 it asks, 0.75 it names a comparison, 0.5 something else that could
    be asked (原理, advantages), 0 none of these."""
    text = LABEL.sub("", SYMBOLS.sub("", text.strip("*_~ "), count=1), count=1)
    text = ASIDE.sub("", text).rstrip("；;。 ")
    if not text or TITLED.match(text):
        return 0.0
    if ENDS.search(text):
        return STRONG
    if TOLD.search(text) or len(text) > MAX_ASKED:
        return 0.0
    if WORDS.search(text) or _begins(text):
        return STRONG
    if MARK.search(text):
        return STRONG
    if COMPARED.search(text):
        return NOMINAL
    return WEAK if NOUNS.search(text) else 0.0


def is_order(text: str) -> bool:
    """Whether a line begins as a question or an order does (请简述, Explain)."""
    return len(text) <= MAX_ASKED and _begins(text)


def _begins(text: str) -> bool:
    return bool(ORDERS.match(text) or (" " in text and ENGLISH.match(text)))


def is_name(text: str) -> bool:
    """Whether a line is the bare name of something that could be asked: it ends in the word for it (…的公式)."""
    return len(text) <= MAX_ASKED and bool(NAME.match(text.strip()))


def _text(tokens: Sequence[Token], references: list[str]) -> str:
    """The Markdown of inline tokens without emphasis, anchors and raw tags; links give their text, their
    addresses go to `references`."""
    parts: list[str] = []
    k = 0
    while k < len(tokens):
        token = tokens[k]
        if token.type == "link_open":
            close = _close(tokens, k)
            parts.append(_link(token, tokens[k + 1 : close], references))
            k = close
        else:
            parts.append(_one(token))
        k += 1
    return "".join(parts)


def _close(tokens: Sequence[Token], at: int) -> int:
    depth = 0
    for k in range(at, len(tokens)):
        depth += (tokens[k].type == "link_open") - (tokens[k].type == "link_close")
        if depth == 0:
            return k
    return len(tokens) - 1


def _link(token: Token, inside: Sequence[Token], references: list[str]) -> str:
    text = _text(inside, references)
    address = str(token.attrGet("href") or "")
    if address.startswith(("http://", "https://")):
        references.append(address)
    shown = text.strip()
    return "" if SOURCE.match(shown) or NAVIGATION.fullmatch(shown) else text


def _one(token: Token) -> str:
    if token.type == "text":
        return _escaped(token.content)
    if token.type == "code_inline":
        return f"{token.markup}{_padded(token.content)}{token.markup}"
    if token.type.startswith("math_inline"):
        return f"{token.markup}{token.content}{token.markup}"
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "image":
        return f"![{token.content}]({token.attrGet('src')})"
    return token.content if token.type in ("text_special", "footnote_ref") else ""


def _padded(code: str) -> str:
    return f" {code} " if code.startswith("`") or code.endswith("`") else code


def _escaped(text: str) -> str:
    """The text as Markdown that means just this text."""
    if not re.search(r"[*_`$\\<\[~]", text) or markdown.plain(text) == " ".join(text.split()):
        return text
    return re.sub(r"([*_`$\\<\[~])", r"\\\1", text)


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"[\[(（]\s*[\])）]\s*$", "", text).strip()  # the brackets of [[src](url)]
    text = re.sub(r"\s+#+$", "", text)
    while (cut := HIDDEN.sub("", text)) != text and cut:
        text = cut
    return text.rstrip(":：").strip() or text


def _all_bold(tokens: Sequence[Token]) -> bool:
    """Whether everything seen stands between strong marks (a colon or number outside does not count)."""
    depth, outside, inside = 0, "", ""
    for token in tokens:
        if token.type in ("strong_open", "strong_close"):
            depth += token.nesting
        elif depth:
            inside += token.content
        elif token.type != "html_inline":
            outside += token.content
    return bool(inside.strip()) and len(NUMBER.sub("", outside.strip() + " x", count=1)) <= 6


def _all_anchors(tokens: Sequence[Token]) -> bool:
    """Whether everything seen is inside links to places of the same page or site."""
    depth, shown = 0, False
    for token in tokens:
        if token.type == "link_open":
            if str(token.attrGet("href") or "").startswith(("http:", "https:")):
                return False
            depth += 1
        elif token.type == "link_close":
            depth -= 1
        elif (
            depth == 0
            and token.type in ("text", "code_inline")
            and len(token.content.strip(" \t.·•|-,:：、0123456789")) > 0
        ):
            return False
        shown = shown or depth > 0
    return shown


def bold_lead(source: str) -> tuple[str, str] | None:
    """A line that starts in bold: the source of the bold text (numbers before it included), and what follows."""
    match = re.match(r"\s*(?:\d{1,4}[.、)]\s*)?(\*\*|__)(?=\S)(.+?)(?<=\S)\1", source, re.DOTALL)
    return (match[0], source[match.end() :]) if match else None
