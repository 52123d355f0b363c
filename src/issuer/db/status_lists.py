"""Queries over status lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Float, Integer, bindparam, func, select, update
from sqlalchemy.orm import Session

from issuer.db.tables import StatusList
from issuer.errors import NotFound


class UnknownStatusList(NotFound):
    """There is no status list of that number."""

    code = "unknown-status-list"


@dataclass(frozen=True)
class Place:
    """A place in a list, counted in the order in which places were given out."""

    list_id: int
    position: int
    length: int
    permutation_key: bytes


def by_number(session: Session, number: int) -> StatusList:
    """Return a list by the number in its address, of whatever tenant, or raise `UnknownStatusList`."""
    found = session.get(StatusList, number)
    if found is None:
        raise UnknownStatusList(f"there is no status list {number}")
    return found


def all_lists(session: Session, tenant_id: str) -> Sequence[StatusList]:
    """Return a tenant's lists, the oldest first."""
    query = select(StatusList).where(StatusList.tenant_id == tenant_id)
    return session.scalars(query.order_by(StatusList.id)).all()


def queue(session: Session, tenant_id: str) -> None:
    """Let one open a list for a tenant at a time, until its transaction ends. It holds no row up.

    SQLite has one writer anyhow.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"status list {tenant_id}"))))


def take_places(session: Session, tenant_id: str, purpose: str, share: float, count: int) -> Place | None:
    """Return the first of the next places of the tenant's newest list for a purpose; `count` are taken.

    None when there is no list yet, or when so many are not left of the `share` of the newest that is used.
    """
    given = {"tenant": tenant_id, "of": purpose, "share": share, "count": count}
    taken = session.connection().execute(_TAKE, given).one_or_none()
    return Place(taken[0], taken[1] - count, taken[2], taken[3]) if taken else None


def give_back(session: Session, tenant_id: str, list_id: int, count: int) -> None:
    """Count places as free again that were taken last, in the same transaction."""
    session.execute(
        update(StatusList)
        .where(StatusList.tenant_id == tenant_id, StatusList.id == list_id)
        .values(allocated=StatusList.allocated - count)
        .execution_options(synchronize_session=False)
    )


_newest = (
    select(StatusList.id)
    .where(StatusList.tenant_id == bindparam("tenant"), StatusList.purpose == bindparam("of"))
    .order_by(StatusList.id.desc())
    .limit(1)
    .scalar_subquery()
)
_count = bindparam("count", type_=Integer)
_TAKE: Final = (
    update(StatusList)
    .where(StatusList.tenant_id == bindparam("tenant"), StatusList.id == _newest)
    .where(StatusList.allocated + _count <= StatusList.length * bindparam("share", type_=Float))
    .values(allocated=StatusList.allocated + _count)
    .returning(StatusList.id, StatusList.allocated, StatusList.length, StatusList.permutation_key)
)
