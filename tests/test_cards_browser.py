"""Cards in Anki's own reviewer, in a real browser: what a learner sees on a phone and on a desk, day and night."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from anki.collection import Collection
from deck import THEN, imported, pack, put_images, torture_book
from playwright.sync_api import Browser
from reviewer import cards, chromium, media_of, reviewer

from cardbook.deck import sanitize
from cardbook.diagnostics import Log
from cardbook.pipeline import Options, build
from cardbook.rendering import formulas


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


@pytest.fixture(scope="module", params=["sources", "seeds"])
def notes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    """The deck of real notes, built by the pipeline without a network, in the real Anki."""
    own = Path(__file__).parents[1] / "sources"
    folder: Path = request.getfixturevalue("seeds") if request.param == "seeds" else own
    if not folder.is_dir():
        pytest.skip("no notes in sources/")
    out = tmp_path_factory.mktemp(request.param)
    build(folder, out, Options(THEN, only=frozenset({"deck"}), offline=True), Log())
    with imported((out / "deck.apkg").read_bytes(), out / "anki") as collection:
        yield collection


def _prose(html: str) -> str:
    """What a learner reads outside of formulas and code."""
    html = re.sub(r'<span class="math .*?</span>|<(code|pre)\b.*?</\1>', " ", html, flags=re.DOTALL)
    return sanitize.visible(html)


def test_nothing_of_the_markdown_is_left_over(notes: Collection) -> None:
    """No `$`, `**`, `\\begin` outside of formulas and code; both sides of every card say something."""
    leftovers: list[str] = []
    for card in cards(notes):
        output = card.render_output()
        assert _prose(output.question_text).strip() and _prose(card.note()["Answer"] + "x").strip()
        leftovers += re.findall(r".{0,30}(?:\$|\*\*|\\begin).{0,30}", _prose(output.answer_text))
    assert leftovers == []


def test_every_formula_and_every_card_of_real_notes_is_shown(browser: Browser, notes: Collection) -> None:
    """All backs on a phone at night, where least fits: MathJax reads every formula, nothing sticks out."""
    flaws: dict[str, list[str]] = {}
    with reviewer(browser, media_of(notes), width=390, night=True) as window:
        for card in cards(notes):
            window.question(card)
            front = window.flaws()
            window.answer(card)
            window.unfold()
            flaws[card.note()["Question"]] = front + window.flaws()
    assert {question: found for question, found in flaws.items() if found} == {}


def test_a_broken_formula_would_be_noticed(browser: Browser, torture: Collection) -> None:
    """The tests above are worth something: what MathJax refuses or does not know is found."""
    with reviewer(browser, {}, width=390, night=False) as window:
        for formula in (r"\frac{a", r"\nosuchmacro{x}", r"\begin{nosuch}x\end{nosuch}"):
            html = f'<span class="math inline">\\({formula}\\)</span>'
            window.show(html)
            assert len(window.flaws()) == 1, formula
        window.show('<img src="gone.png"><div style="width: 2000px">wide</div>')
        found = " ".join(window.flaws())
        assert "image: gone.png" in found and "px too wide" in found and "console:" in found


def test_a_tap_opens_what_is_folded_and_a_desk_folds_nothing(browser: Browser, torture: Collection) -> None:
    """On a phone the sections of a long answer are closed until tapped; where there is room all is shown."""
    card = next(card for card in cards(torture) if "<details" in card.note()["Answer"])
    with reviewer(browser, media_of(torture), width=390, night=False) as window:
        window.answer(card)
        assert not window.page.get_by_text("量化、剪枝").is_visible()
        window.page.locator("summary").nth(1).click()
        assert window.page.get_by_text("量化、剪枝").is_visible()
        window.question(card)
        assert not window.page.get_by_text("Another wording").is_visible()
        window.page.locator("summary").click()
        assert window.page.get_by_text("Another wording").is_visible()
    with reviewer(browser, media_of(torture), width=1280, night=False) as window:
        window.answer(card)
        assert window.page.get_by_text("量化、剪枝").is_visible()


def test_big_letters_break_nothing(browser: Browser, torture: Collection) -> None:
    """A reader with twice the letter size scrolls down, not sideways."""
    with reviewer(browser, media_of(torture), width=390, night=False) as window:
        window.page.add_style_tag(content="html { font-size: 32px !important }")
        for card in cards(torture):
            window.answer(card)
            window.unfold()
            assert window.flaws() == []


def test_mathjax_knows_every_command_that_a_formula_may_use(browser: Browser) -> None:
    """The list that lets formulas pass promises the same look on the card as in print."""
    listed = (Path(formulas.__file__).with_suffix(".txt")).read_text(encoding="utf-8").splitlines()
    commands = " ".join(line for line in listed if line[:1] not in ("#", "{")).split()
    environments = " ".join(line.strip("{}") for line in listed if line.startswith("{")).split()
    parts = {"begin", "end", "left", "right", "of"}  # never stand alone
    sources = {name: rf"\{name}{{a}}{{b}}{{c}}" for name in commands if name not in parts}
    sources |= {name: rf"\begin{{{name}}}{{cc}} a \end{{{name}}}" for name in environments}
    with reviewer(browser, {}, width=390, night=False) as window:
        window.show(r"\(x\)")
        answers: dict[str, str] = window.page.evaluate(
            "async all => { await MathJax.startup.promise; return Object.fromEntries(Object.entries(all).map("
            "([k, v]) => { try { return [k, MathJax.tex2mml(v)] } catch (e) { return [k, String(e)] } })) }",
            sources,
        )
    unknown = [name for name, said in answers.items() if re.search('color="red"|Undefined|Unknown', said)]
    assert len(answers) > 300
    assert unknown == []


@pytest.mark.parametrize(("client", "root", "body", "system", "dark"), [
    ("desktop by day", "", "isWin", "dark", False),
    ("desktop at night", "night-mode", "isMac nightMode night_mode", "light", True),
    ("AnkiDroid by day", "mobile android linux js", "", "dark", False),
    ("AnkiDroid at night", "mobile android linux js", "night_mode", "light", True),
    ("AnkiMobile at night", "mobile iphone", "nightMode", "light", True),
    ("AnkiWeb, system by day", "", "", "light", False),
    ("AnkiWeb, system at night", "", "", "dark", True),
])  # fmt: skip
def test_day_and_night_are_those_of_the_client(
    browser: Browser,
    torture: Collection,
    client: str,
    root: str,
    body: str,
    system: Literal["light", "dark"],
    dark: bool,
) -> None:
    """Each app says in its own way that it is night; where none does, the system is asked."""
    page = browser.new_page(color_scheme=system)
    html = cards(torture)[0].question()
    page.set_content(f'<html class="{root}"><body class="card card1 {body}">{html}</body></html>')
    paper, ink = page.evaluate(
        "() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.cb')).color]"
        ".map(c => Number(c.match(/\\d+/)[0]))"
    )
    page.close()
    assert (paper < 60 and ink > 180) if dark else (paper > 230 and ink < 60), client
