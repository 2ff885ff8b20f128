"""The notes that we ship: what can be checked of them without building anything."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from cardbook.config import Config, load
from cardbook.diagnostics import Log
from cardbook.dialects import parse
from cardbook.model import Parsed, RawNote
from cardbook.reading.read import read

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "sources"
IMAGES = sorted((SOURCES / "images").iterdir())
FILES = sorted(SOURCES.rglob("*.md"))
MAX_PNG_BYTES = 150_000
MEANT_UNANSWERED = 4
"""Questions that no note answers, so that a build shows what becomes of them."""


@pytest.fixture(scope="module")
def config() -> Config:
    """The `cardbook.yaml` that lies beside the notes."""
    return load(SOURCES)


@pytest.fixture(scope="module")
def parsed(config: Config) -> tuple[Parsed, ...]:
    """Every shipped file, as the dialects read it."""
    log = Log()
    return tuple(parse(file, config, log) for file in read(SOURCES, config, log))


@pytest.fixture(scope="module")
def notes(parsed: tuple[Parsed, ...]) -> tuple[RawNote, ...]:
    """All notes of all files."""
    return tuple(note for one in parsed for note in one.notes)


def _pictures() -> Iterator[tuple[Path, str, Path]]:
    for path in FILES:
        for alt, address in re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
            yield path, alt, (path.parent / address).resolve()


def test_each_picture_is_there_and_has_a_caption() -> None:
    """A picture in a note names a file below sources/images, and its alt text says what to see in it."""
    wrong = [
        f"{path.name}: {image.name}"
        for path, alt, image in _pictures()
        if image not in IMAGES or len(alt) < 10
    ]
    assert wrong == []


def test_each_figure_is_shown_and_can_be_drawn_again() -> None:
    """No image lies about unused, and `make figures` draws each of them and no other."""
    drawn = re.findall(
        r'"([\w-]+\.(?:png|svg))": ', (ROOT / "figures" / "__main__.py").read_text(encoding="utf-8")
    )
    names = [image.name for image in IMAGES]
    assert sorted({image.name for *_, image in _pictures()}) == names
    assert sorted(drawn) == names


@pytest.mark.parametrize(
    "path", [image for image in IMAGES if image.suffix == ".png"], ids=lambda path: path.name
)
def test_a_plot_is_small_and_white(path: Path) -> None:
    """A plot weighs little, and its white ground is its own, so that it can be read on a dark card."""
    assert path.stat().st_size <= MAX_PNG_BYTES
    with Image.open(path) as image:
        corner = image.convert("RGBA").getpixel((0, 0))
    assert corner == (255, 255, 255, 255)


@pytest.mark.parametrize(
    "path", [image for image in IMAGES if image.suffix == ".svg"], ids=lambda path: path.name
)
def test_a_drawing_needs_no_font_and_no_clock(path: Path) -> None:
    """A drawing holds its letters as outlines, and nothing that changes from run to run."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"<text|<dc:date>|<script|https?://(?!www\.w3\.org|purl\.org|creativecommons|matplotlib)", text
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCES)))
def test_a_contents_list_leads_to_headings(path: Path) -> None:
    """Every entry of a contents list has its heading."""
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= set(re.findall(r'id="([^"]+)"', text))


def test_five_dialects_are_shown(parsed: tuple[Parsed, ...]) -> None:
    """A newcomer finds an example of every way of writing that people use most."""
    assert {one.dialect for one in parsed} >= {"headings", "bullets", "pairs", "details"}
    assert any(one.file.front_matter for one in parsed)
    assert any("<h2" in one.file.text for one in parsed)


def test_the_notes_ask_much_and_leave_little_open(notes: tuple[RawNote, ...]) -> None:
    """Some seventy questions and more, nearly all answered, and no file asks the same twice."""
    assert len(notes) > 120
    asked = Counter((note.span.file, note.question) for note in notes)
    assert [question for question, times in asked.items() if times > 1] == []
    assert MEANT_UNANSWERED <= sum(not note.blocks for note in notes) <= MEANT_UNANSWERED + 2


def test_decisions_name_questions_that_exist(notes: tuple[RawNote, ...], config: Config) -> None:
    """`merge` and `separate` quote the notes exactly."""
    questions = {note.question for note in notes}
    assert config.merge and config.separate
    assert [text for group in config.merge + config.separate for text in group if text not in questions] == []


def test_no_text_of_others(seeds: Path) -> None:
    """No run of 24 characters, twelve of them Chinese, stands in the seed documents too."""
    theirs = {run for path in seeds.iterdir() for run in _runs(path.read_text(encoding="utf-8"))}
    ours = {path.name: theirs.intersection(_runs(path.read_text(encoding="utf-8"))) for path in FILES}
    assert {name: runs for name, runs in ours.items() if runs} == {}


def _runs(text: str, length: int = 24) -> Iterator[str]:
    bare = re.sub(r"\s+", "", text)
    for k in range(len(bare) - length + 1):
        run = bare[k : k + length]
        if sum("\u4e00" <= sign <= "\u9fff" for sign in run) >= length // 2:
            yield run
