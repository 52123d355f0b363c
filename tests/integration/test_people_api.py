"""Corrections, merging and erasure by the API and by the command line, as a platform asks for them."""

import httpx
import pytest

from issuer.core.documents import Document
from issuer.services import pathways
from issuer.web import examples, people_examples
from tests.support import process
from tests.support.world import World, make_world

OLD, NEW = {"email": "rivera@alder.example"}, {"email": "e.rivera@alder.example"}
STACK = "AFL-SPECIALIST"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def api(alder: World, http: httpx.Client) -> httpx.Client:
    for code in ("MC-FEEDBACK", "MC-PEER", STACK):
        alder.publish(code)
    http.headers.update(alder.headers)
    return http


def offer_stack(world: World) -> None:
    definition: Document = {
        "name": "Feedback Specialist",
        "description": "Plans and gives feedback.",
        "requires": {"all": ["MC-FEEDBACK", "MC-PEER"]},
        "achievement": STACK,
    }
    pathways.save(world.context, world.tenant, STACK, definition)
    pathways.publish(world.context, world.tenant, STACK)


def codes(api: httpx.Client, person: str) -> list[str]:
    found = api.get("/v1/awards", params={"query": person}).json()["awards"]
    return sorted(each["achievement"]["code"] for each in found)


def test_a_correction_is_served_at_the_same_address_and_names_the_file_before(
    alder: World, api: httpx.Client
) -> None:
    award = alder.issue(recipient={**OLD, "name": "Maria Rivra"}).award.credential
    before = api.get(f"/b/{award.public_id}.json").text

    answer = api.post(f"/v1/awards/{award.public_id}/reissue", json=people_examples.CORRECTION)

    after = api.get(f"/b/{award.public_id}.json").text
    checked = api.post("/v1/verify", content=before).json()
    assert answer.status_code == 200, answer.text
    assert answer.json()["award"]["recipientName"] == "Elena Rivera"
    assert answer.json()["editions"] == [
        {
            "issuedAt": answer.json()["editions"][0]["issuedAt"],
            "replacedAt": answer.json()["editions"][0]["replacedAt"],
            "sha256": award.secured_sha256,
        }
    ]
    assert "award.corrected" in [each["type"] for each in answer.json()["history"]]
    assert "Elena Rivera" in after
    assert checked["result"] != "valid"
    assert "superseded" in [each["code"] for each in checked["checks"]]
    assert api.get(f"/v1/awards/{award.public_id}").json()["editions"] == answer.json()["editions"]


def test_what_cannot_be_corrected_is_refused_with_the_reason(alder: World, api: httpx.Client) -> None:
    award = alder.issue().award.credential.public_id
    address = f"/v1/awards/{award}/reissue"

    nothing = api.post(address, json={"note": "why"})
    unknown = api.post(f"/v1/awards/{'2' * 22}/reissue", json=people_examples.CORRECTION)
    api.post(f"/v1/awards/{award}/revoke", json=examples.STATUS_CHANGE)
    late = api.post(address, json=people_examples.CORRECTION)

    assert (nothing.status_code, nothing.json()["type"].rpartition("/")[2]) == (422, "invalid-fields")
    assert unknown.status_code == 404
    assert (late.status_code, late.json()["type"].rpartition("/")[2]) == (409, "not-correctable")


def test_merging_two_people_brings_the_stack_that_they_complete_together(
    alder: World, api: httpx.Client
) -> None:
    offer_stack(alder)
    alder.issue(recipient=OLD)
    alder.issue(recipient=NEW, achievement="MC-PEER")
    body = {"from": OLD, "into": NEW}

    first = api.post("/v1/recipients/merge", json=body).json()
    again = api.post("/v1/recipients/merge", json=body).json()

    assert (first["moved"], again["moved"]) == (1, 0)
    assert codes(api, NEW["email"]) == [STACK, "MC-FEEDBACK", "MC-PEER"]


def test_two_people_with_the_same_stack_can_be_merged_and_have_it_twice(
    alder: World, api: httpx.Client
) -> None:
    offer_stack(alder)
    for person in (OLD, NEW):
        alder.issue(recipient=person)
        alder.issue(recipient=person, achievement="MC-PEER")

    merged = api.post("/v1/recipients/merge", json={"from": OLD, "into": NEW})

    assert (merged.status_code, merged.json()["moved"]) == (200, 3)
    assert codes(api, NEW["email"]).count(STACK) == 2


def test_an_erased_person_is_gone_from_every_page(alder: World, api: httpx.Client) -> None:
    award = alder.issue(recipient=OLD).award.credential.public_id

    answer = api.post("/v1/recipients/erase", json={"person": {"award": award}})

    assert (answer.status_code, answer.json()["erased"]) == (200, 1)
    assert api.get(f"/b/{award}").status_code == 410
    assert codes(api, OLD["email"]) == []


@on_sqlite
def test_nobody_touches_the_people_of_another_issuer(alder: World, api: httpx.Client) -> None:
    award = alder.issue(recipient=OLD).award.credential.public_id
    birch = make_world(alder.context, alder.clock, "birch", default=False)
    api.headers.update(birch.headers)

    answers = [
        api.post("/v1/recipients/erase", json={"person": {"award": award}}),
        api.post("/v1/recipients/erase", json={"person": OLD}),
        api.post("/v1/recipients/merge", json={"from": OLD, "into": OLD}),
        api.post(f"/v1/awards/{award}/reissue", json=people_examples.CORRECTION),
    ]

    assert [each.status_code for each in answers] == [404] * 4
    assert api.get(f"/b/{award}").status_code == 200


@on_sqlite
def test_an_operator_corrects_merges_and_erases_from_the_command_line(alder: World) -> None:
    alder.publish()
    first = alder.issue(recipient={**OLD, "name": "Maria Rivra"}).award.credential.public_id
    alder.publish("MC-PEER")
    alder.issue(recipient=NEW, achievement="MC-PEER")

    def issuer(*arguments: str) -> str:
        with process.running(alder, *arguments) as found:
            return found.communicate()[0].decode().strip()

    assert issuer("award", "reissue", first, "--name", "Maria Rivera").endswith(f"/b/{first} in force")
    assert "Maria Rivera" in issuer("award", "find", first)
    assert issuer("recipient", "merge", OLD["email"], NEW["email"]) == "1 award moved"
    assert issuer("recipient", "erase", first, "--yes") == "erased, with 2 awards"
