"""The printable book."""

from cardbook.handbook.book import write

__all__ = ["write"]
