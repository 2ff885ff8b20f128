"""Images: found, fetched, checked, converted."""

from cardbook.media.gather import Image, gather

__all__ = ["Image", "gather"]
