"""Webhooks from the outbox to a real receiver: at least once, in order, again after failures."""

import json
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from issuer import worker
from issuer.core.documents import Document
from issuer.db import outbox_reading, webhooks
from issuer.db.tables import Message
from issuer.db.webhook_tables import Delivery, OutboxHole, Webhook
from issuer.failpoints import VARIABLE
from issuer.net import targets
from issuer.net.answers import Posted
from issuer.net.client import GuardedClient
from issuer.services import revoke
from issuer.services.webhooks import announcing, delivering, registering
from issuer.services.webhooks.registering import Change
from tests.support import process
from tests.support.receiver import Receiver, receiving
from tests.support.world import World


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def here(alder: World) -> World:
    """Alder, who may send to this machine."""
    settings = alder.context.settings.model_copy(update={"fetch_loopback": True})
    post = GuardedClient(allow_loopback=True).post
    return replace(alder, context=replace(alder.context, settings=settings, post=post))


def listen(world: World, receiver: Receiver, *, ed25519: bool = False) -> tuple[str, str]:
    """Return the id and the secret of a webhook to a receiver."""
    webhook, secret = registering.add(world.context, world.tenant.id, receiver.url, ed25519=ed25519)
    return webhook.id, secret.shown


def suspend(world: World, public_id: str) -> None:
    revoke.change(
        world.context, world.client, public_id, "suspend",
        reason="other", note=None, request_id="req_test",
    )  # fmt: skip


def deliveries(world: World) -> list[Delivery]:
    with world.context.database.read() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.message_id)))


def bodies(receiver: Receiver) -> list[Document]:
    return [json.loads(each.body) for each in receiver.received]


def test_what_happens_to_an_award_is_told_signed_in_order_and_without_a_person(
    here: World, receiver: Receiver
) -> None:
    webhook_id, secret = listen(here, receiver, ed25519=True)
    public = registering.public_key(here.context, webhook(here, webhook_id)) or ""
    award = here.issue(recipient={"email": "teacher@alder.example", "name": "Example Teacher"}).award[0]
    revoke.change(
        here.context, here.client, award.public_id, "revoke",
        reason="issued_in_error", note="a secret", request_id="req_test",
    )  # fmt: skip

    worker.run_once(here.context)

    assert receiver.verified(here, secret) == receiver.verified(here, public) == receiver.ids
    issued, revoked = bodies(receiver)
    assert issued == {
        "type": "award.issued",
        "timestamp": "2026-06-12T19:03:50Z",
        "data": {
            "award": {
                "id": award.public_id,
                "achievement": {"code": "MC-FEEDBACK", "version": 1},
                "livemode": True,
            },
            "award_url": f"https://badges.example.org/v1/awards/{award.public_id}",
            "page_url": f"https://badges.example.org/b/{award.public_id}",
            "credential_url": f"https://badges.example.org/b/{award.public_id}.json",
        },
    }
    assert revoked["type"] == "award.status_changed"
    assert (revoked["data"]["status"], revoked["data"]["reason"]) == ("revoked", "issued_in_error")
    assert b"Example Teacher" not in receiver.received[0].body


def webhook(world: World, webhook_id: str) -> Webhook:
    with world.context.database.read() as session:
        return webhooks.by_id(session, world.tenant.id, webhook_id)


def test_what_did_not_arrive_is_sent_again_under_the_same_id_and_what_follows_waits(
    here: World, receiver: Receiver
) -> None:
    listen(here, receiver)
    receiver.answers = [(500, {})]
    award = here.issue().award[0]
    suspend(here, award.public_id)

    worker.run_once(here.context)
    assert [each["type"] for each in bodies(receiver)] == ["award.issued"]
    here.clock.move(seconds=6)
    worker.run_once(here.context)

    kinds = [each["type"] for each in bodies(receiver)]
    assert kinds == ["award.issued", "award.issued", "award.status_changed"]
    assert receiver.ids[0] == receiver.ids[1] != receiver.ids[2]


def test_a_message_is_given_up_after_ten_attempts_and_can_be_replayed(
    here: World, receiver: Receiver
) -> None:
    webhook_id, _ = listen(here, receiver)
    receiver.answers = [(503, {})] * 10
    began = here.clock.now
    here.issue()
    for _ in range(12):
        worker.run_once(here.context)
        here.clock.move(hours=27)

    [dead] = deliveries(here)
    assert (dead.attempts, dead.status, dead.delivered_at, len(receiver.ids)) == (10, 503, None, 10)
    count = registering.replay(here.context, here.tenant.id, webhook_id, dead_since=began)
    worker.run_once(here.context)

    assert count == 1
    assert len(set(receiver.ids)) == 1
    assert deliveries(here)[0].delivered_at is not None


def test_a_receiver_that_asks_for_a_pause_gets_it(here: World, receiver: Receiver) -> None:
    listen(here, receiver)
    receiver.answers = [(429, {"Retry-After": "600"})]
    here.issue()
    worker.run_once(here.context)

    for seconds in (60, 539):
        here.clock.move(seconds=seconds)
        here.issue()
        worker.run_once(here.context)
        assert len(receiver.ids) == 1
    here.clock.move(seconds=2)
    worker.run_once(here.context)

    assert len(receiver.ids) == 4


def test_a_receiver_that_is_gone_is_sent_nothing_more(here: World, receiver: Receiver) -> None:
    webhook_id, _ = listen(here, receiver)
    receiver.answers = [(410, {})]
    here.issue()
    worker.run_once(here.context)
    here.issue()
    here.clock.move(days=1)
    worker.run_once(here.context)

    assert len(receiver.ids) == 1
    assert webhook(here, webhook_id).disabled_reason == "gone"
    registering.change(here.context, here.tenant.id, webhook_id, Change(disabled=False))
    worker.run_once(here.context)
    assert len(receiver.ids) == 2


def test_both_secrets_sign_while_one_replaces_the_other(here: World, receiver: Receiver) -> None:
    webhook_id, old = listen(here, receiver)
    _, new = registering.rotate(here.context, here.tenant.id, webhook_id, timedelta(hours=1))
    here.issue()
    worker.run_once(here.context)

    assert receiver.verified(here, old) == receiver.verified(here, new.shown)
    here.clock.move(hours=2)
    here.issue()
    worker.run_once(here.context)
    receiver.received = receiver.received[1:]
    assert len(receiver.verified(here, new.shown)) == 1
    with pytest.raises(Exception, match="no signature"):
        receiver.verified(here, old)


def test_only_what_is_asked_for_is_told_and_to_each_issuer_its_own(here: World, receiver: Receiver) -> None:
    registering.add(here.context, here.tenant.id, receiver.url, ["award.corrected", "review.requested"])
    here.issue()

    worker.run_once(here.context)

    assert receiver.received == []
    assert deliveries(here) == []


@pytest.mark.parametrize("url", ["https://10.0.0.7/x", "http://alder.example/", "https://alder.example:25/"])
def test_an_address_inside_is_never_sent_anything(here: World, receiver: Receiver, url: str) -> None:
    listen(here, receiver)
    here.issue()
    with here.context.database.write.begin() as session:
        session.execute(update(Webhook).values(url=url))

    worker.run_once(here.context)

    [found] = deliveries(here)
    assert (found.attempts, found.status, found.delivered_at) == (1, None, None)
    assert found.error
    assert "10.0.0.7 " not in found.error.replace("10.0.0.7 does not lead", "")


def test_this_machine_is_refused_unless_the_operator_allows_it(alder: World) -> None:
    with pytest.raises(targets.RefusedAddress):
        registering.add(alder.context, alder.tenant.id, "http://127.0.0.1:9/")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_that_dies_before_it_writes_down_what_arrived_sends_it_again_under_the_same_id(
    here: World, receiver: Receiver
) -> None:
    here.clock.now = datetime.now(UTC)  # noqa: TID251 - the other process has the real clock
    _, secret = listen(here, receiver)
    here.issue()
    dying = {"ISSUER_FETCH_LOOPBACK": "true", VARIABLE: "posted"}
    with process.running(here, "worker", "--once", **dying) as died:
        assert died.wait(30) == -9

    here.clock.move(seconds=60)
    worker.run_once(here.context)

    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1
    here.clock.move(seconds=-60)
    assert len(receiver.verified(here, secret)) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_that_hangs_keeps_only_itself_waiting(here: World, receiver: Receiver) -> None:
    listen(here, receiver)
    hanging, done = threading.Event(), threading.Event()
    registering.add(here.context, here.tenant.id, "http://127.0.0.1:9/hangs")
    prompt = here.context.post

    def post(url: str, body: bytes, headers: dict[str, str]) -> object:
        if url.endswith("hangs"):
            hanging.set()
            done.wait(30)
        return prompt(url, body, headers)

    here.issue()
    slow = replace(here.context, post=post)  # type: ignore[arg-type]
    thread = threading.Thread(target=worker.run_once, args=(slow,))
    thread.start()
    hanging.wait(30)
    while not receiver.ids:
        done.wait(0.01)
    done.set()
    thread.join()

    assert len(receiver.ids) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_message_that_is_committed_late_is_not_lost(here: World, receiver: Receiver) -> None:
    listen(here, receiver)
    engine = here.context.database.engine
    award = here.issue().award[0]
    announcing.announce(here.context)
    with engine.connect() as late, late.begin():
        late.execute(text(_LATE), {"id": award.id})
        suspend(here, here.issue().award[0].public_id)
        announcing.announce(here.context)
        assert len(deliveries(here)) == 3
        with here.context.database.read() as session:
            assert len(session.scalars(select(OutboxHole)).all()) == 1

    announcing.announce(here.context)

    assert len(deliveries(here)) == 4
    with here.context.database.read() as session:
        assert session.scalars(select(OutboxHole)).all() == []
        assert not outbox_reading.is_anything_new(session)
        assert len(session.scalars(select(Message)).all()) == 4


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_while_one_worker_reads_the_outbox_another_one_waits_for_nothing(
    here: World, receiver: Receiver
) -> None:
    listen(here, receiver)
    here.issue()
    with here.context.database.write.begin() as session:
        outbox_reading.take(session, here.clock.now, 10)
        assert announcing.announce(here.context) == 0
        session.rollback()

    assert announcing.announce(here.context) == 1
    assert announcing.announce(here.context) == 0
    assert len(deliveries(here)) == 1


_LATE = """INSERT INTO outbox (tenant_id, credential_id, topic, actor, request_id, created_at)
SELECT tenant_id, id, 'award.suspended', 'test', 'req_test', created_at FROM credential WHERE id = :id"""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_secret_is_not_in_the_database_where_there_is_a_passphrase(
    here: World, receiver: Receiver, tmp_path: Path
) -> None:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("a passphrase of many words")
    settings = here.context.settings.model_copy(update={"key_passphrase_file": passphrase})
    world = replace(here, context=replace(here.context, settings=settings))
    webhook_id, secret = listen(world, receiver)

    assert len(webhook(world, webhook_id).secret) == 1 + 12 + 64 + 16
    world.issue()
    worker.run_once(world.context)
    assert len(receiver.verified(world, secret)) == 1
    passphrase.write_text("another passphrase altogether")
    world.issue()
    worker.run_once(world.context)
    assert len(receiver.received) == 1


def test_what_breaks_at_one_webhook_is_left_alone_until_its_claim_ends(
    here: World, receiver: Receiver
) -> None:
    broken = []

    def post(url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
        if url == receiver.url:
            return here.context.post(url, body, headers)
        broken.append(url)
        raise RuntimeError

    context = replace(here.context, post=post)
    registering.add(here.context, here.tenant.id, "https://broken.example/hook")
    listen(here, receiver)
    here.issue()
    announcing.announce(context)

    sent = [delivering.deliver_some(context, "worker", threading.Event()) for _ in range(3)]
    at_once = len(broken)
    here.clock.move(seconds=here.context.settings.lease_seconds)
    delivering.deliver_some(context, "worker", threading.Event())

    assert (sent, at_once, len(broken)) == ([1, 0, 0], 1, 2)


def test_an_issuer_never_has_more_webhooks_than_it_may(here: World) -> None:
    for _ in range(registering.MOST - 1):
        registering.add(here.context, here.tenant.id, "https://lms.example/hook")
    start = threading.Barrier(8)

    def add(_: int) -> bool:
        start.wait()
        try:
            registering.add(here.context, here.tenant.id, "https://lms.example/hook")
        except registering.TooManyWebhooks:
            return False
        return True

    with ThreadPoolExecutor(8) as platform:
        added = list(platform.map(add, range(8)))

    assert sum(added) == 1
