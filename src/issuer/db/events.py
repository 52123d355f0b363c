"""Queries over the events that were acknowledged."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from sqlalchemy import Executable, bindparam, insert, select, union_all
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
    given = {"event_ids": event_ids, "submission_keys": submission_keys, "idempotency_keys": idempotency_keys}
    found = {name: list(values) for name, values in given.items() if values}
    query = _earlier(tuple(found))
    rows = session.connection().execute(query, {"tenant_id": tenant_id, "source": source, **found})
    return [Earlier(*row) for row in rows]


def add(session: Session, tenant_id: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Remember events, in one order: two processes that were sent the same never wait in a ring."""
    ordered = sorted(rows, key=lambda row: (str(row["source"]), str(row["event_id"])))
    session.connection().execute(_ADD, [{**row, "tenant_id": tenant_id} for row in ordered])


_ADD: Final = insert(Event)
_COLUMNS: Final = {
    "event_ids": Event.event_id,
    "submission_keys": Event.submission_key,
    "idempotency_keys": Event.idempotency_key,
}


@cache
def _earlier(names: tuple[str, ...]) -> Executable:
    """Return the query by these ids or keys: a part for each, since one OR of them would use no index."""
    known = select(
        Event.event_id,
        Event.submission_key,
        Event.idempotency_key,
        Event.content_sha256,
        Event.credential_id,
    ).where(Event.tenant_id == bindparam("tenant_id"), Event.source == bindparam("source"))
    parts = [known.where(_COLUMNS[name].in_(bindparam(name, expanding=True))) for name in names]
    return union_all(*parts) if len(parts) > 1 else parts[0]
