"""The data that comes with the package."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardbook import shipped
from cardbook.cache import Cache

FILES = [(path.parent.name, path.name) for path in Path(shipped.__file__).parent.glob("*/*.yaml")]


@pytest.mark.parametrize(("room", "name"), FILES)
def test_data_from_the_cache_is_as_it_is_written(
    room: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON holds all that these files say: no numbers for keys, no dates."""
    monkeypatch.setattr(shipped, "_kept_in", [])
    load = shipped.load.__wrapped__
    written = load(f"cardbook.{room}", name)
    shipped.keep(Cache(tmp_path))
    assert load(f"cardbook.{room}", name) == written
    monkeypatch.setattr(shipped.yaml, "load", None)
    assert load(f"cardbook.{room}", name) == written
