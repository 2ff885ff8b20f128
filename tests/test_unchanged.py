"""A build that would write what is there already does not run, and says what the last one said."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cardbook.cache import Cache
from cardbook.diagnostics import Log, Span
from cardbook.unchanged import Memory, Said


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with notes, an image, templates of its own, and outputs."""
    for name in (
        "sources/a.md",
        "sources/images/a.png",
        "sources/cardbook.yaml",
        "templates/x.html",
        "dist/deck.apkg",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def memory(**asked: object) -> Memory:
    return Memory(Cache(Path("dist/.cache")), Path("sources"), Path("dist"), asked)


def remember() -> None:
    log = Log()
    log.warning("answer-missing", Span("a.md", 3, 1), "no answer", "write one")
    memory(only={"deck"}).remember(Said("the summary", log), [Path("dist/deck.apkg")])


def test_what_was_said_is_said_again(project: Path) -> None:
    """Summary and diagnostics, also when the files were only touched."""
    remember()
    os.utime("sources/a.md", (1, 1))
    said = memory(only={"deck"}).recall()
    assert said is not None
    assert said.summary == "the summary"
    assert [str(found) for found in said.log] == [
        "a.md:3:1: warning[answer-missing]: no answer\n  hint: write one"
    ]


@pytest.mark.parametrize(
    "edit",
    [
        lambda: Path("sources/a.md").write_text("edited"),
        lambda: Path("sources/b.md").write_text("new"),
        lambda: Path("sources/a.md").rename("sources/c.md"),
        lambda: Path("sources/images/a.png").unlink(),
        lambda: Path("sources/cardbook.yaml").write_text("title: x"),
        lambda: Path("templates/x.html").write_text("restyled"),
        lambda: Path("dist/deck.apkg").write_text("damaged"),
        lambda: Path("dist/deck.apkg").unlink(),
    ],
)
def test_any_edit_makes_the_build_run(project: Path, edit: Callable[[], object]) -> None:
    """Notes, images, decisions, templates, and the outputs themselves, hand edits among them."""
    remember()
    edit()
    assert memory(only={"deck"}).recall() is None


def test_another_call_is_another_build(project: Path) -> None:
    """Other outputs asked for, or `--force`."""
    remember()
    assert memory(only={"deck", "report"}).recall() is None
    forced = Memory(
        Cache(Path("dist/.cache"), enabled=False), Path("sources"), Path("dist"), {"only": {"deck"}}
    )
    assert forced.recall() is None


def test_an_edit_during_the_build_makes_the_next_one_run(project: Path) -> None:
    """What counts is what was there before anything was read."""
    before = memory()
    Path("sources/a.md").write_text("saved while the build was running")
    before.remember(Said("", Log()), [])
    assert memory().recall() is None


def test_a_damaged_memory_is_none(project: Path) -> None:
    """Whatever lies in the cache."""
    remember()
    for path in Path("dist/.cache").rglob("*"):
        if path.is_file():
            path.write_bytes(b"\xff")
    assert memory(only={"deck"}).recall() is None
