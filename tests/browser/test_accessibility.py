"""What axe-core says of every page in every state: nothing."""

from dataclasses import replace
from typing import Final

import pytest
from playwright.sync_api import Browser, ViewportSize

from issuer.web.pages import render, words
from tests.support import browser as browsers
from tests.support.browser import Scheme
from tests.support.exhibits import Language
from tests.support.gallery import Gallery
from tests.unit.web import samples

pytestmark = pytest.mark.browser

SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")
OF_COLOR: Final = ("color-contrast", "link-in-text-block")
"""The rules that ask for colors, which are all that the dark has of its own."""

COLORS: Final = ("#ffee00", "#ffffff", "#000000", "#7f7f7f", "#ff0000", "#00ff00", "#14574f")
"""What issuers may choose, however hard it is to read on one ground or the other."""


@pytest.mark.parametrize(
    ("lang", "size"), [("en", browsers.PHONE), ("es", browsers.DESKTOP)], ids=["phone", "desktop"]
)
def test_no_page_breaks_a_rule_in_light_or_in_dark(
    gallery: Gallery, browser: Browser, lang: Language, size: ViewportSize
) -> None:
    found: dict[str, list[str]] = {}
    with browsers.measuring(browser, size) as page:
        for exhibit in gallery.exhibits:
            page.emulate_media(color_scheme="light")
            exhibit.open(page, gallery.url, lang)
            found[f"{exhibit.name} light"] = browsers.broken(page)
            page.emulate_media(color_scheme="dark")
            found[f"{exhibit.name} dark"] = browsers.broken(page, *OF_COLOR)

    assert {name: rules for name, rules in found.items() if rules} == {}


def test_nothing_is_said_by_color_alone_where_the_reader_forces_colors(
    gallery: Gallery, browser: Browser
) -> None:
    with browsers.measuring(browser, browsers.PHONE) as page:
        page.emulate_media(forced_colors="active")
        for name in ("badge-full", "badge-withdrawn", "verify-altered", "holder"):
            gallery[name].open(page, gallery.url, "en")

            assert browsers.broken(page) == [], name
            mark = page.locator(".mark").first
            assert name == "holder" or mark.evaluate("each => getComputedStyle(each).color") != mark.evaluate(
                "each => getComputedStyle(each).backgroundColor"
            )


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_color_of_an_issuer_can_be_read(browser: Browser, scheme: Scheme) -> None:
    found: dict[str, list[str]] = {}
    with browsers.measuring(browser) as page:
        page.emulate_media(color_scheme=scheme)
        for color in COLORS:
            district = replace(samples.DISTRICT, color=color)
            content = replace(samples.CONTENT, issuer=district)
            page.set_content(render.badge(samples.badge(content=content), words.LANGUAGES[0]))
            found[color] = browsers.broken(page, "color-contrast")

    assert {color: rules for color, rules in found.items() if rules} == {}
