"""A sources folder to gather images with, for the tests of media and fetch."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image as Pixels

from cardbook import media
from cardbook.cache import Cache
from cardbook.diagnostics import Log, Span
from cardbook.media.gather import Image

PLACE = Span("a.md", 3, 5)


def pixels(form: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **how: object) -> bytes:
    """An image file of one colour."""
    buffer = io.BytesIO()
    Pixels.new(mode, size, {"RGBA": (0, 128, 128, 90), "RGB": "teal"}.get(mode, 0)).save(buffer, form, **how)
    return buffer.getvalue()


class Studio:
    """A sources folder, a cache and a log, to gather images with."""

    def __init__(self, folder: Path) -> None:
        self.sources = folder / "sources"
        self.sources.mkdir()
        self.files = folder / "files"
        self.cache = Cache(folder / "cache")
        self.log = Log()

    def put(self, name: str, data: bytes) -> None:
        """Write a file into the sources folder."""
        path = self.sources / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def gather(self, *addresses: str, **how: bool) -> dict[str, Image]:
        """Gather images that all stand at one place, with a log of their own."""
        self.log = Log()
        wanted = [(address, PLACE) for address in addresses]
        return media.gather(wanted, self.sources, self.files, self.cache, self.log, **how)

    def codes(self) -> list[str]:
        """What was reported."""
        return [found.code for found in self.log]
