"""The vocabulary of `words.toml`, as patterns."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

_LISTS: dict[str, list[str]] = tomllib.loads(
    (resources.files("cardbook.dialects") / "words.toml").read_text(encoding="utf-8")
)


def any_of(*keys: str) -> str:
    """A pattern for any entry of these lists, longer ones first."""
    entries = sorted((entry for key in keys for entry in _LISTS[key]), key=len, reverse=True)
    return f"(?:{'|'.join(entries)})"


def pattern(template: str) -> re.Pattern[str]:
    """Compile a template in which `{key}` stands for any entry of that list; case does not count."""
    filled = re.sub(r"\{([a-z_]+)\}", lambda match: any_of(match[1]), template)
    return re.compile(filled, re.IGNORECASE)
