"""Whatever ends a build, the outputs of the last one are whole, and the next one works."""

from __future__ import annotations

import io
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from learner import NOTES

from cardbook import canonical, tools
from cardbook.files import build_lock

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, str(ROOT / "build.py"), "--offline", "--only", "deck"]


class Project:
    """A folder of notes and its outputs, built as a user does."""

    def __init__(self, folder: Path, out: Path | None = None) -> None:
        self.folder = folder
        self.out = out or folder / "dist"
        self.edits = 0
        for name, text in NOTES.items():
            (folder / "sources").mkdir(parents=True, exist_ok=True)
            (folder / "sources" / name).write_text(text, encoding="utf-8")

    def edit(self) -> None:
        """Change one answer."""
        self.edits += 1
        text = NOTES["a.md"].replace("误差很小", f"误差很小（{self.edits}）")
        (self.folder / "sources" / "a.md").write_text(text, encoding="utf-8")

    def start(self, *more: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*COMMAND, "--out", str(self.out), *more],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **environment}, start_new_session=True,
        )  # fmt: skip

    def build(self, *more: str, **environment: str) -> tuple[int, str]:
        process = self.start(*more, **environment)
        said, complaints = process.communicate(timeout=60)
        assert "Traceback" not in complaints
        return process.returncode, said + complaints

    def outputs(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.out.iterdir()) if path.is_file()}

    def check(self) -> None:
        """The outputs are whole, each for itself."""
        outputs = self.outputs()
        canonical.load(outputs["canonical.yaml"].decode(), "canonical.yaml")
        with zipfile.ZipFile(io.BytesIO(outputs["deck.apkg"])) as deck:
            assert deck.testzip() is None
            database = sqlite3.connect(":memory:")
            database.deserialize(deck.read("collection.anki2"))
            assert database.execute("select count(*) from notes").fetchone() == (6,)
            database.close()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    built = Project(tmp_path)
    assert built.build()[0] == 0
    return built


def test_killed_at_any_moment(project: Project) -> None:
    """`kill -9` at 20 random moments: the outputs stay whole, and one build later everything is right and tidy."""
    project.edit()
    started = time.monotonic()
    assert project.build()[0] == 0
    took = time.monotonic() - started
    chance = random.Random(5)
    for _ in range(20):
        project.edit()
        process = project.start()
        time.sleep(chance.uniform(0.1, 1.0) * took)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        project.check()
    assert project.build()[0] == 0
    project.check()
    assert f"误差很小（{project.edits}）" in project.outputs()["canonical.yaml"].decode()
    assert sorted(path.name for path in project.out.iterdir()) == [".cache", "canonical.yaml", "deck.apkg"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(project: Project, tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C (or a polite end) leaves nothing behind: no unfinished file, no program still running."""
    project.edit()
    before = project.outputs()
    slow, ours = tmp_path / "pandoc", tmp_path / "pid"
    slow.write_text(
        f"#!/bin/sh\n[ $1 = --version ] && exec {tools.pandoc()} --version\n"
        f"read -r _; echo $$ >{ours}\nexec sleep 60\n"
    )
    slow.chmod(0o755)
    process = project.start("--force", PYPANDOC_PANDOC=str(slow))
    while not (ours.exists() and ours.read_text().endswith("\n")):
        time.sleep(0.01)
    # As a terminal does: to the whole foreground group.
    os.killpg(process.pid, number)
    _, complaints = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "Traceback" not in complaints
    assert not running(int(ours.read_text()))
    assert project.outputs() == before
    assert sorted(path.name for path in project.out.iterdir()) == [".cache", "canonical.yaml", "deck.apkg"]
    assert project.build()[0] == 0


def running(pid: int) -> bool:
    """Whether there is such a process, and it is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of half a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "cardbook-test", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Fill the disk to its last byte."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1024)):
                pass
        except OSError:
            pass
    return path


def test_a_full_disk(tmp_path: Path, small_disk: Path) -> None:
    """A clear message, exit 1, the old outputs intact; with space again, the build works."""
    project = Project(tmp_path / "project", small_disk / "dist")
    assert project.build()[0] == 0
    before = project.outputs()
    filler = fill(small_disk)
    project.edit()
    code, said = project.build()
    assert code == 1
    assert "the disk is full" in said
    assert project.outputs() == before
    filler.unlink()
    assert project.build()[0] == 0
    project.check()


def test_a_read_only_folder(tmp_path: Path, small_disk: Path) -> None:
    """A clear message, exit 1, the old outputs intact."""
    project = Project(tmp_path / "project", small_disk / "dist")
    assert project.build()[0] == 0
    before = project.outputs()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    # Nothing to write, nothing to complain of.
    assert project.build()[0] == 0
    project.edit()
    code, said = project.build()
    assert code == 1
    assert "read-only" in said
    assert project.outputs() == before


def test_two_builds_at_once(project: Project) -> None:
    """The second one says that it waits, and then does its work."""
    project.edit()
    with build_lock(project.out, print):
        process = project.start()
        assert process.stderr is not None
        waits = any("another build" in line for line in process.stderr)
        assert waits
    process.communicate(timeout=60)
    assert process.returncode == 0
    project.check()


def test_many_builds_at_once(project: Project) -> None:
    """None disturbs another."""
    project.edit()
    processes = [project.start() for _ in range(4)]
    for process in processes:
        _, complaints = process.communicate(timeout=60)
        assert process.returncode == 0, complaints
    project.check()


def test_no_xelatex(project: Project) -> None:
    """The handbook fails with the way to get TeX; the rest is written, the old handbook stays."""
    (project.out / "handbook.pdf").write_bytes(b"old")
    project.edit()
    code, said = project.build("--only", "handbook", PATH="/nonexistent")
    assert code == 1
    assert "apt-get install" in said
    assert project.outputs()["handbook.pdf"] == b"old"
    project.check()


def test_no_pandoc(project: Project) -> None:
    """Without pandoc no card can be shown: a clear message, exit 1, the old outputs intact."""
    project.edit()
    before = project.outputs()
    code, said = project.build(PYPANDOC_PANDOC="/nonexistent")
    assert code == 1
    assert "pandoc cannot be run" in said
    assert project.outputs() == before


def test_a_broken_canonical_stops_the_build(project: Project) -> None:
    """Conflict markers: a clear error with the line, exit 1, and the file is as it was."""
    path = project.out / "canonical.yaml"
    broken = path.read_text(encoding="utf-8").replace("entries:\n", "<<<<<<< ours\nentries:\n", 1)
    path.write_text(broken, encoding="utf-8")
    project.edit()
    code, said = project.build()
    assert code == 1
    line = broken.split("\n").index("<<<<<<< ours") + 1
    assert f"canonical.yaml:{line}:1: error[canonical]: a merge conflict" in said
    assert path.read_text(encoding="utf-8") == broken


def test_a_damaged_cache_costs_time_only(project: Project) -> None:
    """Every file of the cache overwritten, cut short or emptied: the same outputs."""
    project.edit()
    assert project.build()[0] == 0
    before = project.outputs()
    chance = random.Random(1)
    for path in (project.out / ".cache").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            path.write_bytes(chance.choice([b"", data[: len(data) // 2], bytes(reversed(data)), data + b"x"]))
    assert project.build()[0] == 0
    assert project.outputs() == before


def test_nothing_is_written_when_nothing_changed(project: Project) -> None:
    """Times and files stay, and a line says so."""
    before = {path: path.stat().st_mtime_ns for path in project.out.iterdir() if path.is_file()}
    code, said = project.build()
    assert code == 0
    assert "nothing changed since the last build" in said
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_the_same_bytes_anywhere(tmp_path: Path) -> None:
    """Another folder, another locale, another time zone, another order of files on the disk: YAML, deck and PDF."""
    one = Project(tmp_path / "one" / "project")
    other = Project(tmp_path / "zwei" / "project")
    shutil.move(other.folder / "sources" / "a.md", tmp_path)
    shutil.move(tmp_path / "a.md", other.folder / "sources" / "a.md")
    book = ("--only", "handbook")
    epoch = {"SOURCE_DATE_EPOCH": "1763640000"}
    code, said = one.build(*book, LC_ALL="C.UTF-8", TZ="UTC", PYTHONHASHSEED="1", **epoch)
    assert code == 0, said
    away = {"LC_ALL": "C", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "2", "PYTHONUTF8": "0"}
    code, said = other.build(*book, **away, **epoch)
    assert code == 0, said
    assert list(one.outputs()) == ["canonical.yaml", "deck.apkg", "handbook.pdf", "handbook.tex"]
    assert one.outputs() == other.outputs()
    # From then on canonical.yaml is the clock: another time changes nothing.
    assert one.build("--force", TZ="America/New_York")[0] == 0
    assert one.outputs() == other.outputs()
