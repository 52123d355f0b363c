"""The certificate in a real browser: on paper of both sizes, on a small telephone, in grey."""

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from issuer.web.pages import certificate
from issuer.web.pages.certificate_sheet import sheet
from issuer.web.pages.certificate_views import CertificateView
from issuer.web.pages.words import Language
from tests.integration.test_browser import browser
from tests.unit.web import certificates, samples

__all__ = ["browser"]

pytestmark = pytest.mark.browser

FULL = certificates.view("expired", certificates.FULL, certificates.FULL_PROVIDER, initials=True)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 568})
    yield context.new_page()
    context.close()


def almost_dense() -> CertificateView:
    """Return a certificate that holds as much as is still set in the larger size."""
    text = "Gives timely, specific feedback that students use to revise their work, "
    views = [
        certificates.view(content=replace(samples.CONTENT, description=(text * 8)[: 20 * length]))
        for length in range(1, 21)
    ]
    return [view for view in views if not sheet(view, "en").is_dense][-1]


@pytest.mark.parametrize("paper", ["Letter", "A4"])
@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("view", [certificates.view(), almost_dense(), FULL], ids=["plain", "more", "full"])
def test_it_prints_on_one_sheet(page: Page, view: CertificateView, lang: Language, paper: str) -> None:
    page.set_content(certificate.page(view, lang))

    printed = PdfReader(BytesIO(page.pdf(format=paper)))

    assert len(printed.pages) == 1
    assert "Ctrl+P" not in printed.pages[0].extract_text()
    assert samples.NUMBER in printed.pages[0].extract_text()


@pytest.mark.parametrize("view", [certificates.view(), FULL], ids=["plain", "full"])
def test_it_fits_a_small_telephone(page: Page, view: CertificateView) -> None:
    page.set_content(certificate.page(view, "es"))

    widths = [element.bounding_box() for element in page.locator("main *").all()]

    assert max(box["x"] + box["width"] for box in widths if box) <= 320


def test_a_telephone_finds_the_page_by_the_code(page: Page) -> None:
    page.set_viewport_size({"width": 900, "height": 1200})
    page.set_content(certificate.page(certificates.view(), "en"))

    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(page.screenshot(full_page=True))))

    assert found.text == samples.PAGE


def test_what_expired_has_no_color_at_all(page: Page) -> None:
    page.set_content(certificate.page(FULL, "en"))

    shown = Image.open(BytesIO(page.locator("main").screenshot())).convert("RGB")

    red, green, blue = shown.split()
    for other in (green, blue):
        assert ImageChops.difference(red, other).point(lambda value: 255 * (value > 8)).getbbox() is None


def test_it_asks_for_nothing_else(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.set_content(certificate.page(FULL, "en"))

    assert [url for url in asked if not re.match("about:|data:", url)] == []
