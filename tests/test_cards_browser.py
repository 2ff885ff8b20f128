"""Cards in Anki's own reviewer, in a real browser: what a learner sees on a phone and on a desk, day and night."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from anki.collection import Collection
from deck import imported, pack, put_images, torture_book
from playwright.sync_api import Browser
from reviewer import cards, chromium, media_of, reviewer


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests here."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def torture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    """The torture deck in a collection of the real Anki."""
    folder = tmp_path_factory.mktemp("torture")
    put_images(folder / "sources")
    with imported(pack(torture_book(), folder / "sources", folder), folder / "anki") as collection:
        yield collection


@pytest.mark.parametrize(("width", "night"), [(390, False), (390, True), (1280, False), (1280, True)])
def test_every_side_is_shown_without_a_flaw(
    browser: Browser, torture: Collection, width: int, night: bool
) -> None:
    """No MathJax error, nothing wider than the screen, no console error, every image there, folded or not."""
    flaws: dict[str, list[str]] = {}
    with reviewer(browser, media_of(torture), width=width, night=night) as window:
        for card in cards(torture):
            name = card.note()["Id"]
            window.question(card)
            window.unfold()
            flaws[f"{name} front"] = window.flaws()
            window.answer(card)
            flaws[f"{name} back"] = window.flaws()
            window.unfold()
            flaws[f"{name} unfolded"] = window.flaws()
    assert {side: found for side, found in flaws.items() if found} == {}
