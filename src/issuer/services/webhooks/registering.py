"""Say who is told what: add, change, rotate, try and remove webhooks."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from issuer.context import Context
from issuer.core import ids
from issuer.core.exchange import announcements
from issuer.core.exchange.retrying import Reply
from issuer.db import tenants, webhook_deliveries, webhooks
from issuer.db.webhook_tables import Webhook
from issuer.errors import Conflict, Fault, Invalid
from issuer.keys import sealing
from issuer.net import targets
from issuer.services.webhooks import secrets, sending
from issuer.services.webhooks.secrets import Secret

MOST: Final = 20
"""How many webhooks an issuer may have."""

BOTH: Final = timedelta(hours=24)
"""For how long the earlier secret signs too, unless somebody says otherwise."""

_PORTS: Final = frozenset({443})


class TooManyWebhooks(Conflict):
    """The issuer has as many webhooks as it may have."""

    code = "too-many-webhooks"


class UnknownType(Invalid):
    """There is no such type of message."""

    code = "unknown-webhook-type"


@dataclass(frozen=True)
class Change:
    """What is to become of a webhook. What is None stays as it is."""

    url: str | None = None
    types: Sequence[str] | None = None
    ed25519: bool | None = None
    disabled: bool | None = None


@dataclass(frozen=True)
class Trial:
    """What became of a message that was sent on trial."""

    reply: Reply
    milliseconds: float


def add(
    context: Context, tenant_id: str, url: str, types: Sequence[str] | None = None, *, ed25519: bool = False
) -> tuple[Webhook, Secret]:
    """Return a new webhook and its secret, which is shown this once. Without types it is told everything.

    Raises `RefusedAddress`, `UnknownType`, `TooManyWebhooks`.
    """
    _check(context, url, types)
    secret, webhook_id = secrets.new(context), ids.public_id(context.chance(ids.PUBLIC_ID_BYTES))
    row = {
        "id": webhook_id,
        "url": url,
        "types": " ".join(sorted(set(types or announcements.TYPES))),
        "secret": secrets.sealed(context, secret, webhook_id),
        "ed25519": ed25519,
        "failures": 0,
        "created_at": context.clock(),
    }
    with context.database.write.begin() as session:
        tenants.hold(session, tenant_id)
        if webhooks.count(session, tenant_id) >= MOST:
            raise TooManyWebhooks(f"an issuer has {MOST} webhooks at most: remove one")
        webhooks.add(session, tenant_id, row)
        return webhooks.by_id(session, tenant_id, webhook_id), secret


def change(context: Context, tenant_id: str, webhook_id: str, wanted: Change) -> Webhook:
    """Return a webhook after a change. One that is enabled again gets what waited for it.

    While one is disabled, nothing that happens is kept for it. Raises `UnknownWebhook` and what `add` does.
    """
    with context.database.read() as session:
        found = webhooks.by_id(session, tenant_id, webhook_id)
    _check(context, wanted.url or found.url, wanted.types)
    values: dict[str, object] = {}
    if wanted.url is not None:
        values["url"] = wanted.url
    if wanted.types is not None:
        values["types"] = " ".join(sorted(set(wanted.types)))
    if wanted.ed25519 is not None:
        values["ed25519"] = wanted.ed25519
    if wanted.disabled is not None:
        values |= _switched(context, is_off=wanted.disabled)
    with context.database.write.begin() as session:
        if values:
            webhooks.change(session, tenant_id, webhook_id, values)
        return webhooks.by_id(session, tenant_id, webhook_id)


def rotate(
    context: Context, tenant_id: str, webhook_id: str, both: timedelta = BOTH
) -> tuple[Webhook, Secret]:
    """Return a webhook and its new secret. The earlier one signs beside it for a while."""
    secret, now = secrets.new(context), context.clock()
    sealed = secrets.sealed(context, secret, webhook_id)
    with context.database.write.begin() as session:
        found = webhooks.by_id(session, tenant_id, webhook_id)
        values = {"secret": sealed, "previous_secret": found.secret, "previous_until": now + both}
        webhooks.change(session, tenant_id, webhook_id, values)
        return webhooks.by_id(session, tenant_id, webhook_id), secret


def remove(context: Context, tenant_id: str, webhook_id: str) -> Webhook:
    """Remove a webhook and return it. What was on its way to it is sent no more."""
    with context.database.write.begin() as session:
        found = webhooks.by_id(session, tenant_id, webhook_id)
        session.expunge(found)
        webhooks.remove(session, tenant_id, webhook_id)
    return found


def try_out(context: Context, tenant_id: str, webhook_id: str) -> Trial:
    """Send a message on trial, now, and return what became of it. It is not sent again."""
    with context.database.read() as session:
        found = webhooks.by_id(session, tenant_id, webhook_id)
    body = announcements.trial_body(found.id, context.clock())
    known = secrets.of(context, found, context.clock())
    message_id = "msg_" + ids.public_id(context.chance(ids.PUBLIC_ID_BYTES))
    started = time.perf_counter()
    reply = sending.send(context, found, known, message_id, body)
    return Trial(reply, round((time.perf_counter() - started) * 1000, 1))


def public_key(context: Context, webhook: Webhook) -> str | None:
    """Return the public half of the key that signs for a webhook, None where none does.

    None also where the secret cannot be read with the passphrase that is set: it has to be rotated.
    """
    if not webhook.ed25519:
        return None
    try:
        return secrets.of(context, webhook, context.clock())[0].public_key
    except sealing.Unsealable:
        return None


def replay(
    context: Context,
    tenant_id: str,
    webhook_id: str,
    *,
    one: str | None = None,
    dead_since: datetime | None = None,
) -> int:
    """Send a delivery anew, or all that were given up since a moment, and return how many those are.

    Their ids stay the same. Raises `UnknownWebhook`, `UnknownDelivery`.
    """
    now = context.clock()
    with context.database.write.begin() as session:
        webhooks.by_id(session, tenant_id, webhook_id)
        count = webhook_deliveries.replay(
            session, tenant_id, webhook_id, now=now, one=one, dead_since=dead_since
        )
        webhooks.failed(session, tenant_id, webhook_id, failures=0, resting_until=None)
    return count


def _check(context: Context, url: str, types: Sequence[str] | None) -> None:
    targets.target(url, ports=_PORTS, allow_loopback=context.settings.fetch_loopback)
    unknown = sorted(set(types or ()) - set(announcements.TYPES))
    if unknown or (types is not None and not types):
        fault = Fault("/types", f"choose from {', '.join(announcements.TYPES)}")
        raise UnknownType(f"no such type: {', '.join(unknown) or '(none given)'}", [fault])


def _switched(context: Context, *, is_off: bool) -> dict[str, object]:
    if is_off:
        return {"disabled_at": context.clock(), "disabled_reason": "by request"}
    return {"disabled_at": None, "disabled_reason": None, "failures": 0, "resting_until": None}
