"""Queries by which workers share the background work: what is claimed by one is left alone by the others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, String, and_, cast, delete, exists, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from issuer.db import letters as waiting_letters
from issuer.db import webhook_deliveries
from issuer.db.export_tables import ExportOrder
from issuer.db.letter_tables import Letter
from issuer.db.tables import Credential, StatusList
from issuer.db.webhook_tables import Delivery, Webhook
from issuer.db.work_tables import Lease

DRAFT: Final = "draft"
LIST: Final = "list"
WEBHOOK: Final = "webhook"
LETTER: Final = "letter"
EXPORT: Final = "export"


@dataclass(frozen=True)
class Claim:
    """Who claims, when, and until when others leave that alone."""

    holder: str
    now: datetime
    until: datetime


def drafts(session: Session, claim: Claim, before: datetime, limit: int) -> list[tuple[str, str]]:
    """Claim unsigned drafts made up to a moment, the oldest first; return their (tenant, credential) keys.

    Rows that another worker is just claiming are passed over, not waited for (SQLite has one writer anyway).
    """
    _forget_expired(session, claim.now)
    query = (
        select(Credential.tenant_id, Credential.id)
        .where(Credential.secured.is_(None), Credential.created_at <= before)
        .where(~_is_leased(DRAFT, Credential.id))
        .order_by(Credential.created_at, Credential.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    found = {credential_id: tenant_id for tenant_id, credential_id in session.execute(query)}
    return [
        (found[credential_id], credential_id) for credential_id in _lease(session, claim, DRAFT, [*found])
    ]


def lists(session: Session, claim: Claim, limit: int) -> list[int]:
    """Claim status lists whose signed form is missing or out of date, and return their numbers.

    Their rows are not locked: whoever issues at this moment has one locked, and it would be passed over.
    """
    _forget_expired(session, claim.now)
    query = (
        select(StatusList.id)
        .where(StatusList.secured_version < StatusList.version)
        .where(~_is_leased(LIST, cast(StatusList.id, String)))
        .order_by(StatusList.id)
        .limit(limit)
    )
    return [
        int(number) for number in _lease(session, claim, LIST, [str(each) for each in session.scalars(query)])
    ]


def exports(session: Session, claim: Claim, limit: int) -> list[str]:
    """Claim full exports that are ordered, the oldest first, and return the keys of their profiles."""
    _forget_expired(session, claim.now)
    query = select(ExportOrder.profile_id).where(~_is_leased(EXPORT, ExportOrder.profile_id))
    query = query.order_by(ExportOrder.ordered_at).limit(limit).with_for_update(skip_locked=True)
    return _lease(session, claim, EXPORT, session.scalars(query).all())


def webhooks(session: Session, claim: Claim, limit: int) -> list[str]:
    """Claim webhooks to which something is to be sent now, and return their ids.

    While one worker sends to a webhook no other one does: it gets one message after the other.
    """
    _forget_expired(session, claim.now)
    query = (
        select(Webhook.id)
        .where(webhook_deliveries.is_awake(claim.now))
        .where(exists().where(Delivery.endpoint_id == Webhook.id, webhook_deliveries.due(claim.now)))
        .where(~_is_leased(WEBHOOK, Webhook.id))
        .order_by(Webhook.id)
        .limit(limit)
    )
    return _lease(session, claim, WEBHOOK, session.scalars(query).all())


def letters(session: Session, claim: Claim, limit: int) -> list[str]:
    """Claim letters that are to be sent now, and return their keys."""
    _forget_expired(session, claim.now)
    query = (
        select(Letter.id)
        .where(waiting_letters.pending(claim.now))
        .where(~_is_leased(LETTER, Letter.id))
        .order_by(Letter.next_at, Letter.id)
        .limit(limit)
    )
    return _lease(session, claim, LETTER, session.scalars(query).all())


def settle(session: Session, holder: str, kind: str, subjects: Collection[str]) -> None:
    """Give up a holder's claims on what is done. Somebody else's stay: they took it over meanwhile."""
    session.execute(
        delete(Lease).where(Lease.holder == holder, Lease.kind == kind, Lease.subject.in_(subjects))
    )


def hand_back(session: Session, holder: str) -> None:
    """Give up all claims of a holder, so that others need not wait for their end."""
    session.execute(delete(Lease).where(Lease.holder == holder))


def _forget_expired(session: Session, now: datetime) -> None:
    """Remove the claims of those who died. Two that do so at once never wait for each other."""
    keys = tuple_(Lease.kind, Lease.subject)
    expired = select(Lease.kind, Lease.subject).where(Lease.until <= now)
    session.execute(delete(Lease).where(keys.in_(expired.with_for_update(skip_locked=True))))


def _is_leased(kind: str, subject: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return exists().where(and_(Lease.kind == kind, Lease.subject == subject))


def _lease(session: Session, claim: Claim, kind: str, subjects: Sequence[str]) -> list[str]:
    """Return those subjects that are now this holder's. Who committed first has the others."""
    if not subjects:
        return []
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    rows = [
        {"kind": kind, "subject": subject, "holder": claim.holder, "until": claim.until}
        for subject in sorted(subjects)  # in one order: two claims that overlap never wait in a ring
    ]
    statement = dialect.insert(Lease).values(rows).on_conflict_do_nothing().returning(Lease.subject)
    return sorted(session.scalars(statement))
