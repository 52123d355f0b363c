"""Queries over the calls of the API."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from issuer.db.request_tables import RequestRecord
from issuer.errors import NotFound


class UnknownRequest(NotFound):
    """No such call of the issuer's is recorded: it is too old, or it had no good API key."""

    code = "unknown-request"


def add(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Write calls down, of any issuers. What is there already stays as it is."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.connection().execute(dialect.insert(RequestRecord).on_conflict_do_nothing(), rows)


def by_id(session: Session, tenant_id: str, request_id: str) -> RequestRecord:
    """Return a call, or raise `UnknownRequest`."""
    query = select(RequestRecord).where(RequestRecord.tenant_id == tenant_id, RequestRecord.id == request_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise UnknownRequest(
            f"no call {request_id} is recorded: calls are kept for 30 days, and can be read some seconds"
            " after they were answered"
        )
    return found


def is_any_before(session: Session, moment: datetime) -> bool:
    """Return whether calls from before a moment are recorded."""
    query = select(RequestRecord.id).where(RequestRecord.at < moment).limit(1)
    return session.execute(query).first() is not None


def forget(session: Session, before: datetime, limit: int) -> int:
    """Forget some of the calls from before a moment, the oldest first, and return how many."""
    oldest = select(RequestRecord.id).where(RequestRecord.at < before).order_by(RequestRecord.at).limit(limit)
    gone = delete(RequestRecord).where(RequestRecord.id.in_(oldest)).returning(RequestRecord.id)
    return len(session.scalars(gone).all())
