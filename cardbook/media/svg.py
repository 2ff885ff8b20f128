"""SVG drawings, which are programs of a kind, drawn to pixels and to PDF by librsvg.

No SVG reaches a card or the handbook: only what librsvg drew, from standard input, so that it has no folder to
read other files from, under limits of time and memory.
"""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from cardbook.limits import MAX_CARD_PIXELS, MAX_CARD_WIDTH, SVG_MEMORY_MB, SVG_SECONDS
from cardbook.process import run

_ROOT = re.compile(rb"<(?:[A-Za-z][\w.-]*:)?svg[\s>/]")
_LENGTH = re.compile(r"\s*([0-9.]+(?:e[+-]?[0-9]+)?)\s*(px|pt|pc|mm|cm|in|em|ex|)\s*", re.IGNORECASE)
_PIXELS = {
    "": 1,
    "px": 1,
    "pt": 4 / 3,
    "pc": 16,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96,
    "em": 16,
    "ex": 8,
}
MAX_DRAWN_WIDTH = 1000
"""CSS pixels: a drawing has no size of its own, and some say that they are a metre wide."""
ENVIRONMENT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "FC_LANG",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "XDG_CACHE_HOME",
)
# The date in a PDF would make every build another one; without a language fontconfig takes any font that has
# a Chinese character, be it a calligrapher's.
_DEFAULTS = {"SOURCE_DATE_EPOCH": "0", "FC_LANG": "zh-cn"}


class PictureError(Exception):
    """Why an image cannot be shown, as the end of a sentence for the user."""


class ToolMissing(PictureError):
    """`rsvg-convert` cannot be run: no fault of the image."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing in both forms; `width` and `height` in CSS pixels, the PNG has two to each."""

    png: bytes
    pdf: bytes
    width: int
    height: int


def looks_like(data: bytes) -> bool:
    """Whether this is XML that has an SVG element near its beginning."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" and _ROOT.search(data[:8192]) is not None


def draw(data: bytes) -> Drawing:
    """Draw an SVG file. Raises `PictureError` when it is broken, hostile, or takes too long."""
    width, height = _bounded(*_size(data))
    zoom = min(2.0, MAX_CARD_WIDTH / width, math.sqrt(MAX_CARD_PIXELS / (width * height)))
    png = _convert(data, "png", max(1, round(width * zoom)), max(1, round(height * zoom)))
    return Drawing(png, _convert(data, "pdf", width, height), width, height)


def _size(data: bytes) -> tuple[float, float]:
    """Width and height that the drawing asks for; also where broken or malicious XML ends."""
    try:
        root = fromstring(data)
    except DefusedXmlException as error:
        raise PictureError("it is an SVG with entity definitions, which are not allowed") from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise PictureError("it is an SVG that is not well-formed") from error
    if not isinstance(root.tag, str) or root.tag.rpartition("}")[2] != "svg":
        raise PictureError("it is a web page, not an image")
    box = [float(number) for number in re.findall(r"[-+]?[0-9]*\.?[0-9]+", root.get("viewBox", ""))[2:4]]
    ratio = box[1] / box[0] if len(box) == 2 and min(box) > 0 else 0.5
    width, height = _pixels(root.get("width")), _pixels(root.get("height"))
    width = width or (height / ratio if height else box[0] if len(box) == 2 else 300.0)
    return width, height or width * ratio


def _pixels(length: str | None) -> float:
    match = _LENGTH.fullmatch(length or "")
    try:
        return float(match[1]) * _PIXELS[match[2].lower()] if match else 0.0
    except ValueError:
        return 0.0


def _bounded(width: float, height: float) -> tuple[int, int]:
    if not (0 < width < 1e7 and 0 < height < 1e7) or max(width, height) / min(width, height) > 200:
        raise PictureError("it is an SVG without a usable size")
    scale = min(1.0, MAX_DRAWN_WIDTH / width, math.sqrt(MAX_CARD_PIXELS / (width * height)))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _convert(data: bytes, form: str, width: int, height: int) -> bytes:
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    command = ["rsvg-convert", "--format", form, "--width", str(width), "--height", str(height)]
    try:
        outcome = run(
            [*command, "--keep-aspect-ratio"],
            stdin=data,
            seconds=SVG_SECONDS,
            memory_mb=SVG_MEMORY_MB,
            environment=_DEFAULTS | environment,
        )
    except OSError as error:
        raise ToolMissing(
            "SVG images need rsvg-convert, which is not installed (Debian: librsvg2-bin)"
        ) from error
    if outcome.timed_out:
        raise PictureError(f"it is an SVG that takes more than {SVG_SECONDS:.0f} seconds to draw")
    if outcome.code != 0 or not outcome.stdout:
        raise PictureError("it is an SVG that cannot be drawn")
    return outcome.stdout
