"""Images of strangers: what is shown is safe and whole, what is not is said at its place."""

from __future__ import annotations

import base64
import io
import time
from pathlib import Path

import pytest
from PIL import Image as Pixels
from studio import PLACE, Studio, pixels

from cardbook.limits import MAX_IMAGE_BYTES
from cardbook.media import pictures, svg

DRAWING = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40">
<rect width="30" height="40" fill="red"/></svg>"""


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """An empty sources folder."""
    return Studio(tmp_path)


def test_a_local_image_is_named_by_its_content(studio: Studio) -> None:
    """The same pixels under two names are one file; the extension of the original is not believed."""
    studio.put("a.png", pixels())
    studio.put("deep/b c.jpg", pixels())
    found = studio.gather("a.png", "deep/b%20c.jpg")
    assert found["a.png"] == found["deep/b%20c.jpg"]
    image = found["a.png"]
    assert image.name.startswith("cb-") and image.name.endswith(".png")
    assert (image.width, image.height) == (40, 30)
    assert image.path.is_file() and image.print_path == image.path
    assert not studio.log


@pytest.mark.parametrize("address", ["no.png", "../secret.png", "sub/../../secret.png", "file:///etc/passwd",
    "/etc/hostname", "C:\\x.png", "ftp://e.com/x.png", "x\0.png", "", "n" * 5000, "sub", "link.png",
    "loop.png"])  # fmt: skip
def test_nothing_outside_of_the_sources_is_read(studio: Studio, address: str) -> None:
    """Not by `..`, not absolute, not by another scheme, not through a link: a warning with its place instead."""
    (studio.sources.parent / "secret.png").write_bytes(pixels())
    studio.put("sub/x.png", pixels())
    (studio.sources / "link.png").symlink_to(studio.sources.parent / "secret.png")
    (studio.sources / "loop.png").symlink_to(studio.sources / "loop.png")
    assert studio.gather(address) == {}
    (found,) = studio.log
    assert (found.code, found.span) == ("image-missing", PLACE)


def test_names_are_found_as_authors_write_them(studio: Studio) -> None:
    """Escaped or not, with a query behind it, with the backslashes of Windows, in Chinese."""
    for name in ("a b.png", "图/机器 1.png", "100%.png"):
        studio.put(name, pixels())
    addresses = (
        "a b.png",
        "a%20b.png",
        "a%20b.png?raw=true",
        "图\\机器 1.png",
        "%E5%9B%BE/机器%201.png",
        "100%.png",
    )
    assert list(studio.gather(*addresses)) == list(addresses)


def test_in_an_obsidian_vault_a_name_is_enough(studio: Studio) -> None:
    """Obsidian finds an attachment by its name, the one nearest to the top first; elsewhere a path is a path."""
    studio.put("files/deep/net.png", pixels(size=(8, 8)))
    studio.put("files/net.png", pixels())
    assert studio.gather("notes/net.png") == {}
    studio.put(".obsidian/hidden.png", pixels())
    assert studio.gather("notes/net.png")["notes/net.png"].width == 40
    assert studio.gather("hidden.png", "../net.jpg") == {}


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\nrubbish", b"<!DOCTYPE html><html>x</html>", b"GIF89a",
    pixels()[:60], b"%PDF-1.5", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"])  # fmt: skip
def test_what_is_no_image_is_reported(studio: Studio, data: bytes) -> None:
    """A file that does not decode is shown nowhere, whatever its name; programs (EPS, PDF) are none either."""
    studio.put("x.png", data)
    assert studio.gather("x.png") == {}
    assert studio.codes() == ["image-broken"]
    assert studio.gather("x.png") == {}, "also when the cache knows it"


def test_bombs_are_refused(studio: Studio) -> None:
    """A small file may unpack to gigabytes; its header says so before it does."""
    studio.put("bomb.png", pixels(size=(20_000, 20_000), mode="1"))
    studio.put("fat.png", b"x" * (MAX_IMAGE_BYTES + 1))
    started = time.monotonic()
    assert studio.gather("bomb.png", "fat.png") == {}
    assert studio.codes() == ["image-broken"] * 2
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(("form", "mode", "extension"), [
    ("PNG", "RGBA", "png"), ("PNG", "P", "png"), ("PNG", "1", "png"), ("PNG", "I;16", "png"), ("PNG", "LA", "png"),
    ("JPEG", "RGB", "jpg"), ("JPEG", "CMYK", "jpg"), ("WEBP", "RGB", "jpg"), ("WEBP", "RGBA", "png"),
    ("GIF", "P", "png"), ("BMP", "RGB", "png"), ("TIFF", "CMYK", "png"),
])  # fmt: skip
def test_every_format_becomes_one_that_all_clients_and_latex_show(
    form: str, mode: str, extension: str
) -> None:
    """PNG and JPEG with 8 bits a channel: WebP, TIFF, CMYK and the like do not show everywhere."""
    made = pictures.make(pixels(form, mode=mode))
    assert made.card.extension == made.print.extension == extension
    with Pixels.open(io.BytesIO(made.card.data)) as shown:
        assert shown.mode in ("1", "L", "LA", "P", "RGB", "RGBA") and shown.size == (40, 30)


def test_pixels_that_have_to_be_seen_are_seen() -> None:
    """Deep greys are scaled to what a screen shows, not cut off."""
    deep = Pixels.new("I;16", (2, 1))
    deep.putpixel((1, 0), 65535)
    buffer = io.BytesIO()
    deep.save(buffer, "PNG")
    with Pixels.open(io.BytesIO(pictures.make(buffer.getvalue()).card.data)) as shown:
        assert [shown.getpixel((0, 0)), shown.getpixel((1, 0))] == [0, 255]


def test_photos_stand_upright_and_tell_no_places() -> None:
    """The turn that EXIF asks for is made; EXIF, comments and profiles stay behind."""
    exif = Pixels.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "at home"
    made = pictures.make(pixels("JPEG", exif=exif, comment=b"secret", icc_profile=b"p" * 200))
    assert (made.width, made.height) == (30, 40)
    for word in (b"Exif", b"at home", b"secret", b"ppp"):
        assert word not in made.card.data
    upright = pictures.make(pixels("JPEG", comment=b"secret", icc_profile=b"p" * 200))
    assert b"secret" not in upright.card.data and b"ppp" not in upright.card.data


def test_large_images_are_scaled_to_what_a_card_needs() -> None:
    """Wide ones to the width limit; a long screenshot stays readable."""
    assert pictures.make(pixels(size=(6000, 600))).width == pictures.MAX_CARD_WIDTH
    tall = pictures.make(pixels(size=(1000, 20_000)))
    assert tall.width > 600 and tall.width * tall.height <= pictures.MAX_CARD_PIXELS * 1.01


def test_animations_move_on_cards_and_stand_in_print() -> None:
    """A GIF stays one, an animated WebP becomes one; LaTeX gets the first frame. Endless ones stand still."""
    frames = [Pixels.new("RGB", (20, 10), colour) for colour in ("red", "green", "blue")]
    for form in ("GIF", "WEBP", "PNG"):
        buffer = io.BytesIO()
        frames[0].save(buffer, form, save_all=True, append_images=frames[1:], duration=100)
        made = pictures.make(buffer.getvalue())
        assert (made.card.extension, made.print.extension) == ("gif", "png")
        with Pixels.open(io.BytesIO(made.card.data)) as shown:
            assert getattr(shown, "n_frames", 1) == 3
    many = [Pixels.new("1", (4, 4), i % 2) for i in range(pictures.MAX_FRAMES + 1)]
    buffer = io.BytesIO()
    many[0].save(buffer, "GIF", save_all=True, append_images=many[1:], duration=100)
    assert pictures.make(buffer.getvalue()).card.extension == "png"


def test_images_are_written_the_same_way_every_time() -> None:
    """A name made of the content would otherwise change with every build."""
    for data in (pixels(), pixels("JPEG"), pixels("WEBP"), DRAWING):
        assert pictures.make(data) == pictures.make(data)


def test_drawings_become_pixels_for_cards_and_pdf_for_print() -> None:
    """No SVG reaches an output; a card has two pixels for each of its own."""
    made = pictures.make(DRAWING)
    assert (made.width, made.height) == (60, 40)
    assert made.print.data.startswith(b"%PDF")
    with Pixels.open(io.BytesIO(made.card.data)) as shown:
        assert shown.size == (120, 80)
        assert shown.convert("RGBA").getpixel((5, 5)) == (255, 0, 0, 255)
        assert shown.convert("RGBA").getpixel((100, 5))[3] == 0  # type: ignore[index]


def test_only_drawings_of_few_colours_get_a_palette() -> None:
    """Line art becomes small, a gradient stays smooth."""
    gradient = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><defs><linearGradient id="g">
    <stop offset="0" stop-color="red"/><stop offset=".5" stop-color="lime"/><stop offset="1" stop-color="blue"/>
    </linearGradient></defs><rect width="400" height="300" fill="url(#g)"/></svg>"""
    for drawing, mode in ((DRAWING, "P"), (gradient, "RGBA")):
        with Pixels.open(io.BytesIO(pictures.make(drawing).card.data)) as shown:
            assert shown.mode == mode


@pytest.mark.parametrize(("attributes", "size"), [
    ('width="2in" height="1in"', (192, 96)), ('width="50%" viewBox="0 0 10 20"', (10, 20)), ("", (300, 150)),
    ('width="1e6" height="1e6"', (1000, 1000)), ('height="10" viewBox="0 0 4 2"', (20, 10)),
])  # fmt: skip
def test_a_drawing_has_the_size_it_asks_for(attributes: str, size: tuple[int, int]) -> None:
    """Units are read, a view box stands in for a size, and nobody's drawing is a metre wide."""
    made = svg.draw(
        f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}><path d="M0 0h9v9z"/></svg>'.encode()
    )
    assert (made.width, made.height) == size


HOSTILE_DRAWINGS = {
    "entities": b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>',
    "external": b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>',
    "unclosed": b'<svg xmlns="http://www.w3.org/2000/svg"><g>',
    "deep": b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 100_000 + b"</g>" * 100_000 + b"</svg>",
    "flat": b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1000000"/>',
    "html": b"<html><body><svg></svg></body></html>",
}


@pytest.mark.parametrize("data", HOSTILE_DRAWINGS.values(), ids=HOSTILE_DRAWINGS)
def test_hostile_drawings_are_refused(studio: Studio, data: bytes) -> None:
    """Entities, broken XML, endless nesting: an image that is not shown, and nothing else."""
    studio.put("x.svg", data)
    assert studio.gather("x.svg") == {}
    assert studio.codes() == ["image-broken"]


def test_a_drawing_reads_no_file_and_runs_no_script(studio: Studio) -> None:
    """What it names elsewhere is left out of the picture; a script has nobody to run it."""
    studio.put("secret.png", pixels(size=(60, 40)))
    secret = (studio.sources / "secret.png").as_uri()
    studio.put(
        "x.svg",
        f"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/2001/XInclude"
        xmlns:l="http://www.w3.org/1999/xlink" width="60" height="40" onload="alert(1)"><script>alert(1)</script>
        <image href="{secret}" l:href="{secret}" width="60" height="40"/><x:include href="{secret}"/></svg>""".encode(),
    )
    image = studio.gather("x.svg")["x.svg"]
    with Pixels.open(image.path) as shown:
        assert shown.convert("RGBA").getextrema()[3] == (0, 0), "nothing is drawn"


def test_a_drawing_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """References of references multiply; the time is limited, or librsvg refuses first."""
    monkeypatch.setattr(svg, "SVG_SECONDS", 2.0)
    uses = "".join(f'<g id="g{i}">' + f'<use href="#g{i - 1}"/>' * 12 + "</g>" for i in range(1, 9))
    first = '<g id="g0"><rect width="9" height="9"/></g>'
    data = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{first}{uses}</svg>'
    started = time.monotonic()
    with pytest.raises(svg.PictureError):
        svg.draw(data.encode())
    assert time.monotonic() - started < 10


def test_without_the_drawing_tool_only_drawings_are_missing(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warning says what to install, and the failure is not remembered."""
    studio.put("x.svg", DRAWING)
    studio.put("a.png", pixels())
    with monkeypatch.context() as patched:
        patched.setenv("PATH", str(studio.sources))
        assert list(studio.gather("x.svg", "a.png")) == ["a.png"]
        assert "librsvg2-bin" in str(next(iter(studio.log)))
    assert list(studio.gather("x.svg")) == ["x.svg"]


def test_images_in_the_note_itself_are_checked_like_any_other(studio: Studio) -> None:
    """`data:` addresses are decoded; the log shows their size, not their text."""
    good = "data:image/png;base64," + base64.b64encode(pixels()).decode()
    page = "data:image/png;base64," + base64.b64encode(b"<html>" + b"x" * 900).decode()
    assert list(studio.gather(good, page, "data:image/png;base64,%%%", "data:,x")) == [good]
    assert set(studio.codes()) <= {"image-broken", "image-missing"} and len(studio.log) == 3
    assert all(len(found.message) < 200 for found in studio.log)


def test_nothing_is_made_twice(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next build finds the files; a damaged one is made again."""
    studio.put("a.png", pixels())
    before = studio.gather("a.png")
    with monkeypatch.context() as patched:
        patched.setattr(pictures, "make", None)
        assert studio.gather("a.png") == before
    before["a.png"].path.write_bytes(b"damaged")
    assert studio.gather("a.png") == before
    assert before["a.png"].path.read_bytes() != b"damaged"
