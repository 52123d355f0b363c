"""Queries over what is published of status lists, and over what changed since."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from issuer.db.list_tables import PublishedList, StatusChange
from issuer.db.tables import StatusList


@dataclass(frozen=True)
class Change:
    """Bits that one transaction set, or cleared."""

    indices: tuple[int, ...]
    is_set: bool


def record(session: Session, tenant_id: str, list_id: int, indices: Collection[int], *, is_set: bool) -> None:
    """Note that bits of the list changed, in the transaction that changes what they stand for.

    The list's row stays locked until that ends: who sees a version sees the changes of all before it.
    """
    version = _next_version(session, tenant_id, list_id)
    session.connection().execute(
        insert(StatusChange).values(
            list_id=list_id,
            version=version,
            tenant_id=tenant_id,
            is_set=is_set,
            indices=",".join(map(str, indices)),
        )
    )


def mistrust(session: Session, tenant_id: str, list_id: int) -> None:
    """Let the list be made anew from the rows of its credentials when it is published next."""
    _next_version(session, tenant_id, list_id)


def since(
    session: Session, tenant_id: str, list_id: int, version: int, until: int
) -> Sequence[Change] | None:
    """Return what changed after one version up to another, in order; None where not all of that is noted."""
    query = (
        select(StatusChange.indices, StatusChange.is_set)
        .where(StatusChange.tenant_id == tenant_id, StatusChange.list_id == list_id)
        .where(StatusChange.version > version, StatusChange.version <= until)
        .order_by(StatusChange.version)
    )
    found = [Change(_numbers(indices), is_set) for indices, is_set in session.execute(query)]
    return found if len(found) == until - version else None


def text(session: Session, tenant_id: str, list_id: int) -> str | None:
    """Return the signed text of a list, if it has one."""
    query = select(PublishedList.secured).where(PublishedList.tenant_id == tenant_id)
    return session.scalars(query.where(PublishedList.list_id == list_id)).one_or_none()


def publish(session: Session, tenant_id: str, list_id: int, versions: tuple[int, int], secured: str) -> bool:
    """Store the signed text of a later version in place of an earlier one's, and forget what it shows.

    Return False, and store nothing, where the earlier one is not what is published any more.
    """
    earlier, later = versions
    moved = session.connection().execute(
        update(StatusList)
        .where(StatusList.tenant_id == tenant_id, StatusList.id == list_id)
        .where(StatusList.secured_version == earlier)
        .values(secured_version=later)
    )
    if not moved.rowcount:
        return False
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(PublishedList).values(list_id=list_id, tenant_id=tenant_id, secured=secured)
    session.execute(row.on_conflict_do_update(index_elements=["list_id"], set_={"secured": secured}))
    shown = StatusChange.list_id == list_id, StatusChange.version <= later
    session.execute(delete(StatusChange).where(StatusChange.tenant_id == tenant_id, *shown))
    return True


def _next_version(session: Session, tenant_id: str, list_id: int) -> int:
    grown = (
        update(StatusList)
        .where(StatusList.tenant_id == tenant_id, StatusList.id == list_id)
        .values(version=StatusList.version + 1)
        .returning(StatusList.version)
    )
    return int(session.connection().execute(grown).scalar_one())


def _numbers(indices: str) -> tuple[int, ...]:
    found: Iterable[str] = indices.split(",") if indices else ()
    return tuple(map(int, found))
