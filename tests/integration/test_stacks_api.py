"""Stacks by the API and by the command line: who would earn one, granting it, deciding what waits."""

import json
from pathlib import Path

import httpx
import pytest

from issuer.core.documents import Document
from issuer.services import clients
from tests.support import process
from tests.support.world import World, make_world

TEACHER = {"email": "rivera@alder.example", "name": "Maria Rivera"}
STACK = "AFL-SPECIALIST"
PATHWAY: Document = {
    "name": "Feedback Specialist",
    "description": "Plans and gives feedback.",
    "requires": {"all": ["MC-FEEDBACK", "MC-PEER"]},
    "achievement": STACK,
}
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def api(alder: World, http: httpx.Client) -> httpx.Client:
    for code in ("MC-FEEDBACK", "MC-PEER", STACK):
        alder.publish(code)
    http.headers.update(alder.headers)
    return http


def earn(world: World, *codes: str, email: str = TEACHER["email"]) -> None:
    for code in codes:
        world.issue(achievement=code, recipient={"email": email})


def offer(api: httpx.Client, **changes: object) -> None:
    saved = api.put(f"/v1/pathways/{STACK}", json=PATHWAY | changes)
    assert saved.status_code == 200, saved.text
    assert api.post(f"/v1/pathways/{STACK}/publish").status_code == 200


def stacks(api: httpx.Client) -> list[Document]:
    found: list[Document] = api.get("/v1/awards", params={"achievement": STACK}).json()["awards"]
    return found


def test_a_dry_run_says_who_would_earn_it_and_granting_grants_it_once(
    alder: World, api: httpx.Client
) -> None:
    earn(alder, "MC-FEEDBACK", "MC-PEER")
    earn(alder, "MC-FEEDBACK", email="half@alder.example")
    api.put(f"/v1/pathways/{STACK}", json=PATHWAY)

    tried = api.post(f"/v1/pathways/{STACK}/publish", params={"dry_run": "true"}).json()
    assert (tried["wouldEarn"], tried["current"], stacks(api)) == (1, None, [])
    api.post(f"/v1/pathways/{STACK}/publish")

    granted = [api.post(f"/v1/pathways/{STACK}/grant").json()["granted"] for _ in range(2)]

    assert granted == [1, 0]
    assert len(stacks(api)) == 1


def test_a_stack_that_somebody_has_to_look_at_waits_for_the_decision(alder: World, api: httpx.Client) -> None:
    offer(api, grant="review")
    earn(alder, "MC-FEEDBACK", "MC-PEER")

    [waiting] = api.get("/v1/reviews").json()["reviews"]
    assert (waiting["kind"], waiting["choices"], stacks(api)) == ("stack_complete", ["grant", "decline"], [])
    address = f"/v1/reviews/{waiting['id']}"
    wrong = api.post(address, json={"decision": "withdraw"})
    decided = api.post(address, json={"decision": "grant", "note": "seen"})
    again = api.post(address, json={"decision": "grant"})
    late = api.post(address, json={"decision": "decline"})

    assert (wrong.status_code, late.status_code, again.status_code) == (422, 409, 200)
    assert (decided.json()["review"]["decision"], decided.json()["review"]["note"]) == ("grant", "seen")
    assert len(stacks(api)) == 1
    assert api.get("/v1/reviews").json()["reviews"] == []
    assert len(api.get("/v1/reviews", params={"decided": "true"}).json()["reviews"]) == 1


def test_reviews_come_page_by_page(alder: World, api: httpx.Client) -> None:
    offer(api, grant="review")
    for number in range(3):
        earn(alder, "MC-FEEDBACK", "MC-PEER", email=f"teacher{number}@alder.example")

    first = api.get("/v1/reviews", params={"limit": 2}).json()
    rest = api.get("/v1/reviews", params={"limit": 2, "cursor": first["reviews"][-1]["id"]}).json()

    assert [len(first["reviews"]), len(rest["reviews"]), rest["next"]] == [2, 1, None]
    assert first["next"].endswith(f"cursor={first['reviews'][-1]['id']}")


def test_the_answer_to_an_event_says_what_the_badge_counts_to(alder: World, api: httpx.Client) -> None:
    alone = api.post("/v1/events", json=alder.event(achievement=STACK, recipient={"email": "a@b.example"}))
    offer(api)

    sent = [alder.event(achievement=code, recipient=TEACHER) for code in ("MC-FEEDBACK", "MC-PEER")]
    first, last, again = (api.post("/v1/events", json=each).json() for each in (*sent, sent[0]))

    [stack] = api.get("/v1/awards", params={"achievement": STACK, "query": TEACHER["email"]}).json()["awards"]
    whole = {"code": STACK, "satisfied": True, "have": 2, "need": 2, "awarded": stack["id"]}
    assert alone.json()["pathways"] == []
    assert first["pathways"] == [{**whole, "satisfied": False, "have": 1, "awarded": None}]
    assert last["pathways"] == again["pathways"] == [whole]


def test_lines_of_a_batch_say_what_their_badges_count_to(alder: World, api: httpx.Client) -> None:
    offer(api)
    people = [{"email": f"teacher{number}@alder.example"} for number in range(2)]
    events = [alder.event(recipient=each) for each in people] + [alder.event(achievement="MC-NONE")]
    lines = "\n".join(map(json.dumps, events))

    answer = api.post("/v1/events/batch", content=lines, headers={"content-type": "application/x-ndjson"})

    *found, refused = map(json.loads, answer.text.splitlines())
    half = {"code": STACK, "satisfied": False, "have": 1, "need": 2, "awarded": None}
    assert [each["answer"]["pathways"] for each in found] == [[half], [half]]
    assert refused["status"] == 422


def test_what_was_noted_of_an_erased_person_is_forgotten(alder: World, api: httpx.Client) -> None:
    offer(api, grant="review")
    earn(alder, "MC-FEEDBACK", "MC-PEER")
    [waiting] = api.get("/v1/reviews").json()["reviews"]
    api.post(f"/v1/reviews/{waiting['id']}", json={"decision": "decline", "note": "Maria asked for it"})

    api.post("/v1/recipients/erase", json={"person": {"email": TEACHER["email"]}})

    [decided] = api.get("/v1/reviews", params={"decided": "true"}).json()["reviews"]
    assert (decided["decision"], decided["note"]) == ("decline", None)


def test_a_platform_asks_how_far_somebody_is_by_what_it_knows_them_by(
    alder: World, api: httpx.Client
) -> None:
    offer(api)
    award = alder.issue(recipient=TEACHER).award.credential.public_id

    nobody = api.get("/v1/recipients/Maria/pathways")
    answers = [
        api.get(f"/v1/recipients/{person}/pathways")
        for person in (TEACHER["email"].upper(), award, "x@y.example")
    ]

    assert [each.status_code for each in answers] == [200, 200, 404]
    assert (nobody.status_code, nobody.json()["detail"]) == (422, "this names nobody")
    [found] = answers[0].json()["pathways"]
    assert answers[1].json()["pathways"] == [found]
    assert (found["complete"], found["earned"], found["next"]) == (False, ["MC-FEEDBACK"], ["MC-PEER"])


@on_sqlite
def test_what_waits_at_one_issuer_is_nothing_to_another(alder: World, api: httpx.Client) -> None:
    offer(api, grant="review")
    earn(alder, "MC-FEEDBACK", "MC-PEER")
    [waiting] = api.get("/v1/reviews").json()["reviews"]
    birch = make_world(alder.context, alder.clock, "birch", default=False)
    _, lesser = clients.create(alder.context, alder.tenant, "lesser", ["awards:read"])

    def decide(key: str) -> int:
        headers = {"authorization": f"Bearer {key}"}
        body = {"decision": "grant"}
        return api.post(f"/v1/reviews/{waiting['id']}", json=body, headers=headers).status_code

    assert (decide(birch.api_key), decide(lesser)) == (404, 403)


@on_sqlite
def test_an_operator_does_the_same_from_the_command_line(alder: World, tmp_path: Path) -> None:
    for code in ("MC-FEEDBACK", "MC-PEER", STACK):
        alder.publish(code)
    earn(alder, "MC-FEEDBACK", "MC-PEER")
    file = tmp_path / "stack.json"
    file.write_text(json.dumps({"code": STACK, **PATHWAY, "grant": "review"}))

    def issuer(*arguments: str) -> str:
        with process.running(alder, *arguments) as found:
            written = found.communicate()
            assert found.wait() == 0, written[1].decode()
            return written[0].decode().strip()

    assert issuer("pathway", "publish", str(file), "--dry-run") == "1 person would earn this now"
    assert issuer("pathway", "publish", str(file)).endswith(f"/p/{STACK}/v1")
    assert "100%" in issuer("pathway", "progress", TEACHER["email"])
    assert issuer("pathway", "grant", STACK) == "1 person earned this"
    [waiting] = json.loads(issuer("review", "list", "--json"))
    assert issuer("review", "decide", waiting["review"], "grant") == "decided: grant"
    assert "grant" in issuer("review", "list", "--decided")
