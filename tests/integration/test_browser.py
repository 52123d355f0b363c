"""The public pages in a real browser."""

import os
import re
import shutil
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support import server
from tests.support.world import World

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

FULL = {
    "recipient": {"email": "rosa@alder.example", "name": "Rosa Maximiliana Delgado-Featherstonehaugh"},
    "assessment": {"results": [{"criterion": "quality", "level": "distinguished"}]},
    "evidence": [{"name": "Plan", "description": "Two weeks of writing. " * 5, "genre": "document"}],
    "narrative": "Students revised after every round of feedback.",
}
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        reason = "no Chromium is installed"
        if os.environ.get("ISSUER_TEST_REQUIRE_ALL"):  # noqa: TID251
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=found, args=QUIET)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 568}, locale="en-US"
    )
    yield context.new_page()
    context.close()


def test_an_employer_reads_the_answer_without_scrolling_on_a_small_phone(alder: World, page: Page) -> None:
    with server.local(alder) as (world, url):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))

        page.goto(f"{url}/b/{world.issue(**FULL).award[0].public_id}")

        status = page.locator("[role=status], .status").first
        assert "Verified: this badge is genuine and current" in status.inner_text()
        heading = page.get_by_role("heading", level=1)
        assert heading.inner_text() == "Feedback that Moves Learning"
        assert (heading.bounding_box() or {"y": 999})["y"] < 568
        width = page.locator("body").bounding_box()
        assert width is not None
        assert width["width"] <= 320
        assert len(asked) == 1


def test_every_state_says_so_in_its_title_and_in_spanish_too(alder: World, page: Page) -> None:
    with server.local(alder) as (world, url):
        award = world.issue(**FULL).award[0]
        httpx.post(
            f"{url}/v1/awards/{award.public_id}/revoke", json={"reason": "replaced"}, headers=world.headers
        )

        page.goto(f"{url}/b/{award.public_id}")
        english = page.title()
        page.get_by_role("link", name="Español").click()

        assert english.startswith("Withdrawn: ")
        assert "Retirada" in page.content()
        assert page.locator("html").get_attribute("lang") == "es"
        assert page.get_by_text("LinkedIn").count() == 0


def test_a_badge_prints_on_one_sheet(alder: World, page: Page) -> None:
    with server.local(alder) as (world, url):
        page.goto(f"{url}/b/{world.issue(**FULL).award[0].public_id}")

        for size in ("Letter", "A4"):
            pages = re.findall(rb"/Type\s*/Page\b", page.pdf(format=size))
            assert len(pages) == 1, size


def test_the_achievement_the_issuer_and_an_error_are_pages_with_one_heading(alder: World, page: Page) -> None:
    with server.local(alder) as (_, url):
        for path in (
            "/i/alder",
            "/i/alder/a/MC-FEEDBACK",
            "/i/alder/a/MC-FEEDBACK/v1",
            "/b/nothing",
            "/problems/conflict",
        ):
            page.goto(f"{url}{path}")
            assert page.get_by_role("heading", level=1).count() == 1, path
            assert page.locator("script:not([type='application/ld+json'])").count() == 0
