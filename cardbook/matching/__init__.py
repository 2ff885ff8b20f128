"""Which notes ask the same: one card, a doubtful pair, close but apart, or nothing in common.

Two notes are one card when they are about the same concepts and want the same of them. docs/matching.md tells
how; `glossary.yaml` and `words.yaml` hold the names and the function words.
"""

from __future__ import annotations

from collections.abc import Sequence

from cardbook.cache import Cache
from cardbook.config import Config
from cardbook.matching.engine import Engine
from cardbook.matching.explain import explain
from cardbook.model import Matching, RawNote

__all__ = ["explain", "match"]


def match(notes: Sequence[RawNote], config: Config, cache: Cache | None = None) -> Matching:
    """Partition `notes` into cards-to-be, with the reasons.

    The result depends on what the notes say, not on their order. `config.merge` and `config.separate` win over
    every judgement. Of notes that ask exactly alike only the pairs with the first one are listed. `cache` spares the
    answers that were taken apart before.
    """
    return Engine(notes, config, cache).run()
