"""What can be wrong with an image before anybody has looked at it."""

from __future__ import annotations


class Unreachable(Exception):
    """Why an image could not be had, as a part of a sentence; `silent` when its server did not answer at all."""

    def __init__(self, reason: str, silent: bool = False) -> None:
        super().__init__(reason)
        self.silent = silent
