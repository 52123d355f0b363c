"""The page of a check in a real browser, with scripts off."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from tests.integration.test_browser import FULL, browser
from tests.support import server
from tests.support.world import World

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture(params=[320, 1280])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": request.param, "height": 568}, locale="en-US"
    )
    yield context.new_page()
    context.close()


def chosen(text: str, name: str = "badge.json") -> FilePayload:
    return {"name": name, "mimeType": "application/json", "buffer": text.encode()}


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_an_employer_checks_a_file_and_a_person_in_one_step(alder: World, page: Page) -> None:
    with server.local(alder) as (world, url):
        award = world.issue(**FULL).award[0]
        page.goto(f"{url}/verify")
        assert fits(page)

        page.get_by_label("Badge file", exact=True).set_input_files(chosen(str(award.secured)))
        page.get_by_label("E-mail address or name").fill("rosa@alder.example")
        page.get_by_role("button", name="Check the badge").click()

        answer = page.get_by_role("status")
        assert "Verified: this badge is genuine and current" in answer.inner_text()
        assert (answer.bounding_box() or {"y": 999})["y"] < 90
        assert page.title() == "Verified: this badge is genuine and current"
        assert page.get_by_text("Yes, this badge was issued to that e-mail address.").is_visible()
        assert "rosa" not in page.url
        assert fits(page)


def test_what_is_missing_is_one_click_from_its_field(alder: World, page: Page) -> None:
    with server.local(alder) as (_, url):
        page.goto(f"{url}/verify?lang=es")
        page.locator("button").click()

        page.get_by_role("alert").get_by_role("link").click()

        focused = page.locator(":target")
        assert focused.get_attribute("name") == "url"
        assert focused.get_attribute("aria-invalid") == "true"
        assert page.title().startswith("Error: ")
        assert fits(page)


def test_the_fields_come_in_the_order_in_which_they_are_read(alder: World, page: Page) -> None:
    with server.local(alder) as (_, url):
        page.goto(f"{url}/verify")
        names = []

        page.get_by_label("Link or id of the badge").focus()
        for _ in range(5):
            names.append(page.locator(":focus").get_attribute("id") or page.locator(":focus").inner_text())
            page.keyboard.press("Tab")

        assert names == ["link", "file", "text", "person", "Check the badge"]


@pytest.mark.parametrize("size", [3_000_000, 12_000_000])
def test_a_file_far_too_large_is_answered_in_words(alder: World, page: Page, size: int) -> None:
    with server.local(alder) as (_, url):
        page.goto(f"{url}/verify")

        page.get_by_label("Badge file", exact=True).set_input_files(chosen("x" * size, "huge.png"))
        page.locator("button").click()

        assert "This is larger than 2 MB." in page.get_by_role("alert").inner_text()


def test_an_altered_badge_is_unmistakable_and_says_nothing_else(alder: World, page: Page) -> None:
    with server.local(alder) as (world, url):
        text = json.dumps({**json.loads(str(world.issue(**FULL).award[0].secured)), "name": "Doctor"})
        page.goto(f"{url}/verify")

        page.get_by_label("Text of the badge file").fill(text)
        page.locator("button").click()

        assert page.get_by_role("heading").count() == 1
        assert page.get_by_role("heading").inner_text().startswith("✕")
        assert "Doctor" not in page.content()
        assert fits(page)


def test_a_check_prints_on_one_sheet_as_a_record(alder: World, page: Page) -> None:
    with server.local(alder) as (world, url):
        page.goto(f"{url}/verify?url={world.issue(**FULL).award[0].public_id}")
        page.locator("button").click()

        page.emulate_media(media="print")

        assert page.get_by_text("Printed record of a check made by localhost").is_visible()
        assert not page.get_by_role("link", name="Check another badge").is_visible()
        for size in ("Letter", "A4"):
            assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=size))) == 1


def test_the_page_asks_nobody_else(alder: World, page: Page) -> None:
    with server.local(alder) as (_, url):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))

        page.goto(f"{url}/verify?url=https://a.example/b/1")

        assert asked == [f"{url}/verify?url=https://a.example/b/1"]
        assert page.locator("script").count() == 0
