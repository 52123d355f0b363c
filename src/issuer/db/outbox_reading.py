"""Queries that read the outbox once, in order, and lose nothing of it.

A message has its number before its transaction is committed. On PostgreSQL a smaller number can therefore
appear after a larger one was read: numbers that were missing are written down, and looked at again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from issuer.core.exchange.holes import Span, holes
from issuer.db.tables import Message
from issuer.db.webhook_tables import OutboxHole, OutboxReader

READER: Final = "announcing"
_PATIENCE: Final = timedelta(days=1)
"""For how long a missing number may still appear: no transaction of ours is open for seconds even."""

_SPANS: Final = 200


class Heard(NamedTuple):
    """A message as it is passed on."""

    id: int
    tenant_id: str
    credential_id: str
    topic: str


def is_anything_new(session: Session) -> bool:
    """Return whether there is something to be read, or to be looked at again."""
    last = select(OutboxReader.last_id).where(OutboxReader.name == READER).scalar_subquery()
    return bool(session.scalar(select(or_(exists().where(Message.id > last), exists().where(_late())))))


def take(session: Session, now: datetime, limit: int) -> tuple[list[Heard], bool] | None:
    """Return the next messages and whether there are more, read for good if the transaction commits.

    None where another process is reading at this moment.
    """
    query = select(OutboxReader.last_id).where(OutboxReader.name == READER)
    last = session.scalar(query.with_for_update(skip_locked=True))
    if last is None:
        return None
    late = _take_late(session)
    found = _messages(session, Message.id > last, limit)
    if found:
        newest = found[-1].id
        session.execute(update(OutboxReader).where(OutboxReader.name == READER).values(last_id=newest))
        _note(session, holes((last + 1, newest), (each.id for each in found)), now)
    session.execute(delete(OutboxHole).where(OutboxHole.noted_at < now - _PATIENCE))
    return [*late, *found], len(found) == limit


def _late() -> ColumnElement[bool]:
    return (Message.id >= OutboxHole.first_id) & (Message.id <= OutboxHole.last_id)


def _take_late(session: Session) -> list[Heard]:
    """Return messages that were missing before, and note what of their spans is missing still."""
    spans = session.execute(
        select(OutboxHole.first_id, OutboxHole.last_id, OutboxHole.noted_at)
        .where(exists().where(_late()))
        .order_by(OutboxHole.first_id)
        .limit(_SPANS)
    ).all()
    late: list[Heard] = []
    for first, last, noted in spans:
        found = _messages(session, Message.id.between(first, last), None)
        session.execute(delete(OutboxHole).where(OutboxHole.first_id == first))
        _note(session, holes((first, last), (each.id for each in found)), noted)
        late += found
    return late


def _messages(session: Session, which: ColumnElement[bool], limit: int | None) -> Sequence[Heard]:
    query = select(Message.id, Message.tenant_id, Message.credential_id, Message.topic)
    return [Heard(*row) for row in session.execute(query.where(which).order_by(Message.id).limit(limit))]


def _note(session: Session, missing: Iterable[Span], now: datetime) -> None:
    rows = [{"first_id": first, "last_id": last, "noted_at": now} for first, last in missing]
    if rows:
        session.execute(insert(OutboxHole), rows)
