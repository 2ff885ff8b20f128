"""One image of a stranger, decoded and written anew: for the card, and for print.

What goes into an output never holds a byte of the original file, so nothing that hides beside the pixels
(scripts, other formats, the place where a photo was taken) travels with it.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache as once

from PIL import Image, ImageChops, ImageOps, ImageSequence, ImageStat

from cardbook.limits import (
    MAX_CARD_PIXELS,
    MAX_CARD_WIDTH,
    MAX_FRAMES,
    MAX_IMAGE_BYTES,
    MAX_IMAGE_PIXELS,
)
from cardbook.media import svg
from cardbook.media.svg import PictureError

MAX_LOSS = 3.0
"""Root mean square, of 255, by which a palette may change a drawing."""
# Only formats that are pixels: no EPS or PDF, which are programs, and no rare decoders.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "ICO", "AVIF")
PHOTOS = frozenset({"JPEG", "MPO", "WEBP", "AVIF"})
_PLAIN_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})


@dataclass(frozen=True, slots=True)
class Encoded:
    """A file's content, and the extension that says what it is (`png`, `jpg`, `gif`, `pdf`)."""

    data: bytes
    extension: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as the card shows it, in CSS pixels, and as LaTeX includes it."""

    card: Encoded
    print: Encoded
    width: int
    height: int


def make(data: bytes) -> Picture:
    """Decode an image, whatever its name says, and write it anew.

    Raises `PictureError` when it is none, is broken, or is larger than the limits allow.
    """
    if len(data) > MAX_IMAGE_BYTES:
        raise PictureError(f"it is larger than {MAX_IMAGE_BYTES >> 20} MB")
    if svg.looks_like(data):
        drawing = svg.draw(data)
        return Picture(_few_colours(drawing.png), Encoded(drawing.pdf, "pdf"), drawing.width, drawing.height)
    return _raster(data)


def _few_colours(png: bytes) -> Encoded:
    """A drawing with a palette, a fifth of the size, if nobody sees the difference (there may be gradients)."""
    with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
        full = image.convert("RGBA")
    few = full.quantize(256, method=Image.Quantize.FASTOCTREE)
    lost = ImageStat.Stat(ImageChops.difference(full, few.convert("RGBA")))
    return _still(few if max(lost.rms) < MAX_LOSS else full, photo=False)


def _raster(data: bytes) -> Picture:
    try:
        with warnings.catch_warnings():
            # A file that Pillow finds doubtful (a bomb, broken EXIF) may still be fine: we have our own limit.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_formats()) as image:
                return _picture(image)
    except PictureError:
        raise
    except Exception as error:  # decoders raise anything at all on hostile bytes
        raise PictureError(_reason(data)) from error


@once
def _formats() -> tuple[str, ...]:
    """Those that this Pillow was built with."""
    Image.init()
    return tuple(form for form in FORMATS if form in Image.OPEN)


def _reason(data: bytes) -> str:
    if not data:
        return "the file is empty"
    if data.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "it is a web page, not an image"
    return "it is no image that can be decoded"


def _picture(image: Image.Image) -> Picture:
    _check(image.size)
    frames = _frames(image)
    if len(frames) > 1:
        width, height = frames[0].size
        return Picture(_animation(frames, image), _still(frames[0], photo=False), width, height)
    encoded, (width, height) = _single(image)
    return Picture(encoded, encoded, width, height)


def _check(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_IMAGE_PIXELS:
        raise PictureError(
            f"its {size[0]} × {size[1]} pixels are more than {MAX_IMAGE_PIXELS // 1_000_000} million"
        )


def _frames(image: Image.Image) -> list[Image.Image]:
    """The frames of an animation that is worth its size; nothing for a still or an endless one."""
    if not getattr(image, "is_animated", False):
        return []
    count = int(getattr(image, "n_frames", 1))
    if count > MAX_FRAMES or count * image.width * image.height > MAX_IMAGE_PIXELS:
        image.seek(0)
        return []
    return [_bounded(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)]


def _animation(frames: list[Image.Image], image: Image.Image) -> Encoded:
    buffer = io.BytesIO()
    frames[0].save(
        buffer,
        format="GIF",
        save_all=True,
        append_images=frames[1:],
        duration=list(_durations(image)),
        loop=int(image.info.get("loop", 0)),
        disposal=2,
    )
    return Encoded(buffer.getvalue(), "gif")


def _durations(image: Image.Image) -> Iterator[int]:
    """Milliseconds of each frame; browsers take a tenth of a second where none is given."""
    for frame in ImageSequence.Iterator(image):
        yield max(20, min(10_000, int(frame.info.get("duration") or 100)))


def _single(image: Image.Image) -> tuple[Encoded, tuple[int, int]]:
    image.load()
    upright = ImageOps.exif_transpose(image)
    shown = _bounded(_plain(upright))
    photo = image.format in PHOTOS and not shown.has_transparency_data
    same = image.format == "JPEG" and shown.size == image.size and upright.getexif() == image.getexif()
    if same and image.mode in ("RGB", "L"):
        return _requantised(image), image.size
    return _still(shown, photo), shown.size


def _requantised(image: Image.Image) -> Encoded:
    """A JPEG with its own quantisation: as good as it was."""
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality="keep", optimize=True, comment=b"")
    return Encoded(buffer.getvalue(), "jpg")


def _still(image: Image.Image, photo: bool) -> Encoded:
    kept = {key: image.info[key] for key in ("transparency",) if key in image.info}
    image.info.clear()
    image.info.update(kept)
    buffer = io.BytesIO()
    if photo:
        shown = image if image.mode in ("L", "RGB") else image.convert("RGB")
        shown.save(buffer, format="JPEG", quality=90, optimize=True)
        return Encoded(buffer.getvalue(), "jpg")
    image.save(buffer, format="PNG", optimize=image.width * image.height < 1_000_000)
    return Encoded(buffer.getvalue(), "png")


def _plain(image: Image.Image) -> Image.Image:
    """The image in a mode that PNG and every client know, with 8 bits a channel."""
    if image.mode in _PLAIN_MODES:
        return image
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        low, high = (float(x) for x in image.getextrema())  # type: ignore[arg-type]
        scale = 1 / 257 if image.mode.startswith("I") and high > 255 else 255 / max(high - low, 1e-9)
        offset = 0.0 if image.mode.startswith("I") and high > 255 else -low * scale
        return image.convert("F").point(lambda value: value * scale + offset).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _bounded(image: Image.Image) -> Image.Image:
    """No wider than a card needs, and not more pixels than a phone likes; a long screenshot stays readable."""
    scale = min(MAX_CARD_WIDTH / image.width, math.sqrt(MAX_CARD_PIXELS / (image.width * image.height)))
    if scale >= 1:
        return image
    smooth = {"1": "L", "P": "RGBA" if image.has_transparency_data else "RGB"}.get(image.mode)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return (image.convert(smooth) if smooth else image).resize(size, Image.Resampling.LANCZOS)
