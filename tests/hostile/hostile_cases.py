"""Notes from strangers, as data: each case is what it puts beside a healthy note, and what the build must say.

`files` are written below the sources folder: text, bytes, or a function of the path for what is no file.
`codes` are diagnostics that must appear, each at a file of the case unless it has none; `keeps` are words of the
case that must still reach the canonical YAML: a flaw costs itself, not its note.
"""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

Content = str | bytes | Callable[[Path], None]


@dataclass(frozen=True)
class Case:
    name: str
    files: Mapping[str, Content]
    codes: frozenset[str] = frozenset()
    keeps: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    cards: int = -1
    """Cards that the case itself makes; -1: any number."""
    large: bool = False
    """Whether it is its size that is hostile."""


def _note(body: str, question: str = "什么是样本？") -> str:
    return f"## {question}\n\n{body}\n\n## 什么是邻居？\n\n紧挨着的正常回答。\n"


def _symlink(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


def _folder(path: Path) -> None:
    path.mkdir()
    (path / "inside.md").write_text("## 里面？\n\n可以读。\n", encoding="utf-8")


def _png(width: int, height: int) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(stream, "png")
    return stream.getvalue()


def _bomb() -> bytes:
    """A PNG that says it has 60,000 × 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
_ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>'
)
_LAUGHS = "\n".join(
    ["a0: &a0 [x, x]"] + [f"a{k}: &a{k} [*a{k - 1}, *a{k - 1}, *a{k - 1}]" for k in range(1, 30)]
)

CASES = (
    # bytes
    Case("invalid bytes", {"a.md": _note("坏\xff字节").encode("utf-8") + b"\xff\xfe\xc0 end"}),
    Case("NUL bytes", {"a.md": _note("中间\x00有零").encode()}),
    Case("a binary file", {"a.md": bytes(range(256)) * 400}),
    Case("a picture called .md", {"a.md": _png(9, 9)}, frozenset({"file-refused"})),
    Case("control and bidi characters", {"a.md": _note("甲\x08乙\u202e丙\u2066丁")}, frozenset({"control-characters"}), ("甲 乙",)),
    Case("bidi characters in code", {"a.md": _note("```\nif x:\u202e pass\n```")}, frozenset({"control-characters"}), lacks=("\u202e",)),
    Case("UTF-16", {"a.md": _note("双字节回答").encode("utf-16")}, keeps=("双字节回答",)),
    Case("GB18030", {"a.md": _note("国标编码的回答，长一点才好猜。").encode("gb18030")}, keeps=("国标编码的回答",)),
    Case("half a character", {"a.md": _note("尾巴").encode() + "完".encode()[:2]}),
    Case("lone carriage returns", {"a.md": _note("一\r二").replace("\n", "\r").encode()}),
    # files
    Case("an empty file", {"a.md": ""}, cards=0),
    Case("a file of blanks", {"a.md": " \n\t\n\u3000\n"}, cards=0),
    Case("only a byte order mark", {"a.md": b"\xef\xbb\xbf"}, cards=0),
    Case("a folder called x.md", {"x.md": _folder}),
    Case("a dangling link", {"a.md": _symlink("nowhere.md")}),
    Case("a pipe called .md", {"a.md": os.mkfifo}, frozenset({"file-refused"})),
    Case("a link out of the folder", {"a.md": _symlink("/etc/passwd")}, frozenset({"file-refused"}), lacks=("root:",)),
    Case("a folder that links to itself", {"loop": _symlink(".")}),
    Case("names with quotes, blanks, dashes, emoji", {f"{name}.md": _note("名字", f"什么是{k}号？") for k, name in enumerate(["-rf", "a b", "it's", 'q"q', "$(id)", "😀", "a;b", "%s", "`x`"])}, keeps=("名字",)),
    Case("a name with a line end", {"a\nb.md": _note("换行名字")}, keeps=("换行名字",)),
    Case("a name that is no UTF-8", {"a.md": lambda path: (path.parent / b"\xff.md".decode("utf-8", "surrogateescape")).write_text(_note("坏名字"), encoding="utf-8")}),
    # size and depth
    Case("a line of 2 MB", {"a.md": _note("长" * 700_000)}, frozenset({"line-too-long", "answer-too-long"}), large=True),
    Case("2 MB of dollars on a line", {"a.md": _note("$x " * 700_000)}, frozenset({"line-too-long", "answer-too-long"}), large=True),
    Case("3,000 nested quotes", {"a.md": _note("> " * 3_000 + "深处")}, large=True),
    Case("400 nested lists", {"a.md": _note("\n".join("  " * k + "- 层" for k in range(400)))}, large=True),
    Case("400 nested boxes of MkDocs", {"a.md": _note("\n\n".join("    " * k + "??? note" for k in range(400)))}, large=True),
    Case("a table of 120 columns", {"a.md": _note("|" + " 列 |" * 120 + "\n|" + " - |" * 120 + "\n|" + " 值 |" * 120)}, large=True),
    Case("a thousand copies of one question", {"a.md": "".join(f"## 什么是副本？\n\n副本的回答 {k}。\n\n" for k in range(1_000))}, large=True),
    Case("a thousand nested brackets", {"a.md": _note("[" * 5_000 + "x" + "](y)" * 5_000)}, large=True),
    Case("ten thousand emphases", {"a.md": _note("*a **b " * 10_000)}, large=True),
    Case("a tower of brackets", {"a.md": _note("[" * 5_000 + "顶" + "]" * 5_000)}, keeps=("顶",)),
    Case("a thousand nested details", {"a.md": _note("<details><summary>问？</summary>\n\n" * 1_000 + "底" + "\n\n</details>" * 1_000)}, keeps=("底",), large=True),
    Case("unclosed comments and tags", {"a.md": _note("<!--" * 100_000 + "\n\n" + "<?php " * 50_000 + "\n\n" + "<b " * 100_000)}, large=True),
    Case("footnotes in circles", {"a.md": _note("圈[^a]\n\n[^a]: 又[^b]\n\n[^b]: 回[^a]")}, keeps=("圈",)),
    Case("a tower of accents", {"a.md": _note("e" + "\u0301" * 200_000)}, frozenset({"control-characters"}), large=True),
    Case("thousands of nested tags", {"a.md": _note("<b>" * 3_000 + "粗" + "</b>" * 3_000)}, large=True),
    Case("nested HTML tables", {"a.md": _note("<table><tr><td>" * 500 + "格" + "</td></tr></table>" * 500)}, keeps=("格",), large=True),
    Case("a heading of 5,000 characters", {"a.md": f"## {'什么' * 2_500}？\n\n回答。\n"}, large=True),
    Case("5,000 headings", {"a.md": "".join(f"## 第{k}个术语是什么？\n\n它是{k}。\n\n" for k in range(1_500))}, large=True),
    # unclosed
    Case("an unclosed dollar", {"a.md": _note("价格 $5 与 a_b")}, keeps=("价格 $5",)),
    Case("unclosed display dollars", {"a.md": _note("$$ a + b")}, keeps=("a + b",)),
    Case("an unclosed fence", {"a.md": "## 什么是围栏？\n\n```python\nprint(1)\n"}, keeps=("print(1)",)),
    Case("an unclosed details", {"a.md": _note("<details>\n<summary>题</summary>\n\n内文")}, keeps=("内文",)),
    Case("an unclosed comment", {"a.md": _note("前 <!-- 后")}),
    Case("an unclosed table", {"a.md": _note("<table><tr><td>格子")}, keeps=("格子",)),
    Case("unclosed emphasis and links", {"a.md": _note("**粗 [链接](http:// 未完 ![图](")}, keeps=("未完",)),
    # TeX
    Case("unbalanced TeX", {"a.md": _note("$\\frac{a}{b$ 与 $\\left( x$")}, keeps=("\\frac{a}{b",)),
    Case("unknown TeX", {"a.md": _note("$\\nosuchcommand{x}$")}, frozenset({"math-unproven"})),
    Case("TeX that reads a file", {"a.md": _note("$\\input{/etc/passwd}$ $\\openin5=/etc/passwd$")}, frozenset({"math-unproven"}), lacks=("root:x",)),
    Case("TeX that runs a program", {"a.md": _note("$\\immediate\\write18{touch pwned}$ $\\directlua{x}$")}, frozenset({"math-unproven"})),
    Case("TeX that loops", {"a.md": _note("$\\def\\x{\\x}\\x$ $\\loop\\iftrue\\repeat$")}, frozenset({"math-unproven"})),
    Case("TeX that changes its reader", {"a.md": _note("$\\catcode`\\$=12$ $\\csname end\\endcsname$")}, frozenset({"math-unproven"})),
    Case("TeX outside of formulas", {"a.md": _note("\\input{/etc/passwd} \\end{document} ^^5cinput # % & ~ _ ^ { }\n\n```{=latex}\n\\end{document}\n```")}, keeps=("\\input",)),
    # HTML
    Case("scripts", {"a.md": _note("<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>点</a><svg onload=alert(1)></svg>")}),
    Case("an iframe and a form", {"a.md": _note("<iframe src='https://example.invalid'></iframe><form action=x><input></form>正文")}, keeps=("正文",)),
    # images
    Case("an image from above", {"a.md": _note("![上](../../secret.png) ![绝对](/etc/passwd) ![协议](file:///etc/passwd)")}, frozenset({"image-missing"})),
    Case("a link to an image outside", {"a.md": _note("![链](i.png)"), "i.png": _symlink("/etc/passwd")}, frozenset({"image-missing"})),
    Case("an image with too many pixels", {"a.md": _note("![炸](b.png)"), "b.png": _bomb()}, frozenset({"image-broken"})),
    Case("HTML called an image", {"a.md": _note("![网](h.png)"), "h.png": "<html><script>x</script></html>"}, frozenset({"image-broken"})),
    Case("an SVG with a script", {"a.md": _note("![矢](s.svg)"), "s.svg": _SVG.format("<script>alert(1)</script><rect width='9' height='9'/>")}),
    Case("an SVG with an external entity", {"a.md": _note("![矢](s.svg)"), "s.svg": _ENTITY}),
    Case("an empty image", {"a.md": _note("![空](e.png)"), "e.png": b""}, frozenset({"image-broken"})),
    Case("half an image", {"a.md": _note("![半](p.png)"), "p.png": _png(50, 50)[:60]}, frozenset({"image-broken"})),
    Case("an image that is a folder", {"a.md": _note("![夹](d.png)"), "d.png": _folder}, frozenset({"image-missing"})),
    # YAML
    Case("a cardbook.yaml that multiplies", {"../cardbook.yaml": _LAUGHS, "a.md": _note("倍")}, keeps=("倍",)),
    Case("a cardbook.yaml that makes objects", {"../cardbook.yaml": "title: !!python/object/apply:os.system [touch pwned]", "a.md": _note("物")}, keeps=("物",)),
    Case("a cardbook.yaml that is a pipe", {"../cardbook.yaml": os.mkfifo, "a.md": _note("管")}, keeps=("管",)),
    Case("a cardbook.yaml of bytes", {"../cardbook.yaml": bytes(range(256)), "a.md": _note("节")}, keeps=("节",)),
    Case("a cardbook.yaml with TeX and HTML", {"../cardbook.yaml": "title: '\\input{/etc/passwd} <script>x</script> %$#&^_~'\nauthor: '\\write18{touch pwned}'", "a.md": _note("题")}, keeps=("题",)),
    Case("front matter that multiplies", {"a.md": f"---\n{_LAUGHS}\n---\n\n" + _note("别名")}, keeps=("别名",)),
    Case("front matter that makes objects", {"a.md": "---\nx: !!python/object/apply:os.system [touch pwned]\n---\n\n" + _note("对象")}, frozenset({"front-matter-broken"}), ("对象",)),
    Case("front matter that is broken", {"a.md": "---\ntitle: [\n---\n\n" + _note("破")}, frozenset({"front-matter-broken"}), ("破",)),
    Case("front matter that never ends", {"a.md": "---\ntitle: x\n\n" + _note("无尽")}),
    Case("YAML in the notes", {"a.md": _note("--- \n- !!x &a *b\n... : {[ # '\"|>%@`")}),
)  # fmt: skip
