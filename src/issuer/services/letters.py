"""Write to holders that they have a badge, where the operator wants that and the holder does not mind."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Final
from uuid import UUID

from issuer import telemetry
from issuer.context import Context
from issuer.core import holder_links
from issuer.core.documents import Document
from issuer.core.exchange import letters, retrying
from issuer.core.exchange.letters import Letter
from issuer.core.exchange.retrying import Reply
from issuer.core.holder_links import UnusableLink
from issuer.db import holdings, tenants
from issuer.db import letters as query
from issuer.db.letters import Addressed
from issuer.db.outbox_reading import Heard
from issuer.db.tables import Tenant
from issuer.errors import IssuerError
from issuer.net.mailing import MailRefused
from issuer.services import claims, holder
from issuer.services.tenants import presentation_of, profile_of

KEPT: Final = timedelta(days=30)
"""For how long it is kept what became of a letter."""

_ISSUED: Final = "award.issued"
_STOP_LIFETIME: Final = timedelta(days=3650)
"""A letter may be found again years later, and has to be stoppable then."""

_NO_SECRET: Final = bytes(32)
_UNWANTED: Final = "it is not wanted, or there is no address"


def due_rows(context: Context, heard: Sequence[Heard]) -> list[dict[str, object]]:
    """Return the rows of letters about messages of the outbox: none where the operator wants no letters."""
    if context.mail is None:
        return []
    now = context.clock()
    return [
        {
            "id": context.new_key(), "tenant_id": each.tenant_id, "credential_id": each.credential_id,
            "message_id": each.id, "created_at": now, "attempts": 0, "next_at": now,
        }
        for each in heard
        if each.topic == _ISSUED
    ]  # fmt: skip


def send_some(context: Context, claimant: str, stop: threading.Event) -> int:
    """Send some letters that are due, and return how many were attempted, 0 where none is.

    One may arrive twice where a process dies, under the same Message-ID.
    """
    if context.mail is None:
        return 0
    with context.database.read() as session:
        if not query.is_any_due(session, context.clock()):
            return 0
    claimed = claims.letters(context, claimant)
    with context.database.read() as session:
        found = query.addressed(session, claimed)
        owners = {each: tenants.by_id(session, each) for each in {row.tenant_id for row in found}}
    until, done = time.monotonic() + context.settings.lease_seconds / 2, []
    for each in found:
        if stop.is_set() or time.monotonic() > until:
            break
        _attempt(context, context.mail, owners[each.tenant_id], each)
        done.append(each.id)
    claims.settle_letters(context, claimant, claimed)
    return len(done)


def stop_all(context: Context, token: str, base: str) -> None:
    """Send no more letters to the person of a token, of its issuer's, or raise `UnusableLink`."""
    tenant, recipient_id = _opened(context, token, base)
    with context.database.write.begin() as session:
        query.stop(session, tenant.id, recipient_id, context.clock())


def whose(context: Context, token: str, base: str) -> Tenant:
    """Return whose letters a token stops, or raise `UnusableLink`."""
    return _opened(context, token, base)[0]


def forget(context: Context) -> None:
    """Forget letters that came to their end more than thirty days ago."""
    before = context.clock() - KEPT
    with context.database.read() as session:
        if not query.is_any_over(session, before):
            return
    with context.database.write.begin() as session:
        query.forget(session, before)


def _attempt(context: Context, mail: Callable[[EmailMessage], None], tenant: Tenant, each: Addressed) -> None:
    """Send a letter unless it is not wanted any more, and write down what became of it."""
    error, is_final = None, True
    if each.address is None or tenants.is_for_trials(tenant):
        error = _UNWANTED
    else:
        try:
            mail(_message(context, tenant, each, each.address))
        except IssuerError as refusal:
            error, is_final = refusal.detail, isinstance(refusal, MailRefused)
        except Exception as broken:  # noqa: BLE001 - one that breaks keeps no other one waiting
            context.metrics.faults.labels("letter").inc()
            telemetry.log().error("letter_broke", exception=telemetry.origin_of(broken))
            error = "it could not be written"
    _settle(context, each, error, is_final=is_final)


def _settle(context: Context, each: Addressed, error: str | None, *, is_final: bool) -> None:
    now, attempts = context.clock(), each.attempts + 1
    following = None
    if error is not None and not is_final:
        following = retrying.next_attempt(attempts, now, Reply(None), context.chance(2))
    row = {
        "_id": each.id,
        "_attempts": attempts,
        "_next_at": following or now,
        "_sent_at": now if error is None else None,
        "_dead_at": now if error is not None and following is None else None,
        "_error": error,
    }
    with context.database.write.begin() as session:
        query.settle(session, row)


def _message(context: Context, tenant: Tenant, each: Addressed, address: str) -> EmailMessage:
    credential, now = each.credential, context.clock()
    with context.database.read() as session:
        since = holdings.links_from(session, tenant.id, credential.recipient_id)
    minted = holder.mint(context, tenant, credential.recipient_id, since)
    signed: Document = json.loads(str(credential.secured))
    letter = Letter(
        id=each.id,
        to=address,
        language=presentation_of(tenant).language,
        issuer=str(profile_of(context, tenant)["name"]),
        badge=str(signed["credentialSubject"]["achievement"]["name"]),
        holder_url=minted.url,
        stop_url=_stop_url(context, tenant, credential.recipient_id, now),
        days=holder_links.LIFETIME.days,
    )
    return letters.message(letter, str(context.settings.mail_from), now)


def _stop_url(context: Context, tenant: Tenant, recipient_id: str, now: datetime) -> str:
    link = holder_links.link("stop", UUID(recipient_id), now)
    link = replace(link, expires=link.issued + _STOP_LIFETIME)
    return context.addresses(tenant).letters(holder_links.token(tenant.link_secret, link))


def _opened(context: Context, token: str, base: str) -> tuple[Tenant, str]:
    recipient_id = str(holder_links.subject_of(token))
    with context.database.read() as session:
        person = holdings.by_link(session, recipient_id)
        tenant = tenants.by_id(session, person.tenant_id) if person else None
    secret = tenant.link_secret if tenant else _NO_SECRET
    holder_links.read(secret, token, "stop", now=context.clock(), since=None)
    if person is None or tenant is None or context.addresses(tenant).base != base:
        raise UnusableLink("this link is not right")
    return tenant, person.id
