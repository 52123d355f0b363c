"""A language that was chosen is kept from page to page; one that a browser prefers is left out of links."""

from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest

from issuer.core.documents import Document
from issuer.services import holder, pathways
from tests.support.world import PUBLIC_URL, World
from tests.unit.web.reading import Page

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ROSA: Document = {"recipient": {"email": "rosa@alder.example", "name": "Rosa Delgado"}}
STACK: Document = {
    "name": "Feedback Lead",
    "description": "Leads feedback.",
    "requires": {"all": ["MC-FEEDBACK", "MC-PEER"]},
}
FILES = (".json", ".jwt", ".png", ".svg", ".pdf", ".zip")


@pytest.fixture
def starts(alder: World) -> tuple[str, ...]:
    """Return where people enter: a badge in several states, a holder's link, the pages of an issuer."""
    alder.publish("MC-PEER", name="Peers")
    alder.publish(description="Gives feedback that students use to revise.")
    pathways.save(alder.context, alder.tenant, "LEAD", STACK)
    pathways.publish(alder.context, alder.tenant, "LEAD")
    ids = [alder.issue(**ROSA).award[0].public_id for _ in range(2)]
    link = holder.renew(alder.context, alder.client, ids[0], stop_others=False, request_id="req_test")
    return (*(f"/b/{each}" for each in ids), urlsplit(link.url).path, "/i/alder", "/problems/conflict")


def read(http: httpx.Client, address: str, language: str = "en") -> Page:
    answer = http.get(address, headers={"accept": "text/html", "accept-language": language})
    assert answer.status_code == 200, address
    return Page(answer.text)


def led_to(page: Page, address: str) -> set[str]:
    """Return the pages of ours that a page leads to, but for itself in the other language."""
    links = [each.attributes for each in page.all("a") if "hreflang" not in each.attributes]
    found = {urljoin(f"{PUBLIC_URL}{address}", each["href"]) for each in links if "href" in each}
    own = {each.removeprefix(PUBLIC_URL) for each in found if each.startswith(f"{PUBLIC_URL}/")}
    paths = {each: urlsplit(each) for each in own}
    return {
        each
        for each, (_, _, path, _, place) in paths.items()
        if not path.endswith(FILES) and not path.startswith("/status/") and not place
    }


def test_every_page_that_is_led_to_is_in_the_language_that_was_chosen(
    http: httpx.Client, alder: World, starts: tuple[str, ...]
) -> None:
    change = {"reason": "replaced", "replacedBy": starts[0].rpartition("/")[2]}
    http.post(f"/v1/awards/{starts[1].rpartition('/')[2]}/revoke", json=change, headers=alder.headers)
    waiting, seen = [f"{start}?lang=es" for start in starts], set[str]()

    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        assert parse_qs(urlsplit(address).query).get("lang") == ["es"], address
        page = read(http, address)
        assert page.one("html").attributes["lang"] == "es", address
        waiting.extend(led_to(page, address))

    assert {"/i/alder", "/i/alder/a/MC-PEER", "/i/alder/p/LEAD", "/verify", "/policy", *starts} <= {
        urlsplit(each).path for each in seen
    }
    assert "/i/alder/a/MC-FEEDBACK/v1" in {urlsplit(each).path for each in seen}


def test_a_language_that_a_browser_prefers_is_left_out_of_what_people_copy(
    http: httpx.Client, starts: tuple[str, ...]
) -> None:
    page = read(http, starts[0], "es")

    assert page.one("html").attributes["lang"] == "es"
    assert {f"{PUBLIC_URL}/i/alder", f"{PUBLIC_URL}/i/alder/a/MC-FEEDBACK"} <= set(page.hrefs)
