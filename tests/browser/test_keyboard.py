"""Every page by keyboard alone, and what there is to touch on it."""

from typing import Final, TypedDict

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.support import browser as browsers
from tests.support.gallery import Gallery

pytestmark = pytest.mark.browser

_FIND: Final = """() => {
  document.querySelectorAll('details').forEach(each => each.open = true);
  const all = [...document.querySelectorAll('a[href], button, input, textarea, select, summary')]
    .filter(each => each.checkVisibility() && each.type !== 'hidden');
  const stops = all.filter(each => each.type !== 'radio' || each.checked);
  stops.forEach((each, place) => each.dataset.stop = place);
  return stops.length;
}"""
_FOCUSED: Final = """() => {
  const each = document.activeElement, style = getComputedStyle(each), box = each.getBoundingClientRect();
  if (each === document.body) return null;
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 8));
  return {
    stop: Number(each.dataset.stop),
    ring: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    seen: each.getClientRects().length > 1 || (top !== null && (each.contains(top) || top.contains(each))),
    name: `${each.tagName.toLowerCase()} ${each.textContent.trim().slice(0, 40)}`,
  };
}"""
_TARGETS: Final = """() => [...document.querySelectorAll('a[href], button, input, textarea, summary')]
  .filter(each => each.checkVisibility() && !each.matches('.skip'))
  .map(each => {
    const target = each.matches('[type=radio]') ? each.closest('label') : each;
    const box = target.getBoundingClientRect(), around = each.parentElement;
    return {
      name: `${each.tagName.toLowerCase()} ${each.textContent.trim().slice(0, 40)}`,
      width: box.width, height: box.height,
      inline: getComputedStyle(each).display === 'inline'
        && around.textContent.trim().length > each.textContent.trim().length,
      main: each.matches('button, .button'),
    };
  })"""
_EACH_TEMPLATE: Final = (
    "badge-full",
    "issuer",
    "achievement",
    "pathway",
    "holder",
    "verify",
    "verify-valid",
    "person-match",
    "privacy",
    "certificate-withdrawn",
    "error-404",
)
_RING: Final = 2
_LEAST: Final = 24
_MAIN: Final = 44


class Stop(TypedDict):
    stop: int
    ring: float
    seen: bool
    name: str


class Target(TypedDict):
    name: str
    width: float
    height: float
    inline: bool
    main: bool


def walked(page: Page, steps: int) -> list[Stop]:
    """Return where Tab leads, at most once around."""
    found: list[Stop] = []
    for _ in range(steps + 1):
        page.keyboard.press("Tab")
        stop: Stop | None = page.evaluate(_FOCUSED)
        if stop is None or (found and stop["stop"] == found[0]["stop"]):
            return found
        found.append(stop)
    return found


def test_tab_reaches_everything_in_order_with_a_ring_that_is_seen_and_leaves_again(
    gallery: Gallery, browser: Browser
) -> None:
    faults: dict[str, object] = {}
    with browsers.reading(browser) as page:
        for exhibit in gallery.exhibits:
            exhibit.open(page, gallery.url, "en")
            stops = page.evaluate(_FIND)
            page.evaluate("document.activeElement.blur()")

            way = walked(page, stops)

            if [each["stop"] for each in way] != list(range(stops)):
                faults[exhibit.name] = [each["stop"] for each in way], stops
            hidden = [each["name"] for each in way if each["ring"] < _RING or not each["seen"]]
            if hidden:
                faults[f"{exhibit.name} unseen"] = hidden

    assert faults == {}


def test_the_first_stop_skips_to_what_the_page_is_about(gallery: Gallery, browser: Browser) -> None:
    with browsers.reading(browser) as page:
        for exhibit in map(gallery.__getitem__, _EACH_TEMPLATE):
            exhibit.open(page, gallery.url, "es")
            page.evaluate("document.activeElement.blur()")
            page.keyboard.press("Tab")
            assert page.locator(":focus").get_attribute("href") == "#main", exhibit.name

            page.keyboard.press("Enter")
            page.keyboard.press("Tab")

            is_past = page.evaluate("document.querySelector('.top').contains(document.activeElement)")
            assert not is_past, exhibit.name


@pytest.mark.parametrize("size", [browsers.PHONE, browsers.DESKTOP], ids=["phone", "desktop"])
def test_whatever_can_be_touched_is_large_enough(
    gallery: Gallery, browser: Browser, size: ViewportSize
) -> None:
    small = {}
    with browsers.reading(browser, size) as page:
        for exhibit in gallery.exhibits:
            exhibit.open(page, gallery.url, "en")
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            targets: list[Target] = page.evaluate(_TARGETS)
            small[exhibit.name] = [
                f"{each['name']} {each['width']:.0f}x{each['height']:.0f}"
                for each in targets
                if (not each["inline"] and min(each["width"], each["height"]) < _LEAST)
                or (each["main"] and each["height"] < _MAIN)
            ]

    assert {name: found for name, found in small.items() if found} == {}
