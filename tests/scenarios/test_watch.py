"""`--watch`: every save is built, a broken one is said and waited out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTE = "# 什么是过拟合？\n\n训练误差很小，测试误差很大。{}\n"


class Watch:
    """A watching build in a folder of one note."""

    def __init__(self, folder: Path) -> None:
        self.note, self.config = folder / "sources" / "a.md", folder / "sources" / "cardbook.yaml"
        self.canonical = folder / "dist" / "canonical.yaml"
        self.note.parent.mkdir()
        self.note.write_text(NOTE.format(""), "utf-8")
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "build.py"), "--watch", "--offline", "--only", "deck"],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip

    def until_said(self, words: str) -> None:
        """Read what it says until the line with `words`."""
        assert self.process.stderr is not None
        assert any(words in line for line in self.process.stderr)

    def until_built(self, words: str) -> None:
        """Wait for a build whose book holds `words`."""
        while words not in self.canonical.read_text("utf-8"):
            assert self.process.poll() is None
            time.sleep(0.02)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    watching = Watch(tmp_path)
    watching.until_said("Ctrl-C ends")
    yield watching
    if watching.process.poll() is None:
        os.killpg(watching.process.pid, signal.SIGKILL)
    watching.process.communicate()


def test_every_save_is_built_also_in_several_steps(watch: Watch) -> None:
    """As editors save: in place, or beside it and renamed."""
    watch.note.write_text(NOTE.format("第一次"), "utf-8")
    watch.until_built("第一次")
    beside = watch.note.with_suffix(".swp")
    beside.write_text(NOTE.format("第二次"), "utf-8")
    beside.replace(watch.note)
    watch.until_built("第二次")
    os.killpg(watch.process.pid, signal.SIGINT)
    assert watch.process.wait(20) == 0


def test_a_broken_save_is_waited_out(watch: Watch) -> None:
    """A half-typed cardbook.yaml, a canonical.yaml in conflict: said, left alone, and the next save is built."""
    whole = watch.canonical.read_text("utf-8")
    broken = whole.replace("entries:\n", "<<<<<<< ours\nentries:\n", 1)
    watch.canonical.write_text(broken, "utf-8")
    watch.until_said("waiting for the next save")
    assert watch.canonical.read_text("utf-8") == broken
    watch.canonical.write_text(whole, "utf-8")
    watch.note.write_text(NOTE.format("之后"), "utf-8")
    watch.until_built("之后")
    watch.config.write_text("titel: 书\n", "utf-8")
    watch.until_said("waiting for the next save")
    watch.config.write_text("title: 第一本\n", "utf-8")
    watch.until_built("第一本")


def test_what_is_saved_during_a_build_is_built_next(watch: Watch) -> None:
    """No save is lost, whenever it comes."""
    for number in range(5):
        watch.note.write_text(NOTE.format(f"甲{number}"), "utf-8")
        watch.until_built(f"甲{number}")  # the rest of that build is still to come
        watch.note.write_text(NOTE.format(f"乙{number}"), "utf-8")
        watch.until_built(f"乙{number}")
