"""The data that comes with the package: YAML for those who edit it, kept as JSON, which is read in a tenth of the time."""

from __future__ import annotations

from functools import cache as once
from importlib.resources import files
from typing import Any

import yaml

from cardbook import plain
from cardbook.cache import Cache

_kept_in: list[Cache] = []


def keep(cache: Cache) -> None:
    """Keep in `cache` what is loaded from now on."""
    _kept_in[:] = [cache]


@once
def load(package: str, name: str) -> Any:
    """What is in the file `name` of `package`; for everyone the same value, so nobody may change it."""

    def read() -> object:
        text = files(package).joinpath(name).read_text(encoding="utf-8")
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))

    return plain.kept(_kept_in[0] if _kept_in else None, "data", object, read, package, name)
