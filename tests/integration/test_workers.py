"""Several workers at the same work: real processes, killed and stopped."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select, update

from issuer import worker
from issuer.db.tables import Credential, Message, StatusList
from issuer.db.work_tables import Lease
from issuer.services import claims, keys
from tests.support import process
from tests.support.interrupted import unsign
from tests.support.world import Clock, World, make_context, make_world

LONG_AGO = timedelta(hours=1)


@pytest.fixture
def now_world(tmp_path: Path, database_url: str) -> Iterator[World]:
    """A world whose clock shows the time at which the test began, as that of other processes does."""
    clock = Clock(datetime.now(UTC))  # noqa: TID251 - the other processes have the real clock
    world = make_world(make_context(tmp_path, database_url, clock), clock)
    world.publish()
    yield world
    world.context.database.engine.dispose()


def leave_unfinished(world: World, count: int) -> list[Credential]:
    """Return drafts as interruptions leave them behind, some time ago."""
    awards = [world.issue().award[0] for _ in range(count)]
    with world.context.database.write.begin() as session:
        for row in session.scalars(select(Credential)):
            unsign(row)
            row.created_at = world.context.clock() - LONG_AGO
        session.query(Message).delete()
    return awards


def unfinished(world: World) -> int:
    with world.context.database.read() as session:
        query = select(func.count()).select_from(Credential).where(Credential.secured.is_(None))
        return session.scalar(query) or 0


def holders(world: World) -> set[str]:
    with world.context.database.read() as session:
        return set(session.scalars(select(Lease.holder)))


def announced(world: World) -> list[str]:
    with world.context.database.read() as session:
        return list(session.scalars(select(Message.credential_id)))


def wait_until_finished(world: World, left: int = 0) -> None:
    deadline = time.monotonic() + 90
    while unfinished(world) > left:
        assert time.monotonic() < deadline, f"{unfinished(world)} drafts are still unfinished"
        time.sleep(0.02)


class TestClaims:
    def test_what_one_worker_claimed_no_other_one_gets(self, alder: World) -> None:
        awards = leave_unfinished(alder, 3)

        first = claims.drafts(alder.context, "first", timedelta(0))
        second = claims.drafts(alder.context, "second", timedelta(0))

        assert sorted(first) == sorted((alder.tenant.id, award.id) for award in awards)
        assert second == []

    def test_a_claim_ends_by_itself(self, alder: World) -> None:
        leave_unfinished(alder, 2)
        first = claims.drafts(alder.context, "first", timedelta(0))
        alder.clock.move(seconds=alder.context.settings.lease_seconds)

        second = claims.drafts(alder.context, "second", timedelta(0))
        claims.settle_drafts(alder.context, "first", [key for _, key in first])

        assert second == first
        assert holders(alder) == {"second"}

    def test_what_is_handed_back_is_free_at_once(self, alder: World) -> None:
        leave_unfinished(alder, 2)
        first = claims.drafts(alder.context, "first", timedelta(0))

        claims.hand_back(alder.context, "first")

        assert claims.drafts(alder.context, "second", timedelta(0)) == first

    def test_a_list_is_claimed_by_one_worker(self, alder: World) -> None:
        alder.issue()

        first = claims.lists(alder.context, "first")

        assert len(first) == 1
        assert claims.lists(alder.context, "second") == []
        claims.settle_lists(alder.context, "first", first)
        assert claims.lists(alder.context, "second") == first

    @pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
    def test_a_list_is_claimed_while_somebody_issues_from_it(self, alder: World) -> None:
        alder.issue()
        with alder.context.database.write.begin() as issuing:
            issuing.execute(update(StatusList).values(allocated=StatusList.allocated + 1))

            assert len(claims.lists(alder.context, "worker")) == 1

    @pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
    def test_drafts_that_another_worker_is_claiming_are_passed_over(self, alder: World) -> None:
        held, free = leave_unfinished(alder, 2)
        with alder.context.database.write.begin() as other:
            other.scalars(
                select(Credential).where(Credential.id == held.id).with_for_update(of=Credential)
            ).one()

            assert claims.drafts(alder.context, "worker", timedelta(0)) == [(alder.tenant.id, free.id)]

    def test_a_worker_finishes_all_and_keeps_no_claim(self, alder: World) -> None:
        awards = leave_unfinished(alder, 5)

        done = worker.run_once(alder.context, timedelta(0))

        assert done == len(awards) + 1
        assert (unfinished(alder), holders(alder)) == (0, set())

    def test_what_a_worker_is_at_is_left_alone_by_another_one(self, alder: World) -> None:
        leave_unfinished(alder, 5)
        claims.drafts(alder.context, "slow", timedelta(0))
        claims.lists(alder.context, "slow")

        assert worker.run_once(alder.context, timedelta(0)) == 0
        assert holders(alder) == {"slow"}

    def test_a_draft_that_cannot_be_finished_is_tried_once_a_round(self, alder: World) -> None:
        lost = keys.rotate(alder.context, alder.tenant)
        awards = leave_unfinished(alder, 3)
        alder.context.keyring.destroy(lost.id)

        worker.run_once(alder.context, timedelta(0))

        assert unfinished(alder) == len(awards)
        assert holders(alder) == set()

    def test_a_worker_that_is_told_to_stop_ends_what_it_has_in_hand_and_claims_no_more(
        self, alder: World
    ) -> None:
        awards = leave_unfinished(alder, 105)
        stop = threading.Event()

        def clock() -> datetime:
            if holders(alder):
                stop.set()
            return alder.clock()

        worker.run(replace(alder.context, clock=clock), stop)

        assert 0 < unfinished(alder) < len(awards)
        assert holders(alder) == set()


class TestProcesses:
    @pytest.mark.slow
    def test_two_workers_share_what_waits_and_nothing_is_signed_twice(self, now_world: World) -> None:
        awards = leave_unfinished(now_world, 200)
        claims.lists(now_world.context, "somebody else")  # so that they do not count below

        with ExitStack() as stack:
            both = [stack.enter_context(process.running(now_world, "worker", "--once")) for _ in range(2)]
            printed = [int(each.communicate(timeout=120)[0].split()[0]) for each in both]

        assert sum(printed) == len(awards)
        assert sorted(announced(now_world)) == sorted(award.id for award in awards)
        assert unfinished(now_world) == 0

    @pytest.mark.slow
    def test_what_a_killed_worker_was_at_is_done_by_another_one(self, now_world: World) -> None:
        awards = leave_unfinished(now_world, 150)
        short = {"ISSUER_LEASE_SECONDS": "2"}
        with process.running(now_world, "worker", **short) as killed:
            wait_until_finished(now_world, left=140)
            killed.kill()
            killed.wait()

        with process.running(now_world, "worker", **short):
            wait_until_finished(now_world)

        assert sorted(announced(now_world)) == sorted(award.id for award in awards)

    @pytest.mark.slow
    def test_a_worker_that_is_told_to_stop_hands_back_what_it_has_not_done(self, now_world: World) -> None:
        leave_unfinished(now_world, 300)
        with process.running(now_world, "worker") as stopped:
            wait_until_finished(now_world, left=290)
            stopped.send_signal(signal.SIGTERM)
            code = stopped.wait(timeout=10)

        assert code == 0
        assert holders(now_world) == set()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
class TestServingTogether:
    @pytest.mark.slow
    def test_several_processes_answer_on_one_port_and_one_that_is_killed_comes_back(
        self, now_world: World
    ) -> None:
        with process.serving(now_world, "--workers", "2") as served:
            before = children(served.running.pid)
            os.kill(before[0], signal.SIGKILL)
            answers = [send(served, now_world).status_code for _ in range(20)]
            wait_for_children(served, {*before} - {before[0]}, 2)
            counted = httpx.get(f"{served.url}/metrics", trust_env=False).text
            served.running.send_signal(signal.SIGTERM)
            code = served.running.wait(timeout=15)

        assert len(before) == 2
        assert answers == [201] * 20
        assert code == 0
        assert 'issuer_events_total{outcome="issued"} 20.0' in counted
        assert not any(map(is_alive, before))

    @pytest.mark.slow
    def test_no_process_outlasts_the_one_that_watches_over_it(self, now_world: World) -> None:
        with process.serving(now_world, "--workers", "2") as served:
            orphans = children(served.running.pid)
            served.kill()
            deadline = time.monotonic() + 30
            while any(map(is_alive, orphans)):
                assert time.monotonic() < deadline
                time.sleep(0.05)
            served.start()

            assert send(served, now_world).status_code == httpx.codes.CREATED

    @pytest.mark.slow
    def test_the_workers_of_all_processes_share_what_waits(self, now_world: World) -> None:
        awards = leave_unfinished(now_world, 120)

        with process.serving(now_world, "--workers", "2") as served:
            wait_until_finished(now_world)
            served.running.send_signal(signal.SIGINT)
            served.running.wait(timeout=15)

        assert sorted(announced(now_world)) == sorted(award.id for award in awards)
        assert holders(now_world) == set()


def send(served: process.Process, world: World) -> httpx.Response:
    """Send an event as a patient platform does: a connection may end with its process."""
    event = world.event()
    for _ in range(50):
        try:
            return httpx.post(
                f"{served.url}/v1/events", json=event, headers=world.headers, timeout=30, trust_env=False
            )
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("nobody answered")


def children(parent: int) -> list[int]:
    """Return the processes that answer: one of the others only tracks resources."""
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(each) for each in listed if "spawn_main" in Path(f"/proc/{each}/cmdline").read_text()]


def wait_for_children(served: process.Process, kept: set[int], count: int) -> None:
    deadline = time.monotonic() + 60
    while not (kept < (found := set(children(served.running.pid))) and len(found) == count):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_several_serving_processes_are_refused_on_sqlite(now_world: World) -> None:
    with process.running(now_world, "serve", "--workers", "2") as refused:
        _, errors = refused.communicate(timeout=60)

    assert refused.returncode == 1
    assert b"SQLite is for one serving process" in errors
    assert b"Traceback" not in errors
