"""`report.html`: what was read, merged, repaired and left out, on one page that needs nothing else."""

from __future__ import annotations

import jinja2

from cardbook.diagnostics import Log
from cardbook.edition import Compiled
from cardbook.identity import Changes
from cardbook.model import Book
from cardbook.templates import folders


def write(compiled: Compiled, book: Book, changes: Changes, log: Log) -> str:
    """The page as HTML; everything from the notes is escaped."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(folders()), autoescape=True)
    template = environment.get_template("report.html")
    return template.render(compiled=compiled, book=book, changes=changes, log=log)
