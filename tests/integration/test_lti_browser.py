"""A launch in a real browser: our page in the frame of a platform at another site, without any cookie."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page

from issuer.net.client import GuardedClient
from tests.integration.test_browser import browser
from tests.support import lms, lti, server
from tests.support.browser import PHONE, broken, measuring
from tests.support.lms import Answer, Asked
from tests.support.lti import CLAIM, CLIENT_ID, LtiPlatform
from tests.support.world import World

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

_HTML = {"content-type": "text/html; charset=utf-8"}


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """A page that runs the platform's scripts."""
    context = browser.new_context(viewport={"width": 1000, "height": 800}, locale="en-US")
    yield context.new_page()
    context.close()


@contextmanager
def course(alder: World, **changes: object) -> Iterator[LtiPlatform]:
    """Yield a platform whose page `/course` has our link in a frame, and whose people are logged in."""
    settings = alder.context.settings.model_copy(update={"fetch_loopback": True})
    ask = GuardedClient(2, allow_loopback=True).ask
    able = replace(alder, context=replace(alder.context, ask=ask, settings=settings))
    with (
        lms.running() as platform_server,
        server.local(able) as (world, url),
        httpx.Client(base_url=url, trust_env=False, timeout=30) as http,
    ):
        platform = LtiPlatform(platform_server, http, world).set_up()

        def authorize(asked: Asked) -> Answer:
            query = {name: each[0] for name, each in parse_qs(urlsplit(asked.path).query).items()}
            token = lti.signed(platform.claims(query["nonce"], **changes))
            form = (
                f'<form method="post" action="{query["redirect_uri"]}">'
                f'<input name="state" value="{query["state"]}"><input name="id_token" value="{token}"></form>'
                "<script>document.forms[0].submit()</script>"
            )
            return 200, f"<!doctype html><title>One moment</title>{form}".encode(), _HTML

        query = {
            "iss": platform_server.url,
            "login_hint": "h",
            "target_link_uri": platform.tool["targetLinkUri"],
            "client_id": CLIENT_ID,
        }
        address = f"{platform.tool['loginUrl']}?{urlencode(query)}".replace("&", "&amp;")
        frame = f'<iframe title="Badges" src="{address}" width="800" height="600"></iframe>'
        platform_server.answers["/authorize"] = authorize
        platform_server.answers["/course"] = (
            200,
            f"<!doctype html><title>Course</title>{frame}".encode(),
            _HTML,
        )
        yield platform


def test_badges_are_shown_inside_the_platform_and_lead_out_of_its_frame(alder: World, visitor: Page) -> None:
    with course(alder) as platform:
        platform.world.issue(recipient={"email": "rivera@alder.example", "name": "Maria Rivera"})

        visitor.goto(f"{platform.lms.url}/course")
        frame = visitor.frame_locator("iframe")
        frame.get_by_role("heading", name="Your badges").wait_for()
        with visitor.context.expect_page() as opened:
            frame.get_by_role("link", name="Share, download or change").click()
        own = opened.value

        own.get_by_role("heading", name="Your badges").wait_for()
        assert "This page is for you alone" in own.content()
        assert own.evaluate("window.opener") is None
        assert frame.get_by_role("heading", name="Feedback that Moves Learning").is_visible()
        assert visitor.context.cookies() == []


def test_another_site_cannot_show_it_in_a_frame(alder: World, visitor: Page) -> None:
    with course(alder) as platform:
        platform.world.issue(recipient={"email": "rivera@alder.example", "name": "Maria Rivera"})

        with visitor.expect_console_message(lambda message: "frame-ancestors" in message.text):
            visitor.goto(f"{platform.lms.url.replace('127.0.0.1', 'localhost')}/course")

        assert not visitor.frame_locator("iframe").get_by_role("heading", name="Your badges").count()


@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("kind", ["badges", "unknown", "refused"])
def test_it_fits_a_small_frame_and_breaks_no_rule(
    alder: World, browser: Browser, locale: str, kind: str
) -> None:
    presentation = {f"{CLAIM}launch_presentation": {"locale": locale}}
    changes = presentation | ({f"{CLAIM}version": "1.1"} if kind == "refused" else {})
    with course(alder, **changes) as platform, measuring(browser, PHONE) as page:
        if kind == "badges":
            platform.world.issue(recipient={"email": "rivera@alder.example", "name": "Maria Rivera"})

        page.goto(f"{platform.lms.url}/course")
        address = page.locator("iframe").get_attribute("src") or ""
        page.goto(address)
        page.locator("h1").wait_for()

        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert broken(page) == []
