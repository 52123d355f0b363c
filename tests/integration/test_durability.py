"""What an interruption leaves behind is finished, once and to the same bytes; a service stops in order."""

import json
import signal
import threading
import time
from datetime import timedelta
from pathlib import Path

import httpx
from sqlalchemy import func, select

from issuer.core.documents import Document
from issuer.db.tables import Credential, Message
from issuer.services import finish, keys
from tests.support import process
from tests.support.interrupted import unsign
from tests.support.world import Clock, World, make_context, make_world


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
