"""Formulas."""

from __future__ import annotations

import re

_INNER = {
    "align": "aligned",
    "gather": "gathered",
    "multline": "gathered",
    "eqnarray": "aligned",
    "flalign": "aligned",
}


def printed(tex: str, display: bool) -> str:
    """The formula as it is set in the handbook."""
    return re.sub(r"\s*\n\s*", "\n", tex.strip())
