"""Pages on paper: one sheet of either size for what people hand in or keep."""

from io import BytesIO
from typing import Final

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.support import browser as browsers
from tests.support.exhibits import Language
from tests.support.gallery import Gallery

pytestmark = pytest.mark.browser

PAPERS: Final = ("Letter", "A4")
ON_ONE: Final = ("certificate-", "verify-")
"""What is handed in, or kept as a record. Other pages have as much to say as they have."""
FOR_SCREENS: Final = ("holder", "issuer", "embed-")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_certificates_and_checks_print_on_one_sheet_and_no_other_page_on_more_than_two(
    gallery: Gallery, browser: Browser, lang: Language
) -> None:
    found = {}
    with browsers.reading(browser, browsers.DESKTOP) as page:
        for exhibit in gallery.exhibits:
            if exhibit.name.startswith(FOR_SCREENS):
                continue
            exhibit.open(page, gallery.url, lang)
            for paper in PAPERS:
                sheets = len(PdfReader(BytesIO(page.pdf(format=paper))).pages)
                if sheets > (1 if exhibit.name.startswith(ON_ONE) else 2):
                    found[f"{exhibit.name} {paper}"] = sheets

    assert found == {}


def test_a_page_in_the_dark_prints_dark_on_white(gallery: Gallery, browser: Browser) -> None:
    with browsers.reading(browser, browsers.DESKTOP, scheme="dark") as page:
        gallery["badge-full"].open(page, gallery.url, "en")
        page.emulate_media(media="print")

        ink = page.locator("h1").evaluate("each => getComputedStyle(each).color")
        red, green, blue = (int(part) for part in ink.removeprefix("rgb(").rstrip(")").split(","))
        assert max(red, green, blue) < 80
