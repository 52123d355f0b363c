"""Queries over the events that were acknowledged."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Select, insert, select, union_all
from sqlalchemy.orm import Session

from issuer.db.tables import Event


class Earlier(NamedTuple):
    """What is known of an event that was acknowledged, as far as another one is held against it."""

    event_id: str
    submission_key: str | None
    idempotency_key: str | None
    content_sha256: str
    credential_id: str


def earlier(
    session: Session,
    tenant_id: str,
    source: str,
    *,
    event_ids: Collection[str],
    submission_keys: Collection[str],
    idempotency_keys: Collection[str],
) -> Sequence[Earlier]:
    """Return the events of a source that have one of these ids or keys, each once for each that it has."""
    asked = (
        (Event.event_id.in_(event_ids), event_ids),
        (Event.submission_key.in_(submission_keys), submission_keys),
        (Event.idempotency_key.in_(idempotency_keys), idempotency_keys),
    )
    parts = [_of(tenant_id, source).where(condition) for condition, given in asked if given]
    query = union_all(*parts) if len(parts) > 1 else parts[0]  # one OR of them would use no index of theirs
    return [Earlier(*row) for row in session.execute(query)]


def add(session: Session, tenant_id: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Remember events, in one order: two processes that were sent the same never wait in a ring."""
    ordered = sorted(rows, key=lambda row: (str(row["source"]), str(row["event_id"])))
    session.connection().execute(insert(Event).values(tenant_id=tenant_id), ordered)


def _of(tenant_id: str, source: str) -> Select[str, str | None, str | None, str, str]:
    query = select(
        Event.event_id,
        Event.submission_key,
        Event.idempotency_key,
        Event.content_sha256,
        Event.credential_id,
    )
    return query.where(Event.tenant_id == tenant_id, Event.source == source)
