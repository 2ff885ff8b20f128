"""The templates: a user's own `templates/` before the ones that come with the package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2

_PACKAGE = Path(__file__).parent


def folders() -> tuple[Path, ...]:
    """The folders to look in, the user's own first."""
    shipped = _PACKAGE / "templates"
    ours = shipped if shipped.is_dir() else _PACKAGE.parent / "templates"
    own = Path.cwd() / "templates"
    return (own, ours) if own.is_dir() and own != ours else (ours,)


def find(name: str) -> Path:
    """The template `name`, such as `anki/style.css`. Raises `FileNotFoundError` when there is none."""
    for folder in folders():
        if (path := folder / name).is_file():
            return path
    raise FileNotFoundError(f"no template {name} in {', '.join(map(str, folders()))}")


def latex() -> jinja2.Environment:
    """The templates of the handbook, with delimiters that LaTeX has no use for."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([str(folder) for folder in folders()]),
        undefined=jinja2.StrictUndefined,
        block_start_string="<%", block_end_string="%>",
        variable_start_string="<<", variable_end_string=">>",
        comment_start_string="<#-", comment_end_string="-#>",
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, autoescape=False,
    )  # fmt: skip
