"""Queries over letters to holders."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from issuer.db.letter_tables import Letter, LetterStop
from issuer.db.person_tables import MergedRecipient
from issuer.db.tables import Credential, RecipientIdentifier


class Addressed(NamedTuple):
    """A letter to be sent now: about which award, and to which address, none where it is not wanted."""

    id: str
    tenant_id: str
    attempts: int
    credential: Credential
    address: str | None


def pending(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a letter is to be attempted."""
    return Letter.sent_at.is_(None) & Letter.dead_at.is_(None) & (Letter.next_at <= now)


def is_any_due(session: Session, now: datetime) -> bool:
    """Return whether any letter of any issuer waits to be sent."""
    return session.execute(select(Letter.id).where(pending(now)).limit(1)).first() is not None


def add(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Put letters on their way, of any issuers."""
    session.execute(insert(Letter), rows)


def addressed(session: Session, ids: Sequence[str]) -> list[Addressed]:
    """Return letters of any issuers, each with the address of the person whose award it is by now."""
    address = (
        select(RecipientIdentifier.value)
        .where(
            RecipientIdentifier.recipient_id == Credential.recipient_id,
            RecipientIdentifier.kind == "emailAddress",
        )
        .order_by(RecipientIdentifier.id)
        .limit(1)
        .scalar_subquery()
    )
    wanted = ~_has_stopped() & Credential.revoked_at.is_(None) & Credential.erased_at.is_(None)
    query = (
        select(Letter.id, Letter.tenant_id, Letter.attempts, Credential, address, wanted)
        .join(Credential, Credential.id == Letter.credential_id)
        .where(Letter.id.in_(ids))
        .order_by(Letter.message_id)
    )
    return [
        Addressed(row[0], row[1], row[2], row[3], row[4] if row[5] else None)
        for row in session.execute(query)
    ]


def settle(session: Session, row: Mapping[str, object]) -> None:
    """Write down what became of an attempt."""
    session.connection().execute(_SETTLE, [row])


def stop(session: Session, tenant_id: str, recipient_id: str, now: datetime) -> None:
    """Note that a person wants no more letters. Once more changes nothing."""
    if session.get(LetterStop, recipient_id) is None:
        session.add(LetterStop(recipient_id=recipient_id, tenant_id=tenant_id, stopped_at=now))


def is_any_over(session: Session, before: datetime) -> bool:
    """Return whether any letter came to its end some time ago."""
    query = select(Letter.id).where(Letter.created_at < before, _is_over()).limit(1)
    return session.execute(query).first() is not None


def forget(session: Session, before: datetime) -> None:
    """Forget letters that came to their end some time ago, of all issuers."""
    session.execute(delete(Letter).where(Letter.created_at < before, _is_over()))


def _is_over() -> ColumnElement[bool]:
    return or_(Letter.sent_at.is_not(None), Letter.dead_at.is_not(None))


def _has_stopped() -> ColumnElement[bool]:
    """Return the condition that an award's person stopped letters, under whatever name they were known."""
    earlier = select(MergedRecipient.id).where(MergedRecipient.recipient_id == Credential.recipient_id)
    same = LetterStop.recipient_id == Credential.recipient_id, LetterStop.recipient_id.in_(earlier)
    return exists().where(or_(*same))


_SETTLE: Final = (
    update(Letter)
    .where(Letter.id == bindparam("_id"))
    .values({name: bindparam(f"_{name}") for name in ("attempts", "next_at", "sent_at", "dead_at", "error")})
)
