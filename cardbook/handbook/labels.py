"""The words that the handbook itself says, in the language of the book."""

from __future__ import annotations

from collections.abc import Mapping

Labels = Mapping[str, str | tuple[str, ...]]

_CHINESE: Labels = {
    "aliases": "也问作",
    "related": "另见",
    "references": "参考",
    "sources": "来源",
    "page": ("第~", "~页"),
    "unanswered": "待回答的问题",
    "unanswered_note": "这些问题在笔记中出现过，但还没有答案；写下答案后重新构建，它们就会成为卡片。",
    "index": "术语索引",
    "subject": "问答手册",
    "no_topic": "未分类",
    "image_missing": "［图片缺失］",
    "left_out": "（这个答案无法排版，请看卡片。）",
    "counts": "{cards} 个问题 · {chapters} 章 · {files} 份笔记",
    "guide_title": "怎样读这本手册",
    "guide": (
        "每个问题旁边的小号编号与 Anki 卡片上的编号相同：在书里看到的，在卡片里也找得到。",
        "答案之后的小字依次是：这个问题的其他问法、相关的问题及其页码、笔记引用的资料，以及它来自哪些笔记。",
    ),
    "guide_unanswered": "笔记里提出而尚未回答的问题列在正文之后。",
    "guide_index": "书末有术语索引。",
    "contents": "目录",
    "colophon": "关于本书",
    "colophon_lines": (
        "由 cardbook {version} 从 {files} 份笔记生成，内容截至 {date}。",
        "共 {cards} 个问题，{unanswered} 个问题尚无答案。",
        "正文 {serif} 与 {cjk_serif}；标题 {sans} 与 {cjk_sans}；代码 {mono}；公式 {math}。",
        "用 XeLaTeX 与 ctex 排版。",
    ),
}
_ENGLISH: Labels = {
    "aliases": "Also",
    "related": "See also",
    "references": "References",
    "sources": "Sources",
    "page": ("p.~", ""),
    "unanswered": "Unanswered questions",
    "unanswered_note": "The notes ask these questions and do not answer them yet.",
    "index": "Index of terms",
    "subject": "Questions and answers",
    "no_topic": "Other questions",
    "image_missing": "[Image missing]",
    "left_out": "(This answer cannot be printed; see its card.)",
    "counts": "{cards} questions · {chapters} chapters · {files} files of notes",
    "guide_title": "How to read this book",
    "guide": (
        "The small number beside a question is the one on its Anki card.",
        "The small print below an answer lists other wordings of the question, related questions with their "
        "pages, what the notes cite, and the notes themselves.",
    ),
    "guide_unanswered": "Questions that have no answer yet follow the last chapter.",
    "guide_index": "An index of terms closes the book.",
    "contents": "Contents",
    "colophon": "About this book",
    "colophon_lines": (
        "Made by cardbook {version} from {files} files of notes, as of {date}.",
        "{cards} questions; {unanswered} have no answer yet.",
        "Text in {serif} and {cjk_serif}, headings in {sans} and {cjk_sans}, code in {mono}, formulas in {math}.",
        "Set with XeLaTeX and ctex.",
    ),
}


def labels(language: str) -> Labels:
    """The handbook's own words: Chinese for `zh…`, English for every other language."""
    return _CHINESE if language.lower().startswith("zh") else _ENGLISH
