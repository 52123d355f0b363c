"""Queries over the statuses of credentials that the VC API issued."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.db.vc_tables import VcApiStatus
from issuer.errors import NotFound


class UnknownStatus(NotFound):
    """No credential of that id was issued here with a status of that purpose."""

    code = "unknown-status"


def has_status(session: Session, tenant_id: str, reference: str) -> bool:
    """Return whether a credential of that name has a status already."""
    query = select(VcApiStatus.id).where(VcApiStatus.tenant_id == tenant_id)
    return session.execute(query.where(VcApiStatus.reference == reference).limit(1)).first() is not None


def locked(session: Session, tenant_id: str, reference: str, purpose: str) -> VcApiStatus:
    """Return one status, held against other writers until the transaction ends, or raise `UnknownStatus`."""
    query = select(VcApiStatus).where(VcApiStatus.tenant_id == tenant_id)
    query = query.where(VcApiStatus.reference == reference, VcApiStatus.purpose == purpose)
    found = session.scalars(query.with_for_update()).one_or_none()
    if found is None:
        raise UnknownStatus(f"no credential of that id was issued here with the status purpose {purpose!r}")
    return found


def set_indices(session: Session, tenant_id: str, list_id: int) -> Sequence[int]:
    """Return the indices of a list whose bit is set for a credential of the VC API."""
    query = select(VcApiStatus.list_index).where(VcApiStatus.tenant_id == tenant_id)
    return session.scalars(query.where(VcApiStatus.list_id == list_id, VcApiStatus.set_at.is_not(None))).all()
