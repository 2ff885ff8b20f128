"""Shared fixtures."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import notes


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--accept` rewrites the expectations that are kept in files, instead of comparing with them."""
    parser.addoption("--accept", action="store_true", help="rewrite the expected results kept in files")


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of seed documents, beside the main checkout; tests that need it skip elsewhere."""
    if folder := notes.seeds():
        return folder
    pytest.skip("the seed documents are not beside this checkout")
