"""Addresses in an answer, made independent of the file in which they stood."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from markdown_it.common.utils import normalizeReference

from cardbook.reading.markdown import wiki_text

# Lengths are bounded so that no text costs more than its length times a constant.
IMAGE = re.compile(
    r"(!\[(?:[^\[\]]|\[[^\[\]]{0,200}\]){0,500}\]\(\s{0,9})"
    r"(<[^<>\n]{0,2000}>|[^\s()]{0,2000}(?:\([^\s()]{0,200}\)[^\s()]{0,200}){0,9})"
)
TAG = re.compile(
    r"(<img\b[^<>]{0,500}?\bsrc\s{0,9}=\s{0,9})(\"[^\"]{0,2000}\"|'[^']{0,2000}'|[^\s>]{1,2000})",
    re.IGNORECASE,
)
EMBED = re.compile(r"!\[\[([^\[\]|\n]{1,500})(?:\|([^\[\]\n]{0,500}))?\]\]")
WIKILINK = re.compile(r"(?<!!)\[\[([^\[\]|\n]{1,500})(?:\|([^\[\]\n]{0,500}))?\]\]")
SHOWN = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|avif|ico)\s*(?:#[^\n]*)?$", re.IGNORECASE)
"""How the name of an embedded file ends that is a picture; any other is a note, or something to listen to."""
LAID_OUT = re.compile(r"\s*(?:\d+(?:x\d+)?|left|right|center)?\s*")
"""What is said behind the name of a picture of its width and place."""
SHORTCODE = re.compile(
    r"\{%-?\s{0,9}(?:asset_img|img|image)\s(?P<words>[^{}\n%]{1,500})%\}|\{\{[<%]\s{0,9}figure\s(?P<given>[^{}\n]{1,500})[>%]\}\}"
)
"""An image as Hexo (`{% asset_img a.png Title %}`) and Hugo (`{{< figure src="a.png" >}}`) write it."""
PICTURE = re.compile(r"\S+\.(?:png|jpe?g|gif|svg|webp|bmp)\b\S*", re.IGNORECASE)
REFERENCE = re.compile(r"\[((?:[^\[\]\\]|\\.){1,300})\](?:\[([^\[\]]{0,300})\])?(?![\[(:])")
CODE = re.compile(
    r"(?ms)^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`)|\$\$.+?\$\$"
)
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|/")


class Addresses:
    """Rewrites the images and wiki links of one file's answers."""

    def __init__(self, path: str, definitions: Mapping[str, str]) -> None:
        self._folder = posixpath.dirname(path)
        self._definitions = definitions

    def rewrite(self, text: str) -> str:
        """`text` with relative image addresses as paths below the sources folder; code is left alone."""
        if not any(mark in text for mark in ("[", "<", "{%")):
            return text
        parts, done = [], 0
        for match in CODE.finditer(text):
            parts += [self._prose(text[done : match.start()]), match[0]]
            done = match.end()
        return "".join([*parts, self._prose(text[done:])])

    def _prose(self, text: str) -> str:
        if self._definitions:
            text = REFERENCE.sub(self._defined, text)
        text = SHORTCODE.sub(_image, text)
        text = IMAGE.sub(lambda m: m[1] + self._markdown(m[2]), text)
        text = TAG.sub(lambda m: m[1] + self._attribute(m[2]), text)
        text = EMBED.sub(self._embedded, text)
        return WIKILINK.sub(lambda m: m[2] or wiki_text(m[1]), text)

    def _embedded(self, match: re.Match[str]) -> str:
        """`![[picture.png|300]]` as an image, `![[note]]` as the name of the note."""
        target = match[1].strip()
        label = "|".join(part for part in (match[2] or "").split("|") if not LAID_OUT.fullmatch(part))
        if not SHOWN.search(target):
            return label or wiki_text(target)
        return f"![{label}]({self._quoted(self._resolve(target))})"

    def _defined(self, match: re.Match[str]) -> str:
        """`[text][label]` with the address that is defined elsewhere in the file."""
        address = self._definitions.get(normalizeReference(match[2] or match[1]))
        return match[0] if address is None else f"[{match[1]}]({address})"

    def _markdown(self, address: str) -> str:
        bare = address[1:-1] if address.startswith("<") else address
        return address if ABSOLUTE.match(bare) or not bare else self._quoted(self._resolve(unquote(bare)))

    def _attribute(self, value: str) -> str:
        bare = value.strip("\"'")
        return value if ABSOLUTE.match(bare) or not bare else f'"{self._resolve(unquote(bare))}"'

    def _resolve(self, address: str) -> str:
        """The path below the sources folder (perhaps leading out of it: the media room decides)."""
        path = address.split("?", 1)[0].split("#", 1)[0] if not address.startswith("#") else address
        return posixpath.normpath(posixpath.join(self._folder, path.replace("\\", "/")))

    @staticmethod
    def _quoted(path: str) -> str:
        return f"<{path}>" if re.search(r"[\s()<>]", path) else path


def embedded_notes(text: str) -> Iterator[tuple[int, str]]:
    """Where `![[note]]` stands in a text outside of code, and how it names the note."""
    code = [match.span() for match in CODE.finditer(text)] if "![[" in text else []
    for match in EMBED.finditer(text):
        if not SHOWN.search(match[1]) and not any(start <= match.start() < end for start, end in code):
            yield match.start(), match[1].strip()


def _image(code: re.Match[str]) -> str:
    """The image that a shortcode shows, in Markdown; the shortcode itself if it names none."""
    if code["given"]:
        given = dict(re.findall(r"(\w+)=\"([^\"]*)\"", code["given"]))
        return f"![{given.get('title', given.get('alt', ''))}]({given['src']})" if "src" in given else code[0]
    found = PICTURE.search(code["words"])
    return f"![{code['words'][found.end() :].strip()}]({found[0]})" if found else code[0]
