"""Evidence that is private and provable: its digest is signed, and a link that expires leads to it."""

import json
import re
from hashlib import sha256
from html import unescape

import httpx
import pytest

from issuer.core.credentials import evidence_digests
from issuer.core.documents import Document
from issuer.core.intake import person_ref
from issuer.core.verifying import related
from issuer.services import holder
from issuer.services.after_award import erase
from tests.support.world import World

BYTES = b"a lesson plan"
PLAN: Document = {
    "kind": "lesson-plan",
    "name": "Lesson plan",
    "url": "https://lms.alder.example/e/1",
    "sha256": sha256(BYTES).hexdigest(),
}
OPEN: Document = {
    "kind": "video",
    "name": "A lesson",
    "url": "https://video.alder.example/2",
    "visibility": "public",
    "sha256": sha256(b"a video").hexdigest(),
}


@pytest.fixture
def issued(http: httpx.Client, alder: World) -> Document:
    """A badge with evidence of both kinds, as its file."""
    event = alder.event(evidence=[{"name": "Without a digest"}, PLAN, OPEN])
    answer = http.post("/v1/events", json=event, headers=alder.headers).json()
    found: Document = http.get(f"/b/{answer['award']['id']}.json").json()
    return found


def link(http: httpx.Client, world: World, badge: Document, number: int, **body: object) -> httpx.Response:
    award = badge["id"].rpartition("/")[2]
    return http.post(f"/v1/awards/{award}/evidence/{number}/link", json=body, headers=world.headers)


def opened(http: httpx.Client, url: str) -> httpx.Response:
    return http.get(httpx.URL(url).raw_path.decode())


def test_the_digest_is_signed_and_the_address_is_not(alder: World, issued: Document) -> None:
    private, public = issued["relatedResource"]

    assert private["id"] == evidence_digests.resource_id(issued["id"], 1)
    assert public["id"] == OPEN["url"]
    assert related.holds(private, BYTES)
    assert not related.holds(private, BYTES + b".")
    assert PLAN["url"] not in json.dumps(issued)
    assert alder.verify(json.dumps(issued)).result == "valid"


def test_many_badges_with_digests_are_all_signed_alike(alder: World) -> None:
    """The second and later ones of a shape are signed by plan: each has its own names and digests."""
    for number in range(5):
        digest = sha256(bytes([number])).hexdigest()
        badge = alder.issue(evidence=[{**PLAN, "sha256": digest}]).award.credential
        document = json.loads(str(badge.secured))

        assert related.holds(document["relatedResource"][0], bytes([number]))
        assert alder.verify(str(badge.secured)).result == "valid"


def test_a_link_leads_to_the_evidence_until_it_expires(
    http: httpx.Client, alder: World, issued: Document
) -> None:
    answer = link(http, alder, issued, 1, days=2)
    before = opened(http, answer.json()["evidenceUrl"])
    alder.clock.move(days=2, seconds=1)
    after = opened(http, answer.json()["evidenceUrl"])

    assert answer.status_code == 201
    assert (before.status_code, before.headers["location"]) == (302, PLAN["url"])
    assert before.headers["cache-control"] == "no-store"
    assert before.headers["referrer-policy"] == "no-referrer"
    assert after.status_code == 404


def test_a_link_is_good_for_one_piece_of_one_badge(
    http: httpx.Client, alder: World, issued: Document
) -> None:
    url = link(http, alder, issued, 1).json()["evidenceUrl"]
    other = alder.issue(evidence=[PLAN, PLAN | {"name": "Another"}]).award.credential.public_id
    award = issued["id"].rpartition("/")[2]

    wrong = [
        url.replace("evidence/1", "evidence/2"),
        url.replace(award, other),
        url[:-1],
        url.partition("?")[0],
    ]

    assert [opened(http, each).status_code for each in wrong] == [404] * 4


@pytest.mark.parametrize("number", [0, 2, 7])
def test_there_is_no_link_to_what_has_no_address_or_a_public_one(
    http: httpx.Client, alder: World, issued: Document, number: int
) -> None:
    assert link(http, alder, issued, number).status_code == 404


def test_links_stop_with_the_persons_links_and_with_the_person(
    http: httpx.Client, alder: World, issued: Document
) -> None:
    award = issued["id"].rpartition("/")[2]
    first = link(http, alder, issued, 1).json()["evidenceUrl"]
    alder.clock.move(seconds=1)
    holder.renew(alder.context, alder.client, award, stop_others=True, request_id="req_stop")
    alder.clock.move(seconds=1)
    second = link(http, alder, issued, 1).json()["evidenceUrl"]
    working = opened(http, second).status_code
    erase.erase(alder.context, alder.client, person_ref.named(award), request_id="req_erase")

    assert (opened(http, first).status_code, working, opened(http, second).status_code) == (404, 302, 404)


def test_another_issuer_gets_no_link(http: httpx.Client, alder: World, issued: Document) -> None:
    unknown = "7HqyV2cWmX4tKfRz9aBnPd"

    assert http.post(f"/v1/awards/{unknown}/evidence/1/link", headers=alder.headers).status_code == 404
    assert link(http, alder, issued, 1, days=91).status_code == 422


def test_the_holder_gives_a_link_to_evidence_and_stops_it_with_the_others(
    http: httpx.Client, alder: World
) -> None:
    answer = http.post("/v1/events", json=alder.event(evidence=[PLAN, OPEN]), headers=alder.headers).json()
    page = http.get(httpx.URL(answer["holder_url"]).path, params={"lang": "en"}).text
    found = re.findall(r'class="url">([^<]*/evidence/[^<]*)<', page)

    assert "Show someone the evidence" in page
    assert len(found) == 1
    assert opened(http, unescape(found[0])).headers["location"] == PLAN["url"]

    award = answer["award"]["id"]
    alder.clock.move(seconds=1)
    http.post(f"/v1/awards/{award}/holder-link", json={"stopOthers": True}, headers=alder.headers)
    assert opened(http, unescape(found[0])).status_code == 404
