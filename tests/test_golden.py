"""The book that our own notes make, kept in the repository: a change of matching or merging is a readable diff."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "dist" / "canonical.yaml"


def test_our_notes_make_the_book_that_is_committed(tmp_path: Path) -> None:
    """`dist/canonical.yaml` is what a build of `sources/` writes over it: nothing in it would change.

    When this fails and the change is meant, run `python build.py`, read `git diff dist/canonical.yaml` as an
    editor would, and commit it.
    """
    out = tmp_path / "dist"
    out.mkdir()
    shutil.copy(GOLDEN, out)
    command = [sys.executable, "build.py", "--only", "canonical", "--offline", "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (out / GOLDEN.name).read_text(encoding="utf-8") == GOLDEN.read_text(encoding="utf-8")
