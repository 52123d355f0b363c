"""Send holders' badges to the hosts that they consented to: at once, and again where a host asks for it."""

import threading
import time
from datetime import timedelta
from typing import Final

from issuer import telemetry
from issuer.context import Context
from issuer.core.exchange import retrying
from issuer.core.exchange.retrying import Reply
from issuer.db import hosts as rows
from issuer.db import tenants
from issuer.db.hosts import Linked, Pushed
from issuer.db.tables import Tenant
from issuer.errors import IssuerError
from issuer.services import standing
from issuer.services.hosts import keeping, linking, talking
from issuer.services.hosts.talking import ConsentGone

_AT_ONCE: Final = 50
_BUSY: Final = timedelta(minutes=2)
_PATIENCE: Final = 60.0
_EARLY: Final = timedelta(seconds=30)
"""How long before its end an access token is refreshed."""
_OUTLASTED: Final = "the host did not take it for days"
_WITHDRAWN: Final = "it is not current any more"


def send_some(context: Context, stop: threading.Event) -> int:
    """Send to the hosts of whatever holder what is due, and return how many badges were attempted.

    What breaks at one host is noted, and keeps no other waiting.
    """
    with context.database.read() as session:
        found = rows.due(session, context.clock(), _AT_ONCE)
    count = 0
    for tenant_id, link_id in found:
        if stop.is_set():
            break
        try:
            count += serve(context, tenant_id, link_id)
        except Exception as error:  # noqa: BLE001 - others are not kept waiting
            context.metrics.faults.labels("host").inc()
            telemetry.log().error("host_failed", link=link_id, exception=telemetry.origin_of(error))
    return count


def serve(context: Context, tenant_id: str, link_id: str, patience: float = _PATIENCE) -> int:
    """Send to one host what is due there, and return how many badges were attempted.

    It ends with the first that the host asks to send later. Nothing is done where somebody else is at it.
    """
    now = context.clock()
    with context.database.write.begin() as session:
        if not rows.claim(session, tenant_id, link_id, now=now, until=now + _BUSY):
            return 0
    try:
        return _send_all(context, tenant_id, link_id, time.monotonic() + patience)
    except IssuerError as error:
        _put_off(context, tenant_id, link_id, Reply(None, error=error.detail), 1)
        return 0
    finally:
        with context.database.write.begin() as session:
            rows.change(session, tenant_id, link_id, {"busy_until": None})


def _send_all(context: Context, tenant_id: str, link_id: str, until: float) -> int:
    count = 0
    while time.monotonic() < until:
        with context.database.read() as session:
            linked = rows.linked(session, tenant_id, link_id)
            due = rows.next_push(session, tenant_id, link_id, context.clock())
            tenant = tenants.by_id(session, tenant_id)
        if linked is None or due is None or linked.link.ended_at is not None:
            break
        count += 1
        if not _send(context, tenant, linked, due):
            break
    return count


def _send(context: Context, tenant: Tenant, linked: Linked, due: Pushed) -> bool:
    """Return whether more may be sent to this host now."""
    now = context.clock()
    badges = standing.undamaged(context, [due.credential], tenant) if _may_go(context, due) else []
    if not badges:
        _settle(context, due, {"next_at": None, "dead_at": now, "status": None, "error": _WITHDRAWN})
        return True
    try:
        reply = _put(context, linked, badges[0].text)
    except ConsentGone:
        with context.database.write.begin() as session:
            rows.change(session, linked.link.tenant_id, linked.link.id, {"ended_at": now})
        return False
    attempts = due.push.attempts + 1
    told = {"attempts": attempts, "status": reply.status, "error": (reply.error or "")[:300] or None}
    if reply.arrived:
        _settle(context, due, {**told, "next_at": None, "sent_at": now, "dead_at": None})
        return True
    if not talking.is_for_later(reply):
        _settle(context, due, {**told, "next_at": None, "dead_at": now})
        return True
    following = retrying.next_attempt(attempts, now, reply, context.chance(2))
    if following is None:
        _settle(context, due, {**told, "next_at": None, "dead_at": now, "error": _OUTLASTED})
        return True
    _settle(context, due, {**told, "next_at": following})
    _put_off(context, linked.link.tenant_id, linked.link.id, reply, attempts)
    return False


def _may_go(context: Context, due: Pushed) -> bool:
    badge = due.credential
    return badge.erased_at is None and linking.is_sent(badge, context.clock())


def _put(context: Context, linked: Linked, text: str) -> Reply:
    """Return what a host answered to a badge. A token that it takes no more is refreshed, once.

    Raises `ConsentGone` where the tokens are worth nothing any more.
    """
    known, link = keeping.known(context, linked.host), linked.link
    is_old = link.access_until <= context.clock() + _EARLY and link.refresh is not None
    try:
        token = _refreshed(context, linked) if is_old else keeping.access(context, link)
        reply = talking.put(context.ask, known.host.credentials_url, token, text)
        if reply.status == talking.UNAUTHORIZED and not is_old:
            reply = talking.put(context.ask, known.host.credentials_url, _refreshed(context, linked), text)
    except ConsentGone:
        raise
    except IssuerError as error:
        return Reply(None, error=error.detail)
    if reply.status == talking.UNAUTHORIZED:
        raise ConsentGone("the host takes its own tokens no more")
    return reply


def _refreshed(context: Context, linked: Linked) -> str:
    """Return a new access token, written down with the next token to refresh. Raises `ConsentGone`."""
    link = linked.link
    old = keeping.refreshing(context, link)
    if old is None:
        raise ConsentGone("the host takes the access token no more, and gave none to refresh it")
    known = keeping.known(context, linked.host)
    found = talking.refresh(context.ask, known.host.token_url, known.client, old)
    values = keeping.tokens(context, link.id, found, context.clock())
    with context.database.write.begin() as session:
        rows.change(session, link.tenant_id, link.id, values)
    return found.access_token


def _settle(context: Context, due: Pushed, values: dict[str, object]) -> None:
    with context.database.write.begin() as session:
        rows.settle(session, due.push.tenant_id, due.push.id, values)


def _put_off(context: Context, tenant_id: str, link_id: str, reply: Reply, failures: int) -> None:
    """Leave a host alone for a while, or as long as it asks for."""
    now = context.clock()
    with context.database.write.begin() as session:
        rows.put_off(session, tenant_id, link_id, now=now, until=retrying.rest(failures, now, reply))
