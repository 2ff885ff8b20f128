"""Lists of steps: what is told in the order in which it is done takes no further step at its end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from cardbook.matching.intent import Intent
from cardbook.merging.content import Reader
from cardbook.merging.kept import Point
from cardbook.merging.units import Unit

_DONE = frozenset({Intent.PROCESS, Intent.DERIVATION})
_COUNTED = _DONE | {Intent.WORKS, Intent.MECHANISM}
"""What a numbered list about these tells is done in its order."""
_NEXT = re.compile(
    r"\W*(?:首先|先(?!进|前|天|验)|然后|接着|接下来|随后|再(?!者)|最后|最终|之后"
    r"|(?:first(?:ly)?|second(?:ly)?|then|next|after that|finally|lastly)\b)",
    re.I,
)
"""How steps begin."""
SHORT = 6
"""A step of no more words or characters only names what is done."""


def is_sequence(unit: Unit, wants: Set[Intent]) -> bool:
    """Whether the items of `unit`, a list for `wants`, are steps in their order."""
    numbered = unit.body[0].kind == "ordered_list"
    begun = sum(bool(_NEXT.match(item.text)) for item in unit.items)
    return begun > 1 or bool(wants & (_COUNTED if numbered else _DONE))


def same_step(point: Point, steps: list[Point], read: Reader) -> Point | None:
    """The first of `steps` that names all that a short step names."""
    named = set(_named(point))
    if not named or len(named) > SHORT or point.content.hard or point.content.numbers:
        return None
    return next(
        (
            step
            for step in steps
            if named <= set(_named(step)) and not read.gainsays(step.content, point.content)
        ),
        None,
    )


def _named(point: Point) -> Iterator[str]:
    """What its clauses tell: words, and single Chinese characters."""
    for claim in point.content.claims:
        yield from claim.told
