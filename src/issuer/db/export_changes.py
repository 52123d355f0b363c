"""Queries by which changes get their positions, and by which they are read in that order.

A change has its position once it was committed, from one process at a time: none appears below one that
was read.
"""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.orm import Session

from issuer.db.export_tables import ExportChange, ExportProfileRow
from issuer.db.outbox_reading import READER, Heard
from issuer.db.tables import Credential
from issuer.db.webhook_tables import OutboxReader

MERGED: Final = "award.merged"
IDENTIFIED: Final = "award.identified"
TOPICS: Final = frozenset(
    {
        "award.issued",
        IDENTIFIED,
        MERGED,
        "award.revoked",
        "award.suspended",
        "award.reinstated",
        "award.expired",
        "award.erased",
        "award.corrected",
    }
)
"""Messages of the outbox that change what an agency has."""

_TOGETHER: Final = 500


class Change(NamedTuple):
    """A badge, and the position of its last change."""

    credential_id: str
    position: int


def exporting(session: Session, tenant_ids: Collection[str]) -> set[str]:
    """Return those of the tenants that export at all: of the others nothing is noted."""
    query = select(ExportProfileRow.tenant_id).where(ExportProfileRow.tenant_id.in_(tenant_ids)).distinct()
    return set(session.scalars(query))


def hold(session: Session) -> None:
    """Hold the right to give out positions until the transaction ends, as whoever reads the outbox does."""
    session.scalar(select(OutboxReader.last_id).where(OutboxReader.name == READER).with_for_update())


def note(session: Session, tenant_id: str, heard: Sequence[Heard]) -> None:
    """Give the badges of messages the next positions. Whoever calls holds the right to."""
    joined = {each.credential_id for each in heard if each.topic in {MERGED, IDENTIFIED}}
    found = {each.credential_id for each in heard if each.topic in TOPICS}
    ids = sorted(found.union(_of_the_same_people(session, tenant_id, joined) if joined else ()))
    for start in range(0, len(ids), _TOGETHER):
        _place(session, tenant_id, ids[start : start + _TOGETHER])


def note_all(session: Session, tenant_id: str) -> None:
    """Give every badge of a tenant a position that has none yet, in the order in which they were made."""
    first = newest(session, tenant_id) + 1
    rank = func.row_number().over(order_by=Credential.id)
    own = (
        select(Credential.id, Credential.tenant_id, first - 1 + rank)
        .where(Credential.tenant_id == tenant_id, Credential.secured.is_not(None))
        .where(Credential.edition_of.is_(None))
        .where(~exists().where(ExportChange.credential_id == Credential.id))
    )
    session.execute(insert(ExportChange).from_select(["credential_id", "tenant_id", "position"], own))


def newest(session: Session, tenant_id: str) -> int:
    """Return the position of a tenant's last change, 0 before the first."""
    query = select(func.max(ExportChange.position)).where(ExportChange.tenant_id == tenant_id)
    return session.scalar(query) or 0


def last(session: Session, tenant_id: str) -> str | None:
    """Return the badge that changed last."""
    query = select(ExportChange.credential_id).where(ExportChange.tenant_id == tenant_id)
    return session.scalar(query.order_by(ExportChange.position.desc()).limit(1))


def since(session: Session, tenant_id: str, position: int, limit: int) -> list[Change]:
    """Return the next changes past a position, in order."""
    query = select(ExportChange.credential_id, ExportChange.position).where(
        ExportChange.tenant_id == tenant_id, ExportChange.position > position
    )
    return [Change(*row) for row in session.execute(query.order_by(ExportChange.position).limit(limit))]


def reached(session: Session, tenant_id: str, position: int, limit: int) -> int:
    """Return the position to which `since` with the same limit leads: the same where nothing changed."""
    past = select(ExportChange.position).where(
        ExportChange.tenant_id == tenant_id, ExportChange.position > position
    )
    found = past.order_by(ExportChange.position).limit(limit).subquery()
    return session.scalar(select(func.max(found.c.position))) or position


def _place(session: Session, tenant_id: str, ids: Sequence[str]) -> None:
    first = newest(session, tenant_id) + 1
    own = ExportChange.tenant_id == tenant_id, ExportChange.credential_id.in_(ids)
    session.execute(delete(ExportChange).where(*own))
    rows = [
        {"credential_id": each, "tenant_id": tenant_id, "position": first + number}
        for number, each in enumerate(ids)
    ]
    session.execute(insert(ExportChange), rows)


def _of_the_same_people(session: Session, tenant_id: str, joined: Collection[str]) -> Sequence[str]:
    """Return all badges of people of whom more is known now, or who were two until now."""
    whose = select(Credential.recipient_id).where(
        Credential.tenant_id == tenant_id, Credential.id.in_(joined)
    )
    query = (
        select(Credential.id)
        .where(Credential.tenant_id == tenant_id, Credential.recipient_id.in_(whose))
        .where(Credential.secured.is_not(None), Credential.edition_of.is_(None))
    )
    return session.scalars(query).all()
