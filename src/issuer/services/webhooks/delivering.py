"""Send webhooks what is on its way to them: each its own, one message after the other."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from issuer import failpoints, telemetry
from issuer.context import Context
from issuer.core.addresses import Addresses
from issuer.core.exchange import announcements, retrying
from issuer.core.exchange.retrying import Reply
from issuer.db import tenants, webhook_deliveries, webhooks
from issuer.db.webhook_deliveries import Due
from issuer.db.webhook_tables import Webhook
from issuer.errors import IssuerError
from issuer.services import claims
from issuer.services.webhooks import secrets, sending
from issuer.services.webhooks.secrets import Secret

KEPT: Final = timedelta(days=30)
"""For how long it can be seen what was delivered, and what was given up."""

_AT_ONCE: Final = 100
_SETTLED_TOGETHER: Final = 20
_GONE: Final = "gone"


def deliver_some(context: Context, holder: str, stop: threading.Event) -> int:
    """Send to some webhooks what is due, and return how many messages were attempted, 0 when none is.

    One that is slow keeps none but itself waiting. A message may arrive twice where a process dies, under
    the same id; the next one about the same award is sent when it has arrived, or is given up.
    """
    with context.database.read() as session:
        if not webhook_deliveries.is_any_due(session, context.clock()):
            return 0
    claimed = claims.webhooks(context, holder)
    if not claimed:
        return 0
    with context.database.read() as session:
        found = webhooks.owners(session, claimed)
    attempted = _serve_all(context, found, stop)
    broken = {each.id for each in found} - attempted.keys()
    claims.settle_webhooks(context, holder, [each for each in claimed if each not in broken])
    return sum(attempted.values())


def forget(context: Context) -> None:
    """Forget what came to its end more than thirty days ago. Nothing is written where there is none."""
    before = context.clock() - KEPT
    with context.database.read() as session:
        if not webhook_deliveries.is_any_over(session, before):
            return
    with context.database.write.begin() as session:
        webhook_deliveries.forget(session, before)


@dataclass
class _Run:
    """One webhook, what is sent to it in one go, and what came of it that is not written down yet."""

    context: Context
    webhook: Webhook
    addresses: Addresses
    secrets: Sequence[Secret]
    failures: int
    settled: list[dict[str, object]] = field(default_factory=list)


def _serve_all(context: Context, found: Sequence[Webhook], stop: threading.Event) -> dict[str, int]:
    """Serve each webhook in a thread that keeps no process from ending.

    Return how many messages were attempted, by the ids of those at which nothing broke.
    """
    attempted: dict[str, int] = {}
    threads = [
        threading.Thread(target=_serve, args=(context, each, stop, attempted), daemon=True) for each in found
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return attempted


def _serve(context: Context, webhook: Webhook, stop: threading.Event, attempted: dict[str, int]) -> None:
    """Note how many messages were attempted. What breaks is noted, and keeps no other webhook waiting."""
    try:
        attempted[webhook.id] = _deliver(context, webhook, stop)
    except Exception as error:  # noqa: BLE001 - its claim ends by itself, and it is tried again then
        context.metrics.faults.labels("webhook").inc()
        telemetry.log().error("webhook_failed", webhook=webhook.id, exception=telemetry.origin_of(error))


def _deliver(context: Context, webhook: Webhook, stop: threading.Event) -> int:
    now = context.clock()
    with context.database.read() as session:
        due = webhook_deliveries.next_due(session, webhook.tenant_id, webhook.id, now=now, limit=_AT_ONCE)
        addresses = context.addresses(tenants.by_id(session, webhook.tenant_id))
    try:
        known = secrets.of(context, webhook, now)
    except IssuerError as error:
        _put_off(context, webhook, Reply(None, error=error.detail))
        raise
    run = _Run(context, webhook, addresses, known, webhook.failures)
    return _send_all(run, due, stop)


def _send_all(run: _Run, due: Sequence[Due], stop: threading.Event) -> int:
    """Send messages until one fails, the claim is half over, or the process stops."""
    until, count = time.monotonic() + run.context.settings.lease_seconds / 2, 0
    for each in due:
        if stop.is_set() or time.monotonic() > until:
            break
        reply = _attempt(run, each)
        count += 1
        if not reply.arrived:
            _settle(run)
            _put_off(run.context, run.webhook, reply, run.failures)
            return count
        run.failures = 0
        if len(run.settled) >= _SETTLED_TOGETHER:
            _settle(run)
    _settle(run)
    return count


def _attempt(run: _Run, due: Due) -> Reply:
    context, public_url = run.context, run.context.settings.public_url
    body = announcements.body(due.news, run.addresses, public_url)
    reply = sending.send(context, run.webhook, run.secrets, due.webhook_id, body)
    failpoints.reach("posted")
    run.settled.append(_outcome(context, due, reply))
    return reply


def _outcome(context: Context, due: Due, reply: Reply) -> dict[str, object]:
    """Return what is written down of an attempt."""
    now, attempts = context.clock(), due.attempts + 1
    following = None if reply.arrived else retrying.next_attempt(attempts, now, reply, context.chance(2))
    is_dead = following is None and not reply.arrived
    return {
        "_id": due.id,
        "_attempts": attempts,
        "_next_at": following or now,
        "_delivered_at": now if reply.arrived else None,
        "_dead_at": now if is_dead else None,
        "_status": reply.status,
        "_error": (reply.error or "")[:300] or None,
    }


def _settle(run: _Run) -> None:
    """Write down what came of the messages that were sent, and that the webhook is well again."""
    if not run.settled:
        return
    with run.context.database.write.begin() as session:
        webhook_deliveries.settle(session, run.settled)
        if run.webhook.failures and not run.failures:
            webhooks.failed(session, run.webhook.tenant_id, run.webhook.id, failures=0, resting_until=None)
    run.settled.clear()


def _put_off(context: Context, webhook: Webhook, reply: Reply, failures: int | None = None) -> None:
    """Leave a webhook alone for a while, or for good where it says that it is gone."""
    failures, now = (webhook.failures if failures is None else failures) + 1, context.clock()
    with context.database.write.begin() as session:
        webhooks.failed(
            session, webhook.tenant_id, webhook.id,
            failures=failures, resting_until=retrying.rest(failures, now, reply),
        )  # fmt: skip
        if reply.is_gone:
            gone = {"disabled_at": now, "disabled_reason": _GONE}
            webhooks.change(session, webhook.tenant_id, webhook.id, gone)
