"""Queries over what search engines may know: listed badges, and what can be earned."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, literal_column, select
from sqlalchemy.orm import Session

from issuer.db import standings
from issuer.db.public_tables import Pathway, PathwayVersion
from issuer.db.tables import Credential


def badge_count(session: Session, tenant_id: str, now: datetime) -> int:
    """Return how many badges of the tenant are listed and stand, also past their last day."""
    counted = select(func.count()).select_from(Credential).where(_listed(tenant_id, now))
    return session.scalars(counted).one()


def badges(session: Session, tenant_id: str, now: datetime, *, start: int, count: int) -> Sequence[str]:
    """Return the public ids of some of those badges, the oldest first."""
    query = select(Credential.public_id).where(_listed(tenant_id, now)).order_by(Credential.id)
    return session.scalars(query.offset(start).limit(count)).all()


def pathway_codes(session: Session, tenant_id: str) -> Sequence[str]:
    """Return the codes of the pathways that were published and are still offered, in order."""
    published = select(PathwayVersion.pathway_id).where(PathwayVersion.tenant_id == tenant_id)
    query = (
        select(Pathway.code)
        .where(Pathway.tenant_id == tenant_id, Pathway.retired_at.is_(None))
        .where(Pathway.id.in_(published))
    )
    return session.scalars(query.order_by(Pathway.code)).all()


def _listed(tenant_id: str, now: datetime) -> ColumnElement[bool]:
    return and_(
        Credential.tenant_id == tenant_id,
        Credential.visibility == literal_column("'listed'"),  # as the index has it, not as a parameter
        standings.in_force(now),
    )
