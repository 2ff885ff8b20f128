"""Anki's own reviewer page in a real browser: its CSS, its JavaScript and its MathJax around our cards."""

from __future__ import annotations

import json
import mimetypes
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from anki.collection import Collection
from playwright.sync_api import Browser, Page, Route, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
import anki_web

if TYPE_CHECKING:
    from anki.cards import Card  # which cannot be the first module of Anki to be imported

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
ORIGIN = "http://127.0.0.1:40000/"
# As `AnkiWebView.stdHtml` puts it together.
PAGE = """<!doctype html><html class="{night}" dir="ltr" data-bs-theme="{theme}"><head><base href="{origin}">
<link rel="stylesheet" href="/_anki/css/webview.css">
<style>body {{ zoom: 1; background-color: var(--canvas); }} html {{ font: 12px sans-serif }}</style>
<link rel="stylesheet" href="/_anki/css/reviewer.css"></head><body class="isLin {body}">
<script>globalThis.pycmd = globalThis.bridgeCommand = () => {{}};</script>
<script src="/_anki/js/webview.js"></script><script src="/_anki/js/mathjax.js"></script>
<script src="/_anki/js/vendor/mathjax/tex-chtml-full.js"></script><script src="/_anki/js/reviewer.js"></script>
<div id="_mark" hidden>★</div><div id="_flag" hidden>⚑</div><div id="qa" dir="auto"></div></body></html>"""
# Formulas that MathJax refuses, and macros that it does not know (it prints those in red).
BROKEN_MATH = """() => [...document.querySelectorAll('mjx-merror, mjx-mtext[style*="red"]')]
    .map(e => (e.closest('mjx-container')?.parentElement ?? e).textContent + ' ' + (e.title || e.dataset.mjxError || ''))"""
TOO_WIDE = """() => { const root = document.documentElement;
    return Math.max(root.scrollWidth, document.body.scrollWidth) - root.clientWidth; }"""
UNLOADED = """() => [...document.images].filter(i => !i.complete || !i.naturalWidth).map(i => i.getAttribute('src'))"""
RAW_MATH = """() => { const walk = document.createTreeWalker(document.getElementById('qa'), NodeFilter.SHOW_TEXT);
    const found = []; for (let n; (n = walk.nextNode());)
        if (/\\\\[(\\[]/.test(n.data) && n.parentElement.closest('.math')) found.push(n.data); return found; }"""


@dataclass
class Reviewer:
    """A window of Anki, light or dark, that shows one side of a card after the other."""

    page: Page
    night: bool
    troubles: list[str] = field(default_factory=list)

    def question(self, card: Card) -> None:
        """Show the front, until MathJax and the images are ready."""
        kind = "nightMode night_mode" if self.night else ""
        arguments = json.dumps([card.question(), card.answer(), f"card card{card.ord + 1} isLin {kind}"])
        self._show(f"globalThis._showQuestion(...{arguments})")

    def answer(self, card: Card) -> None:
        """Show the back, until MathJax and the images are ready."""
        kind = "nightMode night_mode" if self.night else ""
        self.page.evaluate(f"document.body.className = 'card card1 isLin {kind}'")
        self.show(card.answer())

    def show(self, html: str) -> None:
        """Show any HTML as the back of a card."""
        self._show(f"globalThis._showAnswer({json.dumps(html)})")

    def _show(self, call: str) -> None:
        # Anki's script sets the opacity to 1 when formulas and images are ready.
        self.page.evaluate(f"() => {{ document.querySelector('#qa').style.opacity = '0.5'; {call}; }}")
        self.page.wait_for_function("() => document.querySelector('#qa').style.opacity === '1'")

    def unfold(self) -> None:
        """Open everything that opens with a tap."""
        self.page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")

    def flaws(self) -> list[str]:
        """All that a learner would stumble over on this side."""
        found = [
            f"formula: {text}" for text in self.page.evaluate(BROKEN_MATH) + self.page.evaluate(RAW_MATH)
        ]
        found += [f"image: {name}" for name in self.page.evaluate(UNLOADED)]
        if (excess := self.page.evaluate(TOO_WIDE)) > 0:
            found.append(f"{excess} px too wide")
        found += self.troubles
        self.troubles.clear()
        return found

    def picture(self, path: Path) -> None:
        """The whole side as an image."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, full_page=True)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def reviewer(
    browser: Browser, media: Mapping[str, bytes], *, width: int, night: bool, scale: float = 1
) -> Iterator[Reviewer]:
    """A window of Anki, `width` pixels wide, whose media folder holds `media`."""
    context = browser.new_context(viewport={"width": width, "height": 844}, device_scale_factor=scale)
    page = context.new_page()
    window = Reviewer(page, night)
    page.on("console", lambda m: window.troubles.append(f"console: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda error: window.troubles.append(f"script: {error}"))
    page.route("**/*", lambda route: _serve(route, media, night, window.troubles))
    page.goto(ORIGIN)
    try:
        yield window
    finally:
        context.close()


def _serve(route: Route, media: Mapping[str, bytes], night: bool, troubles: list[str]) -> None:
    address = route.request.url
    name = address.removeprefix(ORIGIN)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name == "":
        look = {"night": "night-mode", "theme": "dark", "body": "nightMode night_mode"} if night else {}
        page = PAGE.format(origin=ORIGIN, **{"night": "", "theme": "light", "body": ""} | look)
        route.fulfill(body=page, content_type="text/html; charset=utf-8")
    elif name.startswith("_anki/") and (path := anki_web.folder() / name.removeprefix("_anki/")).is_file():
        route.fulfill(body=path.read_bytes(), content_type=kind)
    elif name in media:
        route.fulfill(body=media[name], content_type=kind)
    elif name == "favicon.ico":
        route.fulfill(status=204)
    else:
        troubles.append(f"asked for {address}")
        route.fulfill(status=404)


def cards(collection: Collection) -> list[Card]:
    """All cards of a collection in the order in which they will be learnt."""
    return [collection.get_card(card_id) for card_id in collection.find_cards("", order="c.due")]


def media_of(collection: Collection) -> dict[str, bytes]:
    """The files in the media folder of a collection."""
    return {path.name: path.read_bytes() for path in Path(collection.media.dir()).iterdir() if path.is_file()}
