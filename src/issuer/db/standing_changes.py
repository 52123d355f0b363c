"""Queries by which badges are withdrawn, put on hold and reinstated, many at once."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from issuer.db.tables import Credential


class Held(NamedTuple):
    """How a signed credential stands, and where its bits are. No other writer changes it meanwhile."""

    id: str
    public_id: str
    recipient_id: str
    revoked_at: datetime | None
    suspended_at: datetime | None
    erased_at: datetime | None
    revocation_list_id: int
    revocation_index: int
    suspension_list_id: int | None
    suspension_index: int | None


def held(session: Session, tenant_id: str, public_ids: Collection[str]) -> dict[str, Held]:
    """Return those signed credentials that there are, by public id, held until the transaction ends.

    They are held in one order: two writers never wait in a ring.
    """
    query = (
        select(*(getattr(Credential, name) for name in Held._fields))
        .where(Credential.tenant_id == tenant_id, Credential.public_id.in_(public_ids))
        .where(Credential.secured.is_not(None), Credential.edition_of.is_(None))
        .order_by(Credential.id)
        .with_for_update(key_share=True)  # an event that names the badge waits for nobody
    )
    found = [Held(*row) for row in session.execute(query)]
    return {each.public_id: each for each in found}


def change(session: Session, tenant_id: str, ids: Collection[str], values: Mapping[str, object]) -> None:
    """Change how credentials stand, all of them to the same."""
    statement = update(Credential).where(Credential.tenant_id == tenant_id, Credential.id.in_(ids))
    session.connection().execute(statement.values(**values))
