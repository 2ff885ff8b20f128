"""The report, as data and in a real browser: complete, readable everywhere, and deaf to what notes try."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from reviewer import chromium

from cardbook import canonical
from cardbook.cache import Cache
from cardbook.diagnostics import Log
from cardbook.model import Decision, Matching, RawNote, Verdict
from cardbook.pipeline import Options, build
from cardbook.report.texts import Texts, clean

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOSTILE = '<img src=x onerror="alert(1)"> {{ 7*7 }} </script><script>alert(2)</script>'
WIDE = " + ".join(f"x_{{{k}}}" for k in range(60))
NOTES = {
    "a.md": f"""\
# 深度学习

## 什么是过拟合，怎么解决？

过拟合是模型在训练集上好、在测试集上差。

- 增加训练数据：数据越多，模型越难记住噪声。
- 正则化：在损失函数中添加正则项，限制模型的复杂度。
- 早停：验证集误差上升时停止训练。

$$
L = {WIDE}
$$

## 什么是 Dropout？

训练时以概率 $ p $ 随机关闭神经元，见 ![图](nowhere.png)。

## {HOSTILE}

[click](javascript:alert(3)) and <b onclick="alert(4)">bold</b>, `</style><style>*{{display:none}}</style>`.

| a | b |
|---|---|
| {"wide" * 60} | $x^2$ |

## 学习率怎么选？
""",
    "b/<u>&.md": """\
- **如何解决过拟合？**

    - 增加训练数据，数据越多越好，模型越难记住噪声。
    - 正则化：添加正则项，限制模型复杂度。
    - 降低模型的复杂度，减少层数。

- **什么是过拟合？**

    模型在训练集上好、在测试集上差。
""",
    "cardbook.yaml": f"title: {HOSTILE!r}\n",
}
FREE_ANCHORS = """() => [...document.querySelectorAll('a[href^="#"]')].map(a => a.getAttribute('href').slice(1))
    .filter(id => !document.getElementById(id))"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNFOLD = "() => document.querySelectorAll('details').forEach(d => { d.open = true; })"
DUPLICATES = """() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
    return ids.filter((id, k) => ids.indexOf(id) !== k); }"""


def make(notes: dict[str, str], folder: Path, now: datetime = NOW) -> Path:
    """Build the report of `notes` in `folder`; the page."""
    for name, text in notes.items():
        path = folder / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    build(folder / "notes", folder / "dist", Options(now, frozenset({"report"}), offline=True), Log())
    return folder / "dist" / "report.html"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of hostile and wide notes, with something in every section."""
    return make(NOTES, tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def page_of_seeds(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the seed documents."""
    out = tmp_path_factory.mktemp("seeds")
    build(seeds, out, Options(NOW, frozenset({"report"}), offline=True), Log())
    return out / "report.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests here."""
    with chromium() as opened:
        yield opened


def opened(browser: Browser, path: Path, width: int = 390, dark: bool = False, script: bool = True) -> Page:
    """The page in a window; `page.troubles` collects what goes wrong."""
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
    )
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(dialog.message))
    page.on("request", lambda request: troubles.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    page.troubles = troubles  # type: ignore[attr-defined]
    return page


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (1280, False), (1280, True)])
@pytest.mark.parametrize("name", ["report", "page_of_seeds"])
def test_the_page_is_sound(
    browser: Browser, name: str, width: int, dark: bool, request: pytest.FixtureRequest
) -> None:
    """Folded and unfolded: nothing loaded, run or logged, no sideways scrolling, anchors lead somewhere, and a
    checker of accessibility is content."""
    page = opened(browser, request.getfixturevalue(name), width, dark)
    for _ in range(2):
        assert page.evaluate(TOO_WIDE) == 0
        violations = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in violations] == []
        page.evaluate(UNFOLD)
    assert page.evaluate(FREE_ANCHORS) == []
    assert page.evaluate(DUPLICATES) == []
    assert page.troubles == []  # type: ignore[attr-defined]
    page.context.close()


def test_notes_are_text_and_nothing_else(browser: Browser, report: Path) -> None:
    """Tags, templates and addresses that notes hold are shown as typed; two scripts would be one too many."""
    page = opened(browser, report)
    assert page.evaluate("() => document.scripts.length") == 1
    assert page.evaluate("() => document.querySelectorAll('style').length") == 1
    assert (
        page.evaluate("() => document.querySelectorAll('img, iframe, object, [onclick], [onerror]').length")
        == 0
    )
    assert (
        page.evaluate("() => [...document.links].filter(a => !/^(https?|file):/.test(a.protocol)).length")
        == 0
    )
    shown = page.inner_text("body")
    assert "{{ 7*7 }}" in shown and "b/<u>&.md" in shown
    page.context.close()


def test_it_reads_without_script(browser: Browser, report: Path) -> None:
    """All there is can be unfolded by hand; the filter, which could do nothing, is not shown."""
    page = opened(browser, report, script=False)
    assert not page.is_visible("#filter")
    page.click("#merges summary")
    assert page.is_visible("#merges .note")
    page.context.close()


def test_the_filter_leaves_what_has_the_words(browser: Browser, report: Path) -> None:
    """Entries without the words are hidden, and how many are left is said."""
    page = opened(browser, report)
    page.fill("#filter", "dropout 什么")
    found = page.locator("#cards .item:visible").all_inner_texts()
    assert found and all("dropout" in text.lower() for text in found)
    assert re.fullmatch(r"\d+ of \d+ entries", page.inner_text("#filtered"))
    assert page.locator("#cards h3:visible").count() <= len(found)
    page.context.close()


def test_formulas_are_mathml(report: Path) -> None:
    """They need no script and no font of ours."""
    html = report.read_text(encoding="utf-8")
    assert "<msub>" in html and "<annotation" not in html and "\\(" not in html


def test_every_section_says_what_happened(browser: Browser, report: Path) -> None:
    """Each merge with its members and what covered what, each pair with its line, each file with its blocks."""
    page = opened(browser, report, 1280)
    page.evaluate(UNFOLD)
    sections = {s: page.inner_text(f"#{s}") for s in page.evaluate(
        "() => [...document.querySelectorAll('section')].map(s => s.id)")}  # fmt: skip
    assert "all 4 cards are new" in sections["changes"]
    assert "a.md:3" in sections["merges"] and "b/<u>&.md:1" in sections["merges"]
    assert "covered, 0." in sections["merges"] and "降低模型的复杂度" in sections["merges"]
    assert "学习率怎么选" in sections["unanswered"] and "a.md:27" in sections["unanswered"]
    assert "math-spaces" in sections["repairs"] and "$ p $" in sections["repairs"]
    assert "image-missing" in sections["findings"] and "a.md:17:" in sections["findings"]
    assert "bullets" in sections["files"] and "question 4" in sections["files"]
    page.context.close()


PAIR = {
    "a.md": "## 什么是权重衰减？\n\n每一步把权重缩小一点。\n",
    "b.md": "## L2 正则化“如何”起作用？\n\n损失里加上权重的平方和，于是每一步权重都缩小一点。\n",
}


def doubt(notes: Sequence[RawNote], *_: object) -> Matching:
    """A matcher that is not sure of anything."""
    return Matching(((0,), (1,)), (Decision(0, 1, Verdict.DOUBTFUL, 0.7, ("one may be the other",)),))


def test_the_line_of_a_doubtful_pair_decides_it(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pasted into cardbook.yaml as it stands, the pair is one card in the next build, and the report says so."""
    with monkeypatch.context() as patch:
        patch.setattr("cardbook.recipe.match", doubt)
        path = make(PAIR, tmp_path)
    page = opened(browser, path)
    assert "one may be the other" in page.inner_text("#doubtful")
    line = page.inner_text("#doubtful pre")
    page.context.close()
    page = opened(browser, make({"cardbook.yaml": f"merge:\n{line}\n"}, tmp_path))
    assert "None: nothing waits" in page.inner_text("#doubtful")
    assert page.locator("#merges > details").count() == 1
    assert "cardbook.yaml says merge" in str(page.text_content("#merges"))
    changes = page.inner_text("#changes")
    assert re.search(r'"note:cardbook" \(Id:\w+\)', changes) and "now part of" in changes
    page.context.close()


def test_a_report_depends_on_nothing_but_the_notes(tmp_path: Path) -> None:
    """The same bytes from other folders at another time; no path of this machine, no name of it."""
    one = make(NOTES, tmp_path / "one").read_bytes()
    other = make(NOTES, tmp_path / "another" / "place", datetime(2027, 1, 1, tzinfo=UTC)).read_bytes()
    assert one == other
    for private in (str(tmp_path), str(Path.cwd()), str(Path.home()) + "/", socket.gethostname()):
        assert private.encode() not in one


def test_an_empty_folder_has_a_report_too(browser: Browser, tmp_path: Path) -> None:
    """No notes, no crash."""
    (tmp_path / "notes").mkdir()
    page = opened(browser, make({}, tmp_path))
    assert "0 notes in 0 files became 0 cards" in page.inner_text("header")
    assert page.evaluate(FREE_ANCHORS) == []
    page.context.close()


def test_what_changed_is_said(browser: Browser, tmp_path: Path) -> None:
    """New cards, changed ones with what changed in them, and those that went."""
    base = "## 什么是 Dropout？\n\n随机关闭神经元。\n\n## 什么是早停？\n\n验证集误差上升时停止。\n"
    make({"a.md": base}, tmp_path)
    edited = (
        base.replace("随机关闭", "训练时随机关闭").split("## 什么是早停")[0]
        + "## 什么是动量？\n\n历史梯度的平均。\n"
    )
    page = opened(browser, make({"a.md": edited}, tmp_path, datetime(2027, 1, 1, tzinfo=UTC)))
    changes = page.inner_text("#changes")
    assert re.search(r"New 1\s+什么是动量", changes)
    assert re.search(r"Changed 1\s+什么是 Dropout？ answer", changes)
    assert page.locator("#changes del").all_text_contents() == ["随机关闭神经元。"]
    assert page.locator("#changes ins").all_text_contents() == ["训练时随机关闭神经元。"]
    assert re.search(r"Retired 1\s+[\s\S]+什么是早停", changes)
    page.context.close()


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=alert(1)>'>",
        "<math><mi><mglyph><svg><mtext><textarea><a title='</textarea><img src onerror=alert(1)>'>",
        "<math href='javascript:alert(1)'><mi xlink:href='javascript:alert(1)' actiontype='statusline'>x</mi></math>",
        "<math><annotation-xml encoding='text/html'><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
        "<a href='java\tscript:alert(1)' id=main style='position:fixed' onclick=alert(1)>x</a>",
        "<form action=https://e.com><input autofocus onfocus=alert(1)><button>x</button></form><meta http-equiv=refresh>",
    ],
)
def test_the_sanitizer_alone_would_do(browser: Browser, html: str) -> None:
    """Even if pandoc let HTML through, and without the policy of the page: nothing runs, loads or leads away."""
    page = browser.new_page()
    troubles: list[str] = []
    page.on("dialog", lambda dialog: troubles.append(dialog.message))
    page.on("request", lambda request: troubles.append(request.url))
    page.set_content(f"<div id=here>{clean(html)}</div>")
    kept = page.evaluate(
        "() => [...document.querySelectorAll('#here *')].flatMap(e => [e.localName, ...e.getAttributeNames()])"
    )
    assert troubles == []
    assert not {"script", "img", "style", "svg", "form", "input", "button", "meta", "id", "onclick"} & set(
        kept
    )
    assert page.evaluate("() => [...document.querySelectorAll('[href]')].map(e => e.href)") == []
    page.close()


def test_whatever_was_left_out_is_shown_once(browser: Browser, page_of_seeds: Path) -> None:
    """Each `covered` of a merged card, whether it is a point of a note, several in a row, or a sentence."""
    book = canonical.load((page_of_seeds.parent / "canonical.yaml").read_text(encoding="utf-8"), "")
    page = opened(browser, page_of_seeds)
    merged = [card for card in book.entries if len(card.sources) > 1]
    assert merged and any(card.covered for card in merged)
    for card in merged:
        points = page.locator(f"#m-{card.id} .note > .point.covered").count()
        others = page.locator(f"#m-{card.id} .kept > .by, #m-{card.id} > .by").count()
        # Several points in a row may be left out by one reason.
        assert points + others >= len(card.covered)
    page.context.close()


def test_a_formula_that_would_take_ages_is_shown_as_code(tmp_path: Path) -> None:
    """pandoc needs twice the time for each script within a script; 30 of them would be minutes."""
    deep = "x" + "^{x" * 30 + "}" * 30
    started = time.monotonic()
    html = Texts([f"${deep}$ and $x^2$"], {}, Cache(tmp_path)).block(f"${deep}$ and $x^2$")
    assert time.monotonic() - started < 8
    assert f"<code>{deep}</code>" in re.sub(r' class="[^"]*"', "", html) and "<msup>" in html


COPIES = {
    "a.md": "## 怎么防止过拟合？\n\n- 早停：误差上升时停止训练。\n- 增加训练数据，越多越好。\n- 降低复杂度。\n",
    "b.md": "## 怎么防止过拟合？\n\n- 早停。\n- 增加训练数据，越多越好。\n",
    "c.md": "## 怎么防止过拟合？\n\n- 早停。\n- 增加训练数据，越多越好。\n",
}


def test_copies_of_what_was_left_out_are_left_out_too(browser: Browser, tmp_path: Path) -> None:
    """Two files say the same in the same words: neither is shown as if it were in the answer."""
    page = opened(browser, make(COPIES, tmp_path))
    marked = {
        note: page.locator(".note", has_text=note).locator(".point.covered").count()
        for note in ("b.md", "c.md")
    }
    assert marked["b.md"] == marked["c.md"] == 1
    page.context.close()
