"""A badge from its teacher's telephone to an employer's, and what all its forms say once it is withdrawn."""

import json
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from issuer.core.status import bitstring
from issuer.services import holder
from tests.support import browser as browsers
from tests.support import gallery_texts
from tests.support.gallery import Gallery

pytestmark = pytest.mark.browser

VERIFIED = "Verified: this badge is genuine and current"
WITHDRAWN = "Withdrawn: do not rely on this badge"
HTML = {"accept": "text/html"}


@pytest.fixture
def badge(gallery: Gallery) -> str:
    """The address of a badge that was awarded a moment ago."""
    event = gallery.world.event(**gallery_texts.FULL_EVENT)
    event["recipient"] = {"email": f"{event['id']}@alder.example", "name": "Ivy Kowalski"}
    sent = httpx.post(f"{gallery.url}/v1/events", json=event, headers=gallery.world.headers)
    return str(sent.json()["page_url"])


@pytest.fixture
def private(gallery: Gallery, badge: str) -> str:
    """The address of the page behind its holder's own link."""
    world, public_id = gallery.world, badge.rpartition("/")[2]
    return holder.renew(world.context, world.client, public_id, stop_others=False, request_id="req_story").url


def saved(page: Page, folder: Path) -> Path:
    """Save the badge's image as its holder does, and return the file."""
    with page.expect_download() as started:
        page.get_by_role("link", name="Save the badge image").click()
    file = folder / started.value.suggested_filename
    started.value.save_as(file)
    return file


def checked(page: Page, gallery: Gallery, file: Path) -> str:
    """Return what the page that checks badges says of a file."""
    page.goto(f"{gallery.url}/verify?lang=en")
    page.get_by_label("Badge file", exact=True).set_input_files(file)
    page.get_by_role("button", name="Check the badge").click()
    return page.get_by_role("status").inner_text()


def withdraw(gallery: Gallery, badge: str) -> None:
    answer = httpx.post(
        f"{gallery.url}/v1/awards/{badge.rpartition('/')[2]}/revoke",
        json={"reason": "requirements_not_met"},
        headers=gallery.world.headers,
    )
    assert answer.status_code == 200


def test_an_employer_opens_a_link_and_knows_the_four_answers_from_the_first_screen(
    badge: str, browser: Browser
) -> None:
    with browsers.reading(browser, browsers.PHONE) as page:
        page.goto(badge)

        seen = page.locator("body").inner_text()
        assert VERIFIED in seen
        assert seen.index(VERIFIED) < seen.index("Feedback that Moves Learning") < seen.index("Ivy Kowalski")
        for answer in (".headline", "h1", ".checks li:nth-child(3)", ".top a"):
            box = page.locator(answer).first.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= browsers.PHONE["height"], answer


def test_a_teacher_keeps_and_shows_a_badge_and_an_employer_checks_what_was_kept(
    gallery: Gallery, badge: str, private: str, browser: Browser, tmp_path: Path
) -> None:
    with browsers.reading(browser, browsers.PHONE) as page:
        page.goto(private)
        with page.expect_navigation(url=f"{badge}**"):
            page.get_by_role("link", name="Open the page").click()

        linkedin = page.get_by_role("link", name="LinkedIn").first.get_attribute("href") or ""
        shared = page.locator(".url", has_text=badge).first.inner_text()
        image = saved(page, tmp_path)
        with page.expect_navigation(url="**print=1**"):
            page.get_by_role("link", name="Print the certificate").click()
        printed = PdfReader(BytesIO(page.pdf(format="Letter")))

        assert linkedin.startswith("https://www.linkedin.com/profile/add?")
        assert badge in shared
        assert len(printed.pages) == 1
        assert "Ivy Kowalski" in printed.pages[0].extract_text()
        assert VERIFIED in checked(page, gallery, image)
        assert "Feedback that Moves Learning" in page.locator("main").inner_text()


def test_once_it_is_withdrawn_every_form_of_a_badge_says_so(
    gallery: Gallery, badge: str, private: str, browser: Browser, tmp_path: Path
) -> None:
    card = httpx.get(f"{badge}/card.png").content
    with browsers.reading(browser, browsers.PHONE) as page:
        page.goto(badge)
        image = saved(page, tmp_path)

        withdraw(gallery, badge)

        page.goto(f"{badge}?lang=en")
        assert WITHDRAWN in page.locator("section.status").inner_text()
        assert page.title().startswith("Withdrawn: ")
        assert page.get_by_role("link", name="Save the badge image").count() == 0
        page.goto(f"{badge}?lang=es")
        assert "Retirada: no confíe en esta insignia" in page.locator("section.status").inner_text()
        page.goto(f"{badge}?print=1&lang=en")
        assert WITHDRAWN in page.locator("main").inner_text()
        page.goto(badge.replace("/b/", "/embed/b/") + "?lang=en")
        assert "Withdrawn" in page.locator("main").inner_text()
        page.goto(f"{private}?lang=en")
        assert "Withdrawn" in page.locator("main").inner_text()
        assert WITHDRAWN in checked(page, gallery, image)

    assert httpx.get(f"{badge}.pdf").status_code == 406
    assert httpx.get(f"{badge}/verification").json()["result"] == "revoked"
    assert differ(httpx.get(f"{badge}/card.png").content, card)
    assert "Withdrawn" in httpx.get(badge, headers=HTML).text.partition("og:title")[2][:80]
    assert listed(badge)


def differ(one: bytes, other: bytes) -> bool:
    pictures = [Image.open(BytesIO(each)).convert("RGBA").convert("RGB") for each in (one, other)]
    return ImageChops.difference(*pictures).getbbox() is not None


def listed(badge: str) -> bool:
    """Say whether the issuer's signed list has the badge among those withdrawn, as strangers read it."""
    document = json.loads(httpx.get(f"{badge}.json").text)
    entries = document["credentialStatus"]
    entry = entries[0] if isinstance(entries, list) else entries
    found = httpx.get(entry["statusListCredential"]).json()["credentialSubject"]["encodedList"]
    return bitstring.is_set(bitstring.decode(found), int(entry["statusListIndex"]))
