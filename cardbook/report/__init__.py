"""`report.html`: what was read, merged, repaired and left out, on one page that needs nothing else.

`contents` gathers what the page shows from the values of a build, `charts` measures it, `texts` renders the notes'
Markdown with formulas as MathML, and `page` fills `templates/report.html`.
"""

from cardbook.report.page import write

__all__ = ["write"]
