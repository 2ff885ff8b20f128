"""Installed with pip, `cardbook` works from any folder; a local `templates/` goes before its own."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CALL = "from cardbook.cli import main; main()"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pip puts into site-packages: the wheel, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--disable-pip-version-check",
         "--wheel-dir", str(folder), str(ROOT)], check=True, cwd=folder,
    )  # fmt: skip
    with zipfile.ZipFile(next(folder.glob("cardbook-*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def call(package: Path, cwd: Path, *arguments: str) -> str:
    """Call the installed package, not the checkout, in the folder `cwd`."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", CALL, *arguments], cwd=cwd, text=True, capture_output=True, check=True,
        env={**os.environ, "PYTHONPATH": str(package)},
    )  # fmt: skip
    return done.stdout


def test_an_installed_cardbook_works_anywhere(package: Path, tmp_path: Path) -> None:
    """All templates come with it; the folder that it is called in holds nothing but notes."""
    (tmp_path / "n").mkdir()
    (tmp_path / "n" / "a.md").write_text("## 什么是 Dropout？\n\n随机关闭神经元 $p$。\n", encoding="utf-8")
    assert "1 new" in call(package, tmp_path, "n", "--offline", "--only", "deck", "--only", "report")
    assert {path.name for path in (tmp_path / "dist").iterdir()} >= {"deck.apkg", "report.html"}
    assert "wrote n/cardbook.yaml" in call(package, tmp_path, "init", "n")
    assert (tmp_path / "n" / "cardbook.yaml").read_bytes() == (
        ROOT / "templates" / "cardbook.yaml"
    ).read_bytes()


def test_the_package_holds_every_template(package: Path) -> None:
    """Byte for byte."""
    ours = {path.relative_to(ROOT): path.read_bytes() for path in (ROOT / "templates").rglob("*.*")}
    assert {name: (package / "cardbook" / name).read_bytes() for name in ours} == ours


def test_a_local_template_goes_first(package: Path, tmp_path: Path) -> None:
    """Only the file that is there; the others stay those of the package."""
    (tmp_path / "n").mkdir()
    (tmp_path / "n" / "a.md").write_text("## What is a seed?\n\nA start.\n", encoding="utf-8")
    (tmp_path / "templates" / "report").mkdir(parents=True)
    (tmp_path / "templates" / "report" / "style.css").write_text("body { color: teal; }", encoding="utf-8")
    call(package, tmp_path, "n", "--offline", "--only", "report")
    page = (tmp_path / "dist" / "report.html").read_text(encoding="utf-8")
    assert "<style>body { color: teal; }</style>" in page and "What was read" in page
