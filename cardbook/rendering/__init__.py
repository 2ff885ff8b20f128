"""Markdown to HTML and LaTeX through pandoc, with every formula proven and every image looked after first."""
