"""Queries over the events that were acknowledged."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.db.tables import Event


def by_event_id(session: Session, tenant_id: str, source: str, event_id: str) -> Event | None:
    """Return the event that a source sent under an id, or None."""
    return _one(session, tenant_id, source, Event.event_id == event_id)


def by_idempotency_key(session: Session, tenant_id: str, source: str, key: str) -> Event | None:
    """Return the event that a source sent under an `Idempotency-Key`, or None."""
    return _one(session, tenant_id, source, Event.idempotency_key == key)


def by_submission(session: Session, tenant_id: str, source: str, submission_key: str) -> Event | None:
    """Return the event that was sent for a submission, or None."""
    return _one(session, tenant_id, source, Event.submission_key == submission_key)


def _one(session: Session, tenant_id: str, source: str, condition: object) -> Event | None:
    query = select(Event).where(Event.tenant_id == tenant_id, Event.source == source)
    return session.scalars(query.where(condition)).one_or_none()  # type: ignore[arg-type]
