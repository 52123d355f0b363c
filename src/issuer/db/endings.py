"""Queries over awards whose last day is past."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from issuer.db.tables import Credential


class Ending(NamedTuple):
    """An award that ended, and whether anybody need hear of it."""

    id: str
    tenant_id: str
    revoked_at: datetime | None
    edition_of: str | None


def ended(session: Session, now: datetime, limit: int) -> Sequence[Ending]:
    """Return signed awards, of whatever tenants, whose end nobody announced yet, held meanwhile.

    Those that another worker is at are passed over.
    """
    query = (
        select(*(getattr(Credential, name) for name in Ending._fields))
        .where(Credential.valid_until < now, Credential.expired_at.is_(None))
        .where(Credential.secured.is_not(None))
        .order_by(Credential.valid_until)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [Ending(*row) for row in session.execute(query)]


def announce(session: Session, found: Sequence[Ending], now: datetime) -> None:
    """Note that the end of these awards was announced."""
    ids = [each.id for each in found]
    session.execute(update(Credential).where(Credential.id.in_(ids)).values(expired_at=now))
