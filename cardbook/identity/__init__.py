"""Ids and times that outlive every edit."""

from cardbook.identity.identify import Changes, changes, identify, search, stamp

__all__ = ["Changes", "changes", "identify", "search", "stamp"]
