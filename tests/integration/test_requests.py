"""What became of a call is remembered for thirty days, and says nothing of what was sent."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from issuer import worker
from issuer.db import engine
from issuer.db.request_tables import RequestRecord
from issuer.services import clients, tenants
from issuer.services.request_log import Call, RequestLog
from tests.support.world import NOW, PROFILE, World


def call(world: World, number: int, **others: str) -> Call:
    request_id = f"req_{number:022}"
    return Call(request_id, world.tenant.id, world.client.id, NOW, "GET", "/v1/awards", 200, 1500, **others)


def count(world: World) -> int:
    with world.context.database.read() as session:
        return session.scalar(select(func.count()).select_from(RequestRecord)) or 0


def test_a_call_that_issued_says_for_which_event_and_which_award(http: httpx.Client, alder: World) -> None:
    sent = http.post("/v1/events", json=alder.event(id="sub-1"), headers=alder.headers).json()

    found = http.get(f"/v1/requests/{sent['request_id']}", headers=alder.headers).json()["request"]

    award = sent["award"]["id"]
    assert (found["method"], found["route"], found["status"]) == ("POST", "/v1/events", 201)
    assert (found["outcome"], found["eventId"], found["award"]) == ("issued", "sub-1", award)
    assert found["awardUrl"].endswith(f"/v1/awards/{award}")
    assert (found["client"], found["problem"]) == (alder.client.id, None)


def test_a_call_that_was_refused_says_why_and_where_without_what_was_sent(
    http: httpx.Client, alder: World
) -> None:
    event = alder.event(recipient={"email": "nobody at alder", "name": "Secret Teacher"})
    sent = http.post("/v1/events", json=event, headers=alder.headers).json()

    answer = http.get(f"/v1/requests/{sent['request_id']}", headers=alder.headers)

    problem = answer.json()["request"]["problem"]
    assert problem["pointers"] == ["/recipient/email"]
    assert (problem["code"], problem["type"]) == ("invalid-fields", sent["type"])
    assert "missing, unknown" in problem["explanation"]
    assert "nobody at" not in answer.text
    assert "Secret" not in answer.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_call_is_seen_by_its_own_key_and_its_own_issuer(http: httpx.Client, alder: World) -> None:
    birch = tenants.create(alder.context, "birch", PROFILE)
    _, theirs = clients.create(alder.context, birch, "tests", clients.SCOPES)
    _, other = clients.create(alder.context, alder.tenant, "tests", ["events:write"])
    sent = http.get("/v1/awards", headers={"authorization": f"Bearer {other}"}).json()

    seen = [
        http.get(f"/v1/requests/{sent['request_id']}", headers={"authorization": f"Bearer {key}"}).status_code
        for key in (other, alder.api_key, theirs)
    ]
    own = http.get("/v1/awards", headers=alder.headers).json()
    lesser = http.get(
        f"/v1/requests/{own['request_id']}", headers={"authorization": f"Bearer {other}"}
    ).status_code

    assert (seen, lesser) == ([200, 200, 404], 403)


def test_calls_are_forgotten_after_thirty_days(alder: World) -> None:
    log = RequestLog()
    log.note(call(alder, 1))
    log.note(replace(call(alder, 2), at=NOW + timedelta(days=2)))
    log.write(alder.context)
    log.note(call(alder, 1))
    log.write(alder.context)
    assert count(alder) == 2

    alder.clock.move(days=31)
    worker.run_once(alder.context)

    assert count(alder) == 1


def test_what_no_database_takes_loses_no_other_call(alder: World) -> None:
    log = RequestLog()
    log.note(call(alder, 1, event_id="nul\0"))
    log.note(call(alder, 2, award="\ud800"))
    log.note(call(alder, 3, award="x" * 400))
    log.note(call(alder, 4))

    log.write(alder.context)

    assert count(alder) == 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_calls_wait_for_a_database_that_does_not_answer(alder: World) -> None:
    log = RequestLog()
    log.note(call(alder, 1))
    log.note(call(alder, 2))
    away = replace(alder.context, database=engine.connect("sqlite:////nowhere/at/all.db"))

    with pytest.raises(OperationalError):
        log.write(away)
    assert log.holds(call(alder, 1).id)
    log.write(alder.context)

    assert count(alder) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_writing_calls_down_makes_nothing_look_changed(alder: World) -> None:
    log, before = RequestLog(), alder.context.database.changes.latest
    log.note(call(alder, 1))

    log.write(alder.context)

    assert alder.context.database.changes.latest is before
