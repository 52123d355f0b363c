"""Queries over API clients."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from issuer.db.tables import ApiClient
from issuer.errors import NotFound


class UnknownClient(NotFound):
    """The issuer has no API client of that id."""

    code = "unknown-client"


def by_id(session: Session, client_id: str) -> ApiClient | None:
    """Return the client of a key's visible part, of whatever tenant: the key names its tenant."""
    return session.get(ApiClient, client_id)


def all_clients(session: Session, tenant_id: str) -> Sequence[ApiClient]:
    """Return the tenant's clients, the oldest first."""
    query = select(ApiClient).where(ApiClient.tenant_id == tenant_id)
    return session.scalars(query.order_by(ApiClient.created_at, ApiClient.id)).all()


def revoke(session: Session, tenant_id: str, client_id: str, now: datetime) -> ApiClient:
    """Shut a client out and return it, or raise `UnknownClient`. A second time changes nothing."""
    query = select(ApiClient).where(ApiClient.tenant_id == tenant_id, ApiClient.id == client_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise UnknownClient(f"the issuer has no API client {client_id!r}")
    found.revoked_at = found.revoked_at or now
    return found


def touch(session: Session, tenant_id: str, client_id: str, now: datetime) -> None:
    """Note that a client was used."""
    session.execute(
        update(ApiClient)
        .where(ApiClient.tenant_id == tenant_id, ApiClient.id == client_id)
        .values(last_used_at=now)
    )
