"""What is shared of a badge, in a real browser: on another site, before an employer, with hostile names."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from typing_extensions import override

from tests.integration.test_browser import FULL, browser
from tests.support import server
from tests.support.world import World
from tests.unit.web import reading

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

HOSTILE = "\"'></title></style></script><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def running(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that runs whatever scripts it is given."""
    context = browser.new_context(viewport={"width": 1000, "height": 800}, locale="en-US")
    yield context
    context.close()


@pytest.fixture(params=[320, 1280])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": request.param, "height": 568}, locale="en-US"
    )
    yield context.new_page()
    context.close()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@contextmanager
def elsewhere(html: str) -> Iterator[str]:
    """Yield the address of a page on another site that has this HTML in it."""

    class Portfolio(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Portfolio</title>{html}".encode())

        @override
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    site = ThreadingHTTPServer(("127.0.0.1", 0), Portfolio)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{site.server_port}/"
    finally:
        site.shutdown()
        site.server_close()


def test_a_hostile_name_runs_nothing_anywhere(alder: World, running: BrowserContext) -> None:
    with server.local(alder) as (world, url):
        world.publish("MC-HOSTILE", name=HOSTILE, description=HOSTILE)
        person = {"email": "rosa@alder.example", "name": HOSTILE}
        award = world.issue(achievement="MC-HOSTILE", recipient=person, visibility="listed").award[0]
        page = running.new_page()
        alarms: list[str] = []
        page.on("dialog", lambda dialog: alarms.append(dialog.message))
        page.on("console", lambda message: alarms.append(message.text))

        for path in ("/b/", "/embed/b/"):
            page.goto(f"{url}{path}{award.public_id}")
            assert HOSTILE[:5] in page.get_by_role("heading", level=1).inner_text()
        page.goto(f"{url}/i/alder/a/MC-HOSTILE")
        html = httpx.get(f"{url}/oembed?url={url}/b/{award.public_id}").json()["html"]
        with elsewhere(html) as portfolio:
            page.goto(portfolio)
            page.frame_locator("iframe").get_by_role("heading", level=1).wait_for()

        missing = "Failed to load resource"  # a browser asks every site for an icon
        assert [alarm for alarm in alarms if not alarm.startswith(missing)] == []


def test_the_frame_of_a_badge_opens_its_page_in_full(alder: World, running: BrowserContext) -> None:
    with server.local(alder) as (world, url):
        award = world.issue(**FULL).award[0]
        snippet = reading.Page(httpx.get(f"{url}/b/{award.public_id}").text).all("code")[0].text
        page = running.new_page()
        with elsewhere(snippet) as portfolio:
            page.goto(portfolio)
            frame = page.frame_locator("iframe")
            assert "Verified: this badge is genuine and current" in frame.locator("main").inner_text()
            with running.expect_page() as opened:
                frame.get_by_role("link", name="View badge").click()

        badge = opened.value
        badge.get_by_label("E-mail address").fill("rosa@alder.example")
        badge.get_by_role("button", name="Compare").click()
        badge.get_by_text("Yes, this badge was issued to that e-mail address.").wait_for()


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("what", [None, "revoke"])
def test_all_of_a_frame_is_seen_in_the_size_that_it_is_given(
    alder: World, running: BrowserContext, lang: str, what: str | None
) -> None:
    with server.local(alder) as (world, url):
        award = world.issue(**FULL).award[0]
        if what:
            given = {"reason": "issued_in_error"}
            httpx.post(f"{url}/v1/awards/{award.public_id}/{what}", json=given, headers=world.headers)
        page = running.new_page()
        described = httpx.get(
            f"{url}/oembed", params={"url": f"{url}/b/{award.public_id}?lang={lang}"}
        ).json()
        with elsewhere(described["html"]) as portfolio:
            page.goto(portfolio)
            link = page.frame_locator("iframe").get_by_role("link").bounding_box()
            frame = page.locator("iframe").bounding_box()

        assert link is not None
        assert frame is not None
        assert link["y"] + link["height"] <= frame["y"] + frame["height"]
        assert link["height"] >= 24


def test_no_other_page_can_be_framed(alder: World, running: BrowserContext) -> None:
    with server.local(alder) as (world, url):
        award = world.issue(**FULL).award[0]
        page = running.new_page()
        paths = (f"/b/{award.public_id}", f"/embed/b/{award.public_id}")
        with elsewhere("".join(f'<iframe src="{url}{path}"></iframe>' for path in paths)) as portfolio:
            page.goto(portfolio, wait_until="networkidle")

        page_framed, frame_framed = (frame.content() for frame in page.frames[1:])
        assert "Verified" not in page_framed
        assert "Verified" in frame_framed


def test_an_employer_compares_an_address_and_comes_back(alder: World, page: Page) -> None:
    with server.local(alder) as (world, url):
        page.goto(f"{url}/b/{world.issue(**FULL).award[0].public_id}")

        page.get_by_label("E-mail address").fill("nobody")
        page.get_by_role("button", name="Compare").click()
        assert page.get_by_role("alert").is_visible()
        assert page.get_by_label("E-mail address").input_value() == "nobody"
        page.get_by_label("E-mail address").fill("juan@alder.example")
        page.get_by_role("button", name="Compare").click()
        assert page.get_by_text("No match. People can have more than one address").is_visible()
        assert "juan" not in page.url + page.content()
        assert fits(page)
        page.get_by_role("link", name="Español").click()

        assert "/person" not in page.url
        assert page.locator("html").get_attribute("lang") == "es"


@pytest.mark.parametrize("path", ["/accessibility", "/privacy", "/policy"])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_pages_of_information_fit_and_have_one_heading(
    alder: World, page: Page, path: str, lang: str
) -> None:
    with server.local(alder) as (_, url):
        page.goto(f"{url}{path}?lang={lang}")

        assert fits(page)
        assert page.get_by_role("heading", level=1).count() == 1
        assert page.locator("footer a").count() >= 4
