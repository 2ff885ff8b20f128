"""Every hostile case, through the real command line: it costs at most itself, and the healthy note is in all outputs."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
import yaml
from hostile_cases import CASES, Case

ROOT = Path(__file__).parents[2]
HEALTHY = "## 什么是健康的笔记？\n\n它带着公式 $x^2$ 到达每一种输出。\n"
SECONDS = 60


def _write(case: Case, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in case.files.items():
        path = folder / name
        path.unlink(missing_ok=True)  # of all those called cardbook.yaml, the last
        if callable(content):
            content(path)
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8", newline="")


def _build(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "sources", "--offline", "-v", *options],
        cwd=project, env={**os.environ, "PYTHONWARNINGS": "default"}, capture_output=True, text=True,
        errors="replace", check=False, timeout=SECONDS,
    )  # fmt: skip


def _fields(package: Path, work: Path) -> str:
    """All fields of all notes of a deck."""
    with zipfile.ZipFile(package) as archive:
        archive.extract("collection.anki2", work)
    connection = sqlite3.connect(work / "collection.anki2")
    try:
        return "\n".join(row[0] for row in connection.execute("select flds from notes"))
    finally:
        connection.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_note_costs_only_itself(case: Case, tmp_path: Path) -> None:
    """No traceback, exit 0 or 1, the expected diagnostics at their files, and the healthy note is intact."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "healthy.md").write_text(HEALTHY, encoding="utf-8")
    _write(case, tmp_path / "sources" / "case")
    started = time.monotonic()
    done = _build(tmp_path, "--only", "deck")
    assert time.monotonic() - started < SECONDS
    assert done.returncode in (0, 1), done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    text = (tmp_path / "dist" / "canonical.yaml").read_text(encoding="utf-8")
    book = yaml.load(text, Loader=yaml.CSafeLoader)
    answers = {entry["question"]: entry["answer"].strip() for entry in book["entries"]}
    assert answers["什么是健康的笔记？"] == "它带着公式 $x^2$ 到达每一种输出。"
    assert "什么是健康的笔记？" in _fields(tmp_path / "dist" / "deck.apkg", tmp_path)
    found = set(re.findall(r"^sources/case/.*?: \w+\[([\w-]+)\]", done.stderr, re.MULTILINE))
    assert case.codes <= found, f"expected {case.codes - found} in\n{done.stderr[-3000:]}"
    everything = "".join(answers.values())
    assert [words for words in case.keeps if words not in everything] == []
    assert [words for words in case.lacks if words in text or words in done.stdout] == []
    assert not list(tmp_path.rglob("pwned"))
    if case.cards >= 0:
        assert len(answers) == 1 + case.cards


def test_all_of_them_at_once_reach_every_output(tmp_path: Path) -> None:
    """One folder with every case in it still gives a deck, a report and a handbook with the healthy note."""
    from pypdf import PdfReader

    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "healthy.md").write_text(HEALTHY, encoding="utf-8")
    for number, case in enumerate(CASES):
        if not case.large:  # what is large is shown above, one by one
            _write(case, tmp_path / "sources" / f"{number:02}")
    done = subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "sources", "--offline"],
        cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False, timeout=4 * SECONDS,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    pages = "".join(page.extract_text() for page in PdfReader(tmp_path / "dist" / "handbook.pdf").pages)
    assert "健康的笔记" in re.sub(r"\s", "", pages)
    assert "root:x" not in pages
    assert "什么是健康的笔记？" in (tmp_path / "dist" / "report.html").read_text(encoding="utf-8")
    assert not list(tmp_path.rglob("pwned"))
