-- The least that pandoc can do for us: read the Markdown once, write HTML once and LaTeX once.
local doc = pandoc.read(io.read("a"), "commonmark+tex_math_dollars+pipe_tables+footnotes+strikeout+task_lists")
pandoc.write(doc, "html")
pandoc.write(doc, "latex")
