"""A file that is as it was need not be read again; what was said of it is said again, at the right lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardbook import study as room
from cardbook.cache import Cache
from cardbook.config import Config, FileConfig
from cardbook.diagnostics import Log
from cardbook.model import SourceFile
from cardbook.study import study

TEXT = "# 甲是什么？\n\n$ x $ 的<b>定义</b>。\n\n# 乙是什么？\n\n# 丙是什么？\n\n- 一\n- 二\n\n参考：https://a.b/c\n"


def studied(text: str, folder: Path, config: Config | None = None) -> tuple[object, list[str]]:
    """What comes of a file named `a.md`, and what is said of it; the cache is left for the next call."""
    log, cache = Log(), Cache(folder)
    found = study(SourceFile("a.md", text), config or Config(), cache, log)
    cache.save()
    return found, [str(one) for one in log]


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The text of every file that is really parsed."""
    seen: list[str] = []
    parse = room.dialects.parse
    monkeypatch.setattr(
        room.dialects, "parse", lambda file, *rest: seen.append(file.text) or parse(file, *rest)
    )
    return seen


def test_the_second_time_is_the_first(tmp_path: Path, parses: list[str]) -> None:
    """Notes, account and diagnostics are equal, and nothing was parsed."""
    first = studied(TEXT, tmp_path)
    assert first[1]
    assert studied(TEXT, tmp_path) == first == studied(TEXT, tmp_path / "other")
    assert len(parses) == 2


def test_a_line_more_moves_every_place(tmp_path: Path) -> None:
    """A kept result is of this very text."""
    studied(TEXT, tmp_path)
    assert studied("\n" + TEXT, tmp_path) == studied("\n" + TEXT, tmp_path / "other")
    assert studied("\n" + TEXT, tmp_path) != studied(TEXT, tmp_path)


def test_what_a_person_decided_of_the_file_counts(tmp_path: Path, parses: list[str]) -> None:
    """Another dialect is another result; what was decided of other files is none of it."""
    studied(TEXT, tmp_path)
    studied(TEXT, tmp_path, Config(files={"b.md": FileConfig(dialect="bullets")}))
    assert len(parses) == 1
    config = Config(files={"a.md": FileConfig(dialect="bullets")})
    assert studied(TEXT, tmp_path, config) == studied(TEXT, tmp_path / "other", config)
    assert len(parses) == 3


def test_a_damaged_shelf_costs_time_only(tmp_path: Path) -> None:
    """The file is parsed again."""
    first = studied(TEXT, tmp_path)
    (tmp_path / "shelves" / "notes").write_bytes(b"cardbook1 and noise")
    assert studied(TEXT, tmp_path) == first
