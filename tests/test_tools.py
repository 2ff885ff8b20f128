"""Which programs there are, and their versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardbook import tools
from cardbook.cache import Cache


def program(path: Path, says: str) -> str:
    """A program that says `says` for any call."""
    path.write_text(f"#!/bin/sh\necho '{says}'\necho more\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_version_is_asked_for_once_until_the_program_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Starting a program only to hear its version takes as long as the work of a small edit."""
    cache, first = Cache(tmp_path / "cache"), program(tmp_path / "tool", "tool 1.0")
    assert tools.version(first, cache) == "tool 1.0"
    with monkeypatch.context() as patch:
        patch.setattr(tools, "run", None)
        assert tools.version(first, cache) == "tool 1.0"
    assert tools.version(program(tmp_path / "tool", "tool 1.01"), cache) == "tool 1.01"


def test_what_is_no_program_is_an_error(tmp_path: Path) -> None:
    """Missing, or silent."""
    with pytest.raises(OSError, match="No such file"):
        tools.version("/nonexistent", Cache(tmp_path))
    with pytest.raises(OSError, match="says nothing"):
        tools.version(program(tmp_path / "tool", ""), Cache(tmp_path))


def test_pandoc_is_the_one_that_came_with_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless the environment names another."""
    monkeypatch.delenv("PYPANDOC_PANDOC", raising=False)
    assert Path(tools.pandoc()).is_file()
    monkeypatch.setenv("PYPANDOC_PANDOC", "/opt/pandoc")
    assert tools.pandoc() == "/opt/pandoc"
