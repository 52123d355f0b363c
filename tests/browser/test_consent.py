"""A holder sends a program back with an answer, in a real browser that runs no script."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, Route

from tests.support import browser as browsers
from tests.support import hosts
from tests.support.gallery import Gallery

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("decision", "told"), [("allow", "code"), ("deny", "error")])
def test_the_policy_of_the_page_lets_the_answer_through_to_the_program(
    gallery: Gallery, browser: Browser, decision: str, told: str
) -> None:
    met: list[str] = []

    def arrived(route: Route) -> None:
        met.append(route.request.url)
        route.fulfill(status=200, body="Thank you", content_type="text/plain")

    with browsers.reading(browser) as page:
        page.route("https://backpack.example/**", arrived)
        gallery["consent-answer"].open(page, gallery.url, "en")
        page.locator(f"button[value={decision}]").click()
        page.wait_for_url("https://backpack.example/**")

    (place,) = map(urlsplit, met)
    assert place.geturl().startswith(hosts.CALLBACK)
    assert dict(parse_qsl(place.query)).keys() >= {told, "state", "iss"}
