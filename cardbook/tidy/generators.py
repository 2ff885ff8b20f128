"""Tags of site generators that a reader of the site never saw: Jekyll, Hexo, Hugo, GitBook, MkDocs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cardbook.tidy.characters import outside
from cardbook.tidy.drafts import Edit

CODE = r"(?:highlight|codeblock|code)"
_TAG = r"\{%-?[ \t]*{name}\b([^\n]*?)-?%\}|\{\{[<%][ \t]*{name}\b([^\n]*?)[>%]\}\}"
_FENCE = re.compile(
    rf"^([ \t>]*)(?:{_TAG.replace('{name}', CODE)})[ \t]*\n(.*?)\n[ \t>]*"
    rf"(?:\{{%-?[ \t]*end{CODE}[ \t]*-?%\}}|\{{\{{[<%][ \t]*/{CODE}[ \t]*[>%]\}}\}})[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_LINE = re.compile(
    r"^([ \t>]*)(\{%-?[^\n%]*-?%\}|\{\{[<%][^\n]*?[>%]\}\}|\{:[^{}\n]*\})[ \t]*$", re.MULTILINE
)
_TITLE = re.compile(r'"([^"\n]+)"')
_BOX = re.compile(
    r"^([ \t>]*)(?:(?:!!!|\?\?\?\+?)[ \t]+([A-Za-z][\w-]*)[^\n\"]*|===[+!]?[ \t]+(?=\"))(?:\"([^\"\n]*)\")?[ \t]*"
    r"((?:\n\1(?: {4}|\t)[^\n]*\S[^\n]*)*)$",
    re.MULTILINE,
)


def tags(text: str, code: Sequence[tuple[int, int, str]]) -> Iterator[Edit]:
    """`{% highlight python %}` becomes a fence, any other tag on a line of its own is taken out; its title stays."""
    if "{" not in text:
        return
    for match in _FENCE.finditer(text):
        if any(start <= match.start() < end for start, end, _ in code):
            continue
        language = re.sub(r"lang:|[^\w+#-].*", "", (match[2] or match[3] or "").strip())
        new = f"{match[1]}```{language}\n{match[4]}\n{match[1]}```"
        yield Edit(match.start(), match.end(), new, ("site-tag",))
        return  # the layout has changed: the next ones in the next round
    for match in outside(_LINE, text, lambda: code):
        title = _TITLE.search(match[2]) if "admonition" in match[2] else None
        new = f"{match[1]}**{title[1]}**\n{match[1].rstrip()}" if title else ""
        yield Edit(match.start(), match.end(), new, ("site-tag",))


def boxes(text: str, code: Sequence[tuple[int, int, str]]) -> Iterator[Edit]:
    """`!!! note "Title"` and `=== "Tab"` (MkDocs) become the title, or the kind, in bold above the content."""
    if any(mark in text for mark in ("!!!", "???", "===")):
        for match in outside(_BOX, text, lambda: code):
            title = match[3] if match[3] is not None else match[2].capitalize()
            content = re.sub(rf"\n{re.escape(match[1])}(?: {{4}}|\t)", f"\n{match[1]}", match[4])
            head = f"{match[1]}**{title}**\n{match[1].rstrip()}" if title else match[1].rstrip()
            yield Edit(match.start(), match.end(), head + content, ("callout",))
