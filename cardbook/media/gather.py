"""The images that notes show: found or fetched, checked, and written anew for card and print.

An image comes from inside the sources folder, from the web, or from the note itself (`data:`). Whatever cannot
be had is a warning at its place, and a placeholder in the outputs.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes

import PIL

from cardbook.cache import Cache
from cardbook.diagnostics import BuildError, Log, Span
from cardbook.files import write_atomically
from cardbook.limits import MAX_IMAGE_BYTES
from cardbook.media.errors import Unreachable
from cardbook.media.svg import PictureError, ToolMissing

if TYPE_CHECKING:
    from cardbook.media.pictures import Encoded

VERSION = "2"
"""To be raised when the same image would be written in another way."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")  # one letter is a Windows drive, and no scheme


@dataclass(frozen=True, slots=True)
class Image:
    """An image as the outputs use it.

    `name` is its file name in Anki, made of its content; `path` is that file; `print_path` is the file for
    LaTeX (png, jpg or pdf); `width` and `height` are in CSS pixels.
    """

    name: str
    path: Path
    print_path: Path
    width: int
    height: int


class _Missing(Exception):
    """Why a local image cannot be shown, and what to do."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


def gather(
    wanted: Iterable[tuple[str, Span | None]],
    folder: Path,
    files: Path,
    cache: Cache,
    log: Log,
    *,
    offline: bool = False,
    private: bool = False,
) -> dict[str, Image]:
    """The images that could be had, by the address that stands in the notes.

    `wanted` are addresses with the places where they stand: paths below the sources `folder`, `http(s):` or
    `data:`. The finished files go to the folder `files`. With `offline` remote images come from the cache
    alone; `private` allows them to come from private networks. What cannot be had is reported at each place.
    """
    places: dict[str, list[Span | None]] = {}
    for address, span in wanted:
        places.setdefault(address, []).append(span)
    maker = _Maker(files, cache)
    remote = {address: url for address in places if (url := _web_address(address))}
    contents = _remote(remote.values(), cache, offline, private)
    library = _Library(folder)
    images: dict[str, Image] = {}
    for address, spans in places.items():
        try:
            if address in remote:
                url = remote[address]
                images[address] = _kept(url, contents[url], maker, cache)
            else:
                images[address] = maker.image(_local(address, library))
        except Unreachable as error:
            _report(log, "image-unreachable", address, spans, str(error), _remote_hint(offline))
        except _Missing as error:
            _report(log, "image-missing", address, spans, str(error), error.hint)
        except ToolMissing as error:
            _report(log, "image-broken", address, spans, str(error), "install it, and build again")
        except PictureError as error:
            _report(
                log, "image-broken", address, spans, str(error), "open it in an image viewer, save it anew"
            )
    return images


def _report(log: Log, code: str, address: str, spans: Iterable[Span | None], reason: str, hint: str) -> None:
    for span in spans:
        log.warning(code, span, f"image {shortened(address)} is not shown: {reason}", hint)


def shortened(address: str) -> str:
    """An address on one line that a person can read; `data:` is its type and size."""
    if address.lower().startswith("data:"):
        return f"{address[:30].partition(',')[0]},… ({len(address):,} characters)"
    shown = re.sub(r"[\x00-\x1f\x7f]", "�", address)
    return shown if len(shown) <= 120 else f"{shown[:80]}…{shown[-39:]}"


def _remote_hint(offline: bool) -> str:
    if offline:
        return "build once without --offline"
    return "a copy of the image in the sources folder is always there: save it, and write its path instead"


def _web_address(address: str) -> str:
    """The address as it is fetched, or nothing for what is not of the web."""
    if re.match(r"https?://", address, re.IGNORECASE):
        return address
    return f"https:{address}" if address.startswith("//") else ""


def _remote(
    urls: Iterable[str], cache: Cache, offline: bool, private: bool
) -> dict[str, bytes | Unreachable]:
    urls = list(dict.fromkeys(urls))
    found: dict[str, bytes | Unreachable] = {
        url: data for url in urls if (data := cache.get("image", url)) is not None
    }
    rest = [url for url in urls if url not in found]
    if offline:
        return found | {url: Unreachable("it is not in the cache, and the build is offline") for url in rest}
    return found | _fetch(rest, private)


def _fetch(urls: Iterable[str], private: bool) -> dict[str, bytes | Unreachable]:
    # Loading what speaks HTTP takes as long as reading a book of notes.
    from cardbook.media.fetch import fetch

    return fetch(urls, private=private)


def _kept(url: str, content: bytes | Unreachable, maker: _Maker, cache: Cache) -> Image:
    """The image; it is kept for later builds once it is known to be one."""
    if isinstance(content, Unreachable):
        raise content
    image = maker.image(content)
    if cache.get("image", url) is None:
        cache.put("image", url, content)
    return image


def _local(address: str, library: _Library) -> bytes:
    if address.lower().startswith("data:"):
        return _inline(address)
    if _SCHEME.match(address):
        raise _Missing("only files of the sources folder and addresses of the web can be shown")
    for name in _spellings(address):
        if (path := library.find(name)) is not None:
            return _read(path)
    raise _Missing(
        "there is no such file in the sources folder",
        "paths are relative to the note; put the image beside it",
    )


def _inline(address: str) -> bytes:
    head, _, body = address.partition(",")
    if len(body) > MAX_IMAGE_BYTES * 2:
        raise _Missing(f"it is larger than {MAX_IMAGE_BYTES >> 20} MB")
    data = unquote_to_bytes(body)
    if not head.lower().endswith(";base64"):
        return data
    try:
        return base64.b64decode(re.sub(rb"\s+", b"", data) + b"==")
    except binascii.Error as error:
        raise _Missing("its base64 text is broken") from error


def _spellings(address: str) -> Iterable[str]:
    """The file names that an author may mean: as written, without `?…` and `#…`, unescaped, from Windows."""
    bare = re.split(r"[?#]", address, maxsplit=1)[0]
    names = (address, bare, unquote(address), unquote(bare))
    return dict.fromkeys((*names, *(name.replace("\\", "/") for name in names)))


def _inside(folder: Path, name: str) -> Path | None:
    """The regular file of that name; nothing if there is none or if it is outside of the folder."""
    try:
        path = (folder / name).resolve()
        found = bool(name) and path.is_file()
    except (OSError, ValueError, RuntimeError):  # a name too long, with NUL, a loop of links
        return None
    if found and not path.is_relative_to(folder):
        raise _Missing("it is outside of the sources folder", "copy the image into the sources folder")
    return path if found else None


class _Library:
    """The files of the sources folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def find(self, name: str) -> Path | None:
        """The file at the path `name`; in a vault of Obsidian, where that suffices, of that mere name."""
        path = _inside(self._folder, name)
        base = name.rpartition("/")[2]
        return _inside(self._folder, self._vault[base]) if path is None and base in self._vault else path

    @cached_property
    def _vault(self) -> dict[str, str]:
        """The path of each file by its name, of several the one nearest to the top; empty if it is no vault."""
        if not (self._folder / ".obsidian").is_dir():
            return {}
        found: list[str] = []
        for parent, folders, names in os.walk(self._folder):
            folders[:] = [one for one in folders if not one.startswith(".")]
            found += (Path(parent, name).relative_to(self._folder).as_posix() for name in names)
        deepest_first = sorted(found, key=lambda path: (path.count("/"), path), reverse=True)
        return {path.rpartition("/")[2]: path for path in deepest_first}


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_IMAGE_BYTES + 1)
    except OSError as error:
        raise _Missing(f"the file cannot be read ({error.strerror})") from error


class _Maker:
    """Turns the content of image files into images, each content once, also across builds."""

    def __init__(self, files: Path, cache: Cache) -> None:
        self._files = files
        self._cache = cache
        self._made: dict[str, Image | PictureError] = {}

    def image(self, content: bytes) -> Image:
        """The image with that content. Raises `PictureError` when it cannot be shown."""
        key = hashlib.sha256(content).hexdigest()
        if key not in self._made:
            self._made[key] = self._known(key) or self._new(key, content)
        made = self._made[key]
        if isinstance(made, PictureError):
            raise made
        return made

    def _cache_key(self, key: str) -> str:
        return f"{VERSION} {PIL.__version__} {key}"

    def _known(self, key: str) -> Image | PictureError | None:
        facts = self._cache.get("picture", self._cache_key(key))
        if facts is None:
            return None
        known = json.loads(facts)
        if "error" in known:
            return PictureError(known["error"])
        image = self._image(known)
        return image if _whole(image.path) and _whole(image.print_path) else None

    def _new(self, key: str, content: bytes) -> Image | PictureError:
        from cardbook.media import pictures  # most builds have no new image

        try:
            picture = pictures.make(content)
            facts: dict[str, str | int] = {
                "card": self._write(picture.card),
                "print": self._write(picture.print),
                "width": picture.width,
                "height": picture.height,
            }
        except ToolMissing as error:
            return error
        except PictureError as error:
            self._cache.put("picture", self._cache_key(key), json.dumps({"error": str(error)}).encode())
            return error
        except BuildError as error:  # a full disk costs the image, not the build
            return PictureError(str(error))
        self._cache.put("picture", self._cache_key(key), json.dumps(facts).encode())
        return self._image(facts)

    def _image(self, facts: Mapping[str, str | int]) -> Image:
        name = str(facts["card"])
        files = self._files / name, self._files / str(facts["print"])
        return Image(name, *files, int(facts["width"]), int(facts["height"]))

    def _write(self, encoded: Encoded) -> str:
        name = f"{_stem(encoded.data)}.{encoded.extension}"
        path = self._files / name
        if not _whole(path):
            write_atomically(path, encoded.data)
        return name


def _stem(data: bytes) -> str:
    return f"cb-{hashlib.sha256(data).hexdigest()[:20]}"


def _whole(path: Path) -> bool:
    """Whether the file holds what its name says."""
    try:
        return path.stem == _stem(path.read_bytes())
    except OSError:
        return False
