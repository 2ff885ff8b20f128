"""Shared fixtures."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--accept` rewrites the expectations that are kept in files, instead of comparing with them."""
    parser.addoption("--accept", action="store_true", help="rewrite the expected results kept in files")


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of seed documents, beside the main checkout; tests that need it skip elsewhere."""
    root = Path(__file__).parents[1]
    # A linked worktree finds the folder beside the main checkout, not beside itself.
    git = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    for base in (root, Path(git.stdout.strip() or root).parent):
        folder = base.parent / "shared" / "seeds"
        if folder.is_dir():
            return folder
    pytest.skip("the seed documents are not beside this checkout")
