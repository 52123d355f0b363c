"""Real processes, really killed: nothing acknowledged is lost, and no second badge is made."""

import json
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from issuer.core.documents import Document
from issuer.db import engine, migrations
from issuer.db.tables import Credential, Event, Message
from issuer.services import finish, keys
from tests.support import postgres, process
from tests.support.interrupted import unsign
from tests.support.world import Clock, World, make_context, make_world

KILLS = 6
EVENTS = 120


def send_until_answered(url: str, world: World, event: Document) -> str:
    """Send as a patient platform does, and return the award's id once it is acknowledged."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            answer = httpx.post(
                f"{url}/v1/events", json=event, headers=world.headers, timeout=30, trust_env=False
            )
            if answer.is_success:
                return str(answer.json()["award"]["id"])
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("an event was never acknowledged")


@pytest.mark.slow
def test_killing_the_service_again_and_again_loses_nothing_and_doubles_nothing(
    tmp_path: Path, database_url: str
) -> None:
    clock = Clock(datetime.now(UTC))  # noqa: TID251 - the killed processes have the real clock
    world = make_world(make_context(tmp_path, database_url, clock), clock)
    world.publish()
    events = [world.event() for _ in range(EVENTS)]
    with process.serving(world) as served, ThreadPoolExecutor(8) as platform:
        sent = [platform.submit(send_until_answered, served.url, world, event) for event in events]
        chance = random.Random(7)
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.1, 0.6))
            served.kill()
            served.start()
        acknowledged = [each.result() for each in sent]
        repeated = [send_until_answered(served.url, world, event) for event in events[:20]]

    clock.move(minutes=5)
    finish.finish_all(world.context)
    with world.context.database.read() as session:
        credentials = session.scalars(select(Credential)).all()
        per_event = session.scalar(select(func.count()).select_from(Event))
        announced = session.scalars(select(Message.credential_id)).all()
    checks = [world.verify(str(row.secured)).checks[1].code for row in credentials]
    world.context.database.engine.dispose()
    assert len(set(acknowledged)) == EVENTS
    assert repeated == acknowledged[:20]
    assert {row.public_id for row in credentials} == set(acknowledged)
    assert per_event == EVENTS
    assert len(announced) == len(set(announced)) == EVENTS
    assert len({(row.revocation_list_id, row.revocation_index) for row in credentials}) == EVENTS
    assert set(checks) == {"unchanged"}


def test_a_draft_left_behind_is_finished_to_the_same_bytes(alder: World) -> None:
    award = alder.issue().award[0]
    with alder.context.database.write.begin() as session:
        row = session.get(Credential, award.id)
        assert row is not None
        unsign(row)
    alder.clock.move(minutes=1)

    assert finish.finish_all(alder.context) == 1

    with alder.context.database.read() as session:
        found = session.get(Credential, award.id)
        assert found is not None
        assert found.secured == award.secured


def test_a_repeated_event_finishes_what_a_crash_interrupted(alder: World) -> None:
    event = alder.event()
    award = alder.send(event).award[0]
    with alder.context.database.write.begin() as session:
        row = session.get(Credential, award.id)
        assert row is not None
        unsign(row)

    assert alder.send(event).award[0].secured == award.secured


def test_two_finishers_of_one_draft_publish_it_once(alder: World) -> None:
    award = alder.issue().award[0]
    with alder.context.database.write.begin() as session:
        row = session.get(Credential, award.id)
        assert row is not None
        unsign(row)
        session.query(Message).delete()

    def work() -> None:
        finish.finish(alder.context, alder.tenant.id, award.id, actor="worker", request_id="worker")

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with alder.context.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 1


def test_the_service_stops_in_order_and_serves_what_it_accepted(tmp_path: Path, database_url: str) -> None:
    clock = Clock()
    world = make_world(make_context(tmp_path, database_url, clock), clock)
    world.publish()

    with process.serving(world) as served:
        award_id = send_until_answered(served.url, world, world.event())
        served.running.send_signal(signal.SIGTERM)
        code = served.running.wait(timeout=15)
        served.start()
        text = httpx.get(f"{served.url}/b/{award_id}.json", trust_env=False).text

    world.context.database.engine.dispose()
    assert code in (0, -signal.SIGTERM)
    assert json.loads(text)["id"].endswith(award_id)


@pytest.mark.slow
def test_killing_postgresql_itself_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    clock = Clock(datetime.now(UTC))  # noqa: TID251 - the served process has the real clock
    with postgres.cluster() as cluster:
        database = engine.connect(cluster.create_database("killed"))
        migrations.upgrade(database)
        database.engine.dispose()
        url = database.engine.url.render_as_string(hide_password=False)
        world = make_world(make_context(tmp_path, url, clock), clock)
        world.publish()
        events = [world.event() for _ in range(60)]
        with process.serving(world) as served, ThreadPoolExecutor(6) as platform:
            sent = [platform.submit(send_until_answered, served.url, world, event) for event in events]
            for _ in range(3):
                time.sleep(0.4)
                cluster.kill()
                cluster.start()
            acknowledged = [each.result() for each in sent]
        world.context.database.engine.dispose()
        with world.context.database.read() as session:
            stored = session.execute(select(Credential.public_id, Credential.secured)).all()
        world.context.database.engine.dispose()

    assert {public_id for public_id, _ in stored} == set(acknowledged)
    assert len(acknowledged) == len(set(acknowledged)) == 60
    assert all(secured is not None for _, secured in stored)


def test_a_draft_that_cannot_be_finished_keeps_no_other_one_waiting(alder: World) -> None:
    awards = [alder.issue().award[0] for _ in range(3)]
    lost = keys.rotate(alder.context, alder.tenant)
    stuck = alder.issue().award[0]
    with alder.context.database.write.begin() as session:
        for row in session.scalars(select(Credential)):
            unsign(row)
            row.created_at -= timedelta(hours=stuck.id == row.id)
    alder.context.keyring.destroy(lost.id)

    assert finish.finish_all(alder.context, timedelta(0)) == len(awards)


def test_a_draft_that_breaks_keeps_no_other_one_waiting_and_no_worker_from_working(alder: World) -> None:
    awards = [alder.issue().award[0] for _ in range(3)]
    with alder.context.database.write.begin() as session:
        for row in session.scalars(select(Credential)):
            unsign(row)
            if row.id == awards[1].id:
                row.draft = b"no draft of ours"

    done = finish.finish_all(alder.context, timedelta(0))

    assert done == len(awards) - 1
    seen = alder.context.metrics.registry.get_sample_value("issuer_faults_total", {"code": "unfinishable"})
    assert seen == 1
