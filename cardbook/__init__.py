"""cardbook: a folder of study notes becomes one canonical YAML, an Anki deck and a printable handbook.

`cardbook.build` does what the command line does; see docs/api.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cardbook.api import Doubt, Report, build
    from cardbook.diagnostics import BuildError, Diagnostic, Severity, Span
    from cardbook.edition import Output
    from cardbook.identity import Changes
    from cardbook.model import Book, Card, RawNote, Unanswered

__version__ = "0.1.0"
__all__ = [
    "Book", "BuildError", "Card", "Changes", "Diagnostic", "Doubt", "Output", "RawNote", "Report", "Severity",
    "Span", "Unanswered", "build",
]  # fmt: skip
_HOMES = {
    "cardbook.api": ("Doubt", "Report", "build"),
    "cardbook.diagnostics": ("BuildError", "Diagnostic", "Severity", "Span"),
    "cardbook.edition": ("Output",),
    "cardbook.identity": ("Changes",),
    "cardbook.model": ("Book", "Card", "RawNote", "Unanswered"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: most calls of the command line need none of them."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module 'cardbook' has no attribute {name!r}")
