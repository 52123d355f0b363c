"""A sandbox: the same API with a test key, and badges that nobody takes for real ones."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from issuer.db import achievements as queries
from issuer.db import purging
from issuer.db.base import Base
from issuer.db.tables import Credential
from issuer.services import achievements, clients, pathways, trials
from issuer.services.clients import Unauthenticated
from tests.integration.test_cli import run
from tests.support import server
from tests.support.asking import check
from tests.support.world import DEFINITION, World, sandbox


@pytest.fixture
def world(alder: World) -> World:
    """The sandbox of alder, with a key of its own."""
    return sandbox(alder)


@pytest.fixture
def http(world: World) -> Iterator[httpx.Client]:
    with server.serving(world.context) as client:
        client.headers["authorization"] = f"Bearer {world.api_key}"
        yield client


def problem(answer: httpx.Response) -> str:
    """Return the code of a problem, which its type ends with."""
    return str(answer.json()["type"]).rpartition("/")[2]


def test_a_test_key_issues_a_badge_that_says_everywhere_that_it_is_a_test(
    http: httpx.Client, world: World
) -> None:
    assert world.api_key.startswith("sk_test_")

    answer = http.post("/v1/events", json=world.event()).json()

    badge = http.get(f"/b/{answer['award']['id']}.json").json()
    page = http.get(f"/b/{answer['award']['id']}", headers={"accept": "text/html"})
    report = http.post("/v1/verify", json=badge).json()
    assert answer["award"]["livemode"] is False
    assert badge["issuer"]["id"] == "did:web:badges.example.org:i:alder:test"
    assert (
        badge["name"]
        == badge["credentialSubject"]["achievement"]["name"]
        == "TEST: Feedback that Moves Learning"
    )
    assert report["result"] == "test"
    assert check(report, "integrity")["outcome"] == "passed"
    assert '<meta name="robots" content="noindex">' in page.text
    assert "TEST" in page.text


def test_its_issuer_its_keys_and_what_it_offers_have_addresses_of_their_own(http: httpx.Client) -> None:
    did = http.get("/i/alder/test/did.json").json()
    profile = http.get("/i/alder/test.json").json()
    offered = http.get("/i/alder/test/a/MC-FEEDBACK", headers={"accept": "application/json"}).json()
    version = http.get("/i/alder/test/a/MC-FEEDBACK/v1.json").json()

    assert did["id"] == profile["id"] == "did:web:badges.example.org:i:alder:test"
    assert offered["id"] == version["id"] == "https://badges.example.org/i/alder/test/a/MC-FEEDBACK"
    assert http.get("/i/alder/test", headers={"accept": "text/html"}).status_code == 200
    assert http.get("/i/alder", headers={"accept": "text/html"}).status_code == 200


def test_nothing_of_the_sandbox_is_in_what_the_issuer_itself_shows(
    http: httpx.Client, world: World, alder: World
) -> None:
    award = http.post("/v1/events", json=world.event()).json()["award"]["id"]
    live = {"authorization": f"Bearer {alder.api_key}"}

    assert http.get(f"/v1/awards/{award}", headers=live).status_code == 404
    assert http.get("/v1/awards", headers=live).json()["awards"] == []
    assert "/test" not in http.get("/sitemap.xml").text


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("refused", 422, "test-refused"),
        ("conflict", 409, "test-conflict"),
        ("unavailable", 503, "test-unavailable"),
    ],
)
def test_some_recipients_meet_a_failure_and_nothing_is_recorded(
    http: httpx.Client, world: World, name: str, status: int, code: str
) -> None:
    event = world.event(recipient={"email": f"{name}@test.example", "name": "Test"})

    answer = http.post("/v1/events", json=event)
    again = http.post("/v1/events", json=event | {"recipient": {"email": "anybody@test.example"}})

    assert (answer.status_code, problem(answer)) == (status, code)
    assert again.status_code == 201


@pytest.mark.parametrize(("name", "status"), [("suspended", "suspended"), ("revoked", "revoked")])
def test_some_recipients_get_a_badge_that_does_not_stand(
    http: httpx.Client, world: World, name: str, status: str
) -> None:
    answer = http.post("/v1/events", json=world.event(recipient={"email": f"{name}@test.example"}))

    award = http.get(f"/v1/awards/{answer.json()['award']['id']}").json()
    assert answer.status_code == 201
    assert award["status"] == status


def test_the_same_recipients_are_like_any_other_for_the_issuer_itself(
    http: httpx.Client, alder: World
) -> None:
    event = alder.event(recipient={"email": "refused@test.example"})

    assert http.post("/v1/events", json=event, headers=alder.headers).status_code == 201


def test_a_batch_of_test_events_keeps_its_order(http: httpx.Client, world: World) -> None:
    events = [
        world.event(),
        world.event(recipient={"email": "unavailable@test.example"}),
        world.event(recipient={"email": "revoked@test.example"}),
    ]

    answer = http.post(
        "/v1/events/batch",
        content="\n".join(map(json.dumps, events)),
        headers={"content-type": "application/x-ndjson"},
    )

    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["status"] for row in rows] == [201, 503, 201]
    assert [row["id"] for row in rows] == [event["id"] for event in events]


def test_what_the_issuer_publishes_is_offered_in_the_sandbox_at_the_next_event(
    http: httpx.Client, world: World, alder: World
) -> None:
    alder.publish("MC-NEW", name="A new one")
    first = http.post("/v1/events", json=world.event(achievement="MC-NEW"))
    alder.publish("MC-NEW", name="A new one, told better")

    second = http.post("/v1/events", json=world.event(achievement="MC-NEW"))

    names = [http.get(f"/b/{each.json()['award']['id']}.json").json()["name"] for each in (first, second)]
    assert names == ["TEST: A new one", "TEST: A new one, told better"]


def test_what_was_defined_anew_in_the_sandbox_stays(http: httpx.Client, world: World, alder: World) -> None:
    world.publish(name="My own idea of it")
    alder.publish(name="The issuer's next idea")

    answer = http.post("/v1/events", json=world.event()).json()

    assert http.get(f"/b/{answer['award']['id']}.json").json()["name"] == "TEST: My own idea of it"


def test_pathways_come_along(alder: World) -> None:
    definition = {
        "name": "Feedback",
        "description": "All of it.",
        "requires": {"all": ["MC-FEEDBACK"]},
        "achievement": "STACK",
    }
    alder.publish("STACK")
    pathways.save(alder.context, alder.tenant, "STACK", definition)
    pathways.publish(alder.context, alder.tenant, "STACK")

    trial = trials.opened(alder.context, alder.tenant)

    [found] = pathways.published(alder.context, trial.id, "STACK")
    assert found.stack.definition.name == "Feedback"
    assert trials.opened(alder.context, alder.tenant).id == trial.id


def test_what_is_published_later_is_there_before_any_event_names_it(http: httpx.Client, alder: World) -> None:
    stack = {"name": "Both", "description": "Both.", "requires": {"all": ["MC-FEEDBACK", "MC-LATER"]}}
    later = DEFINITION | {"name": "Later"}

    for path, definition in (("achievements/MC-LATER", later), ("pathways/BOTH", stack)):
        assert http.put(f"/v1/{path}", json=definition, headers=alder.headers).status_code == 200
        assert http.post(f"/v1/{path}/publish", headers=alder.headers).status_code == 200

    event = alder.event(achievement="MC-LATER")
    http.post("/v1/sources", json={"name": "lms", "dialect": "open-edx"})
    rule = {"competency": "course-v1:Alder+LATER+2026", "achievement": "MC-LATER"}
    assert http.get("/v1/achievements/MC-LATER/schema").status_code == 200
    assert http.post("/v1/events?dry_run=true", json=event).json()["result"] == "would_issue"
    assert http.put("/v1/sources/lms/mapping", json={"rules": [rule]}).status_code == 200
    assert http.get("/v1/pathways/BOTH").json()["current"]["document"]["name"] == "Both"


def test_a_pathway_of_badges_that_are_retired_in_the_sandbox_stays_away(
    http: httpx.Client, alder: World
) -> None:
    assert http.post("/v1/achievements/MC-FEEDBACK/retire").status_code == 200
    stack = {"name": "One", "description": "One.", "requires": "MC-FEEDBACK"}
    pathways.save(alder.context, alder.tenant, "ONE", stack)

    published = http.post("/v1/pathways/ONE/publish", headers=alder.headers)

    assert published.status_code == 200
    assert http.get("/v1/pathways/ONE").status_code == 404


def test_purging_forgets_every_test_and_no_real_badge(http: httpx.Client, world: World, alder: World) -> None:
    real = alder.issue().award.credential
    award = http.post("/v1/events", json=world.event()).json()["award"]["id"]
    assert http.post("/v1/sources", json={"name": "lms", "dialect": "xapi"}).status_code == 201

    refused = http.delete("/v1/test-data", headers=alder.headers)
    purged = http.delete("/v1/test-data")

    assert (refused.status_code, problem(refused)) == (403, "test-key-needed")
    assert purged.json()["purged"] == 1
    assert len(http.get("/v1/sources").json()["sources"]) == 1
    assert http.get(f"/b/{award}.json").status_code == 404
    assert http.get(f"/b/{real.public_id}.json").status_code == 200
    assert http.post("/v1/events", json=world.event()).status_code == 201
    with world.context.database.read() as session:
        for table in Base.metadata.sorted_tables:
            if "tenant_id" in table.c and table.name not in purging.KEPT | {
                "request_record",
                "status_change",
            }:
                count = session.scalar(select(func.count()).where(table.c.tenant_id == world.tenant.id))
                assert (count or 0) <= 2, table.name
        assert session.scalar(select(func.count()).select_from(Credential)) == 2


@pytest.mark.parametrize("prefix", ["sk_live_", "sk_test_", "sk_"])
def test_a_key_works_under_its_own_prefix_alone(world: World, alder: World, prefix: str) -> None:
    for key in (world.api_key, alder.api_key):
        other = prefix + key.split("_", 2)[2]
        if other != key:
            with pytest.raises(Unauthenticated):
                clients.authenticate(world.context, other)


def test_a_sandbox_has_no_sandbox_and_needs_room_for_its_name(world: World) -> None:
    with pytest.raises(trials.NoTrials):
        trials.opened(world.context, world.tenant)


def test_the_command_makes_test_keys_and_purges(tmp_path: Path) -> None:
    settings = {
        "ISSUER_DATABASE_URL": f"sqlite:///{tmp_path}/cli.db",
        "ISSUER_KEYS_DIR": str(tmp_path / "keys"),
        "ISSUER_KEY_PASSPHRASE": "a passphrase for tests",
        "ISSUER_PUBLIC_URL": "https://badges.example.org",
    }
    run("migrate", folder=tmp_path, settings=settings)
    run("tenant", "create", "alder", "--name", "Alder", folder=tmp_path, settings=settings)

    key = run("client", "create", "lms", "--test", folder=tmp_path, settings=settings)
    live = run("client", "create", "lms", folder=tmp_path, settings=settings)
    purged = run("tenant", "purge-tests", "alder", folder=tmp_path, settings=settings)

    assert key.startswith("sk_test_")
    assert live.startswith("sk_live_")
    assert purged == "0 test badges were purged\n"


def test_definitions_saved_in_the_sandbox_are_not_the_issuers(world: World, alder: World) -> None:
    achievements.save(
        world.context,
        world.tenant,
        "MC-MINE",
        {"name": "M", "description": "M", "criteria": {"narrative": "M"}},
    )

    with world.context.database.read() as session:
        assert queries.find(session, alder.tenant.id, "MC-MINE") is None
