"""Every page on a narrow screen, magnified, and with the spacing that some readers need (WCAG 2.2)."""

from typing import Final, TypedDict

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.support import browser as browsers
from tests.support.exhibits import Language
from tests.support.gallery import Gallery

pytestmark = pytest.mark.browser

MAGNIFIED: Final[ViewportSize] = {"width": 320, "height": 256}
"""What is left of 1280 by 1024 at 400 % (1.4.10)."""
SPACED: Final = (
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    "p{margin-bottom:2em!important}"
)
"""What readers may choose, and no page may break under (1.4.12)."""
_LOOK: Final = """() => {
  const all = [...document.querySelectorAll('body *:not(svg *)')].filter(each => each.checkVisibility());
  const name = each => `${each.tagName.toLowerCase()}.${each.className}: ${each.textContent.slice(0, 40)}`;
  const box = each => each.getBoundingClientRect();
  const hides = each => getComputedStyle(each).overflow !== 'visible'
    && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1);
  return {
    scrolls: document.documentElement.scrollWidth - window.innerWidth,
    beyond: all.filter(each => box(each).width && box(each).right > window.innerWidth + 1).map(name),
    cut: all.filter(each => !each.matches('textarea, input') && hides(each)).map(name),
  };
}"""


class Look(TypedDict):
    scrolls: int
    beyond: list[str]
    cut: list[str]


def faults(page: Page) -> list[str]:
    look: Look = page.evaluate(_LOOK)
    scrolls = [f"scrolls by {look['scrolls']}"] if look["scrolls"] > 0 else []
    return [*scrolls, *look["beyond"], *(f"cut: {each}" for each in look["cut"])]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_page_fits_a_small_phone_and_a_screen_magnified_four_times(
    gallery: Gallery, browser: Browser, lang: Language
) -> None:
    found = {}
    with browsers.reading(browser, browsers.PHONE, scale=4) as page:
        for exhibit in gallery.exhibits:
            exhibit.open(page, gallery.url, lang)
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            found[f"{exhibit.name} on a phone"] = faults(page)
            page.set_viewport_size(MAGNIFIED)
            found[f"{exhibit.name} magnified"] = faults(page)
            page.set_viewport_size(browsers.PHONE)

    assert {name: each for name, each in found.items() if each} == {}


def test_every_page_bears_the_spacing_that_its_reader_chooses(gallery: Gallery, browser: Browser) -> None:
    found = {}
    with browsers.measuring(browser, browsers.PHONE) as page:
        for exhibit in gallery.exhibits:
            exhibit.open(page, gallery.url, "es")
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            page.add_style_tag(content=SPACED)
            found[exhibit.name] = faults(page)

    assert {name: each for name, each in found.items() if each} == {}
