"""Pages on paper: one sheet of either size for what people hand in or keep."""

from io import BytesIO
from typing import Final

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from tests.support import browser as browsers
from tests.support.exhibits import Language
from tests.support.gallery import Gallery

pytestmark = pytest.mark.browser

ON_ONE: Final = ("certificate-", "verify-")
"""What is handed in, or kept as a record. Other pages have as much to say as they have."""


def sheets(page: Page, paper: str) -> int:
    return len(PdfReader(BytesIO(page.pdf(format=paper))).pages)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_certificates_and_checks_print_on_one_sheet_of_either_size(
    gallery: Gallery, browser: Browser, lang: Language
) -> None:
    found = {}
    with browsers.reading(browser, browsers.DESKTOP) as page:
        for exhibit in gallery.exhibits:
            if exhibit.name.startswith(ON_ONE):
                exhibit.open(page, gallery.url, lang)
                found[exhibit.name] = [sheets(page, paper) for paper in ("Letter", "A4")]

    assert {name: each for name, each in found.items() if each != [1, 1]} == {}


def test_no_page_of_a_badge_needs_more_than_two_sheets(gallery: Gallery, browser: Browser) -> None:
    found = {}
    with browsers.reading(browser, browsers.DESKTOP) as page:
        for exhibit in gallery.exhibits:
            if exhibit.name.startswith(("badge-", "achievement")):
                exhibit.open(page, gallery.url, "es")  # the longer language, on the shorter paper
                found[exhibit.name] = sheets(page, "Letter")

    assert {name: each for name, each in found.items() if each > 2} == {}


def test_a_page_in_the_dark_prints_dark_on_white(gallery: Gallery, browser: Browser) -> None:
    with browsers.reading(browser, browsers.DESKTOP, scheme="dark") as page:
        gallery["badge-full"].open(page, gallery.url, "en")
        page.emulate_media(media="print")

        ink = page.locator("h1").evaluate("each => getComputedStyle(each).color")
        red, green, blue = (int(part) for part in ink.removeprefix("rgb(").rstrip(")").split(","))
        assert max(red, green, blue) < 80
