"""Fetch the reviewer of Anki (CSS, JavaScript, MathJax) of the same version as the `anki` package, for tests.

They come in the wheel of `aqt`, which is not installed, since it would bring Qt with it: only its web files are
unpacked, below the virtual environment. Prints the folder.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path

WEB = "_aqt/data/web/"


def folder() -> Path:
    """The folder of the web files; they are fetched from the package index when they are not there."""
    release = version("anki")
    target = Path(sys.prefix) / "share" / f"anki-web-{release}"
    if not (target / "complete").exists():
        with tempfile.TemporaryDirectory() as download:
            _unpack(_wheel(release, Path(download)), target)
        (target / "complete").touch()
    return target


def _wheel(release: str, download: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"]
    subprocess.run([*command, "--dest", str(download), f"aqt=={release}"], check=True)
    return next(download.glob("aqt-*.whl"))


def _unpack(wheel: Path, target: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            if member.filename.startswith(WEB) and not member.is_dir():
                path = target / member.filename.removeprefix(WEB)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(archive.read(member))


if __name__ == "__main__":
    print(folder())
