"""Queries over what agencies answered."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from issuer.db.export_tables import ExportReceipt
from issuer.db.tables import Credential


def known(session: Session, tenant_id: str, public_ids: Sequence[str]) -> set[str]:
    """Return those of the public ids that are a tenant's."""
    query = select(Credential.public_id).where(Credential.tenant_id == tenant_id)
    return set(session.scalars(query.where(Credential.public_id.in_(public_ids))))


def put(session: Session, tenant_id: str, profile_id: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep receipts, each in the place of what was said of the badge before."""
    own = ExportReceipt.tenant_id == tenant_id, ExportReceipt.profile_id == profile_id
    named = [row["credential"] for row in rows]
    session.execute(delete(ExportReceipt).where(*own, ExportReceipt.credential.in_(named)))
    session.execute(
        insert(ExportReceipt), [{**row, "tenant_id": tenant_id, "profile_id": profile_id} for row in rows]
    )


def forget(session: Session, tenant_id: str, public_ids: Sequence[str]) -> None:
    """Delete what agencies said of badges."""
    own = ExportReceipt.tenant_id == tenant_id, ExportReceipt.credential.in_(public_ids)
    session.execute(delete(ExportReceipt).where(*own))


def counts(session: Session, tenant_id: str, profile_id: str) -> list[tuple[str, str | None, int]]:
    """Return (outcome, reason, how many), by both."""
    query = (
        select(ExportReceipt.outcome, ExportReceipt.reason, func.count())
        .where(ExportReceipt.tenant_id == tenant_id, ExportReceipt.profile_id == profile_id)
        .group_by(ExportReceipt.outcome, ExportReceipt.reason)
        .order_by(ExportReceipt.outcome, ExportReceipt.reason)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def page(
    session: Session, tenant_id: str, profile_id: str, outcome: str, *, after: str, limit: int
) -> Sequence[ExportReceipt]:
    """Return receipts with an outcome, by the public id of their badges."""
    query = select(ExportReceipt).where(
        ExportReceipt.tenant_id == tenant_id,
        ExportReceipt.profile_id == profile_id,
        ExportReceipt.outcome == outcome,
        ExportReceipt.credential > after,
    )
    return session.scalars(query.order_by(ExportReceipt.credential).limit(limit)).all()
