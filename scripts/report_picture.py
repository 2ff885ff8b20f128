"""Picture of the report for the README: one merge, on a desk by day.

    python scripts/report_picture.py [DIST] [OUT]

DIST holds `report.html`. Shown is the merge with the fewest points that left something out.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests")]

from reviewer import chromium  # noqa: E402

CHOOSE = """() => {
  const merges = [...document.querySelectorAll('.merge')].filter(m => m.querySelector('.point.covered'));
  merges.sort((a, b) => a.querySelectorAll('.point').length - b.querySelectorAll('.point').length);
  merges[0].open = true;
  merges[0].querySelectorAll('details').forEach((d, k) => { d.open = d.classList.contains('by') && k === 0; });
  return merges[0].id;
}"""


def main(dist: str = "dist", out: str = "docs/images/report.png") -> None:
    """Open the page, unfold one merge, and take its picture."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1100, "height": 900}, device_scale_factor=1.5)
        page.goto((Path(dist).resolve() / "report.html").as_uri())
        picture = page.locator(f"#{page.evaluate(CHOOSE)}").screenshot()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(48, dither=Image.Dither.NONE).save(
        out, optimize=True
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
