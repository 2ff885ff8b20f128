"""Canonical Markdown to HTML and LaTeX, by one pandoc process for all texts, or a few for many.

`render.lua` runs inside pandoc, reads every text on its own, and answers one line a text. A text that makes
pandoc fail, crash, hang or grow costs only itself: it is left out of the answer, and the rest goes on.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache as once
from pathlib import Path
from typing import Any

from cardbook import process, tools
from cardbook.cache import Cache, digest
from cardbook.diagnostics import BuildError
from cardbook.limits import (
    MAX_MATHML_NESTING,
    PANDOC_BYTES_PER_SECOND,
    PANDOC_MEMORY_MB,
    PANDOC_SECONDS,
)

SCRIPT = Path(__file__).with_suffix(".lua")
# What an author may mean by Markdown. No raw HTML and no raw TeX: both are shown as typed.
# To each extension the pattern (of Lua) without which it finds nothing: naming one costs pandoc more than reading
# a short text, so each text is read with those that it needs.
READER = "commonmark"
EXTENSIONS = (
    ("+tex_math_dollars", "%$"), ("+pipe_tables", "|"), ("+footnotes", "%[%^"), ("+strikeout", "~"),
    ("+task_lists", "%["), ("+autolink_bare_uris", "[:@]"), ("+autolink_bare_uris", "[wW][wW][wW]"),
    ("-raw_html", "<"),
)  # fmt: skip


PROCESSES = min(4, os.cpu_count() or 1)
WORTH_A_PROCESS = 100
"""Fewer texts than this take pandoc less time than another pandoc takes to start."""


@dataclass(frozen=True, slots=True, order=True)
class Formula:
    """The TeX between the delimiters, and whether it stands on lines of its own."""

    tex: str
    display: bool


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a text holds that must be proven or fetched before it is rendered."""

    formulas: tuple[Formula, ...] = ()
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """The file names that stand for an image: in the card's HTML, and in the handbook's LaTeX."""

    html: str
    latex: str


@dataclass(frozen=True, slots=True)
class Text:
    """Markdown to render, with what is known of its images (by address) and formulas (TeX that failed)."""

    markdown: str
    images: Mapping[str, Picture] = field(default_factory=dict)
    unproven: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fragment:
    """A text in both output formats."""

    html: str
    latex: str


def inventory(markdown: Sequence[str], cache: Cache) -> tuple[Inventory | None, ...]:
    """List the formulas and images of each text, in order; `None` where pandoc failed on a text.

    The texts are rendered as well, as if they had no image and every formula were proven: most are right so, and
    `render` finds them in the cache. Raises `BuildError` when there is no pandoc.
    """
    answers = _ask([_request(Text(text)) for text in markdown], cache, "mathjax")
    return tuple(None if answer is None else _inventory(answer) for answer in answers)


def start() -> None:
    """Start the pandoc that the first texts will be given to: it takes longer to load than to render a card."""
    process.start(_command())


def render(texts: Sequence[Text], cache: Cache, math: str = "mathjax") -> tuple[Fragment | None, ...]:
    """Render each text, in order; `None` where pandoc failed on a text.

    `math` is how formulas stand in the HTML: `mathjax` (in `\\(` `\\)` and `\\[` `\\]`) or `mathml`, for a page on a
    screen; then there is no LaTeX.
    Raises `BuildError` when there is no pandoc.
    """
    answers = _ask([_request(text) for text in texts], cache, math)
    return tuple(None if a is None else Fragment(a["html"], a["latex"]) for a in answers)


def _inventory(answer: dict[str, Any]) -> Inventory:
    return Inventory(
        tuple(Formula(tex, display) for tex, display in answer["formulas"]), tuple(answer["images"])
    )


def _request(text: Text) -> dict[str, Any]:
    images = {address: {"html": p.html, "latex": p.latex} for address, p in sorted(text.images.items())}
    return {"markdown": text.markdown, "images": images, "unproven": sorted(text.unproven)}


def _ask(requests: Sequence[dict[str, Any]], cache: Cache, math: str) -> list[Any]:
    """The answers to the requests, from the cache where it has them."""
    kind = "mathml" if math == "mathml" else "fragment"
    common = digest(_version(cache), _recipe(), math)
    keys = [digest(common, json.dumps(request, sort_keys=True)) for request in requests]
    answers = {key: json.loads(hit) for key in set(keys) if (hit := cache.get(kind, key)) is not None}
    new = {key: request for key, request in zip(keys, requests, strict=True) if key not in answers}
    for key, answer in zip(new, _shared(list(new.values()), math), strict=True):
        answers[key] = answer
        if answer is not None:
            cache.put(kind, key, json.dumps(answer, ensure_ascii=False).encode())
    return [answers[key] for key in keys]


@once
def _recipe() -> str:
    return digest(SCRIPT.read_bytes(), READER, str(EXTENSIONS))


def _version(cache: Cache) -> str:
    try:
        return tools.version(tools.pandoc(), cache)
    except OSError as error:
        raise BuildError(f"pandoc cannot be run ({error}); reinstall the package pypandoc_binary") from error


def _shared(requests: Sequence[dict[str, Any]], math: str) -> Iterator[Any]:
    """Many texts are shared out to several pandocs, since one uses one processor."""
    size = max(WORTH_A_PROCESS, -(-len(requests) // PROCESSES))
    shares = [requests[start : start + size] for start in range(0, len(requests), size)]
    answers: dict[int, list[Any]] = {}
    errors: list[Exception] = []

    def work(number: int) -> None:
        try:
            answers[number] = list(_pandoc(shares[number], math))
        except Exception as error:  # told where it is waited for
            errors.append(error)

    # Daemons, so that Ctrl-C need not wait for them; their pandocs end with them.
    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(1, len(shares))]
    for thread in threads:
        thread.start()
    for number in range(min(1, len(shares))):
        work(number)
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return (answer for number in range(len(shares)) for answer in answers[number])


def _pandoc(requests: Sequence[dict[str, Any]], math: str) -> Iterator[Any]:
    """Ask pandoc; after a crash or a time limit go on behind the text that was being read."""
    done = 0
    while done < len(requests):
        answers = list(_run(requests[done:], math))
        for answer in answers:
            yield None if "error" in answer else answer
        done += len(answers)
        if done < len(requests):
            yield None
            done += 1


def _command() -> list[str]:
    return [tools.pandoc(), "+RTS", f"-M{PANDOC_MEMORY_MB}m", "-RTS", "lua", str(SCRIPT)]


def _run(requests: Sequence[dict[str, Any]], math: str) -> Iterable[dict[str, Any]]:
    """One pandoc process: the answers up to the text that ended it."""
    request: dict[str, Any] = {
        "reader": READER, "extensions": EXTENSIONS, "math": math, "texts": requests,
    }  # fmt: skip
    if math == "mathml":
        request["nesting"] = MAX_MATHML_NESTING
    payload = json.dumps(request).encode()
    outcome = process.run(
        _command(), stdin=payload, seconds=PANDOC_SECONDS + len(payload) / PANDOC_BYTES_PER_SECOND
    )
    lines = outcome.stdout.decode("utf-8", "replace").split("\n")
    # The last piece is empty, or half an answer that a crash cut off.
    return (json.loads(line) for line in lines[:-1])
