"""Draw the two pictures of the README anew: a badge on a telephone, and its certificate."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Page, ViewportSize

from issuer.web.pages import certificate, render
from tests.support import browser as browsers
from tests.unit.web import certificates, samples

DOCS: Final = Path(__file__).parents[2] / "docs"
COLOR: Final = "#14574f"
_TELEPHONE: Final[ViewportSize] = {"width": 390, "height": 844}
_SHEET: Final[ViewportSize] = {"width": 820, "height": 1160}
_COLORS: Final = 128


def main() -> None:
    """Write both pictures into docs."""
    content = replace(samples.CONTENT, issuer=replace(samples.DISTRICT, color=COLOR))
    with browsers.running() as browser:
        with browsers.reading(browser, _TELEPHONE, scale=2) as page:
            page.set_content(render.badge(samples.badge(content=content), "en"))
            _write(page, "badge-on-a-phone.png")
        with browsers.reading(browser, _SHEET) as page:
            page.set_content(certificate.page(certificates.view(content=content), "en"))
            _write(page, "certificate.png", ".sheet")


def _write(page: Page, name: str, part: str | None = None) -> None:
    shot = page.locator(part).screenshot() if part else page.screenshot()
    picture = Image.open(io.BytesIO(shot)).convert("RGB").quantize(_COLORS)
    picture.save(DOCS / name, optimize=True)


if __name__ == "__main__":
    main()
