"""Queries over competency frameworks."""

from collections.abc import Collection, Sequence

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.orm import Session

from issuer.core.awarding.frameworks import Item
from issuer.db.framework_tables import Framework, FrameworkItem
from issuer.errors import NotFound

_AT_ONCE = 1_000


class UnknownFramework(NotFound):
    """The issuer has imported no framework of that name."""

    code = "unknown-framework"


def put(session: Session, tenant_id: str, given: Framework, items: Sequence[Item]) -> None:
    """Store a framework in the place of the one of its name."""
    query = select(Framework).where(Framework.tenant_id == tenant_id, Framework.name == given.name)
    found = session.scalars(query).one_or_none()
    if found is None:
        found = given
        session.add(found)
    found.imported_at = given.imported_at
    session.flush()
    _clear(session, tenant_id, found.id)
    for start in range(0, len(items), _AT_ONCE):
        session.execute(
            insert(FrameworkItem),
            [
                {
                    "framework_id": found.id,
                    "tenant_id": tenant_id,
                    "code": each.code,
                    "statement": each.statement,
                    "uri": each.uri,
                    "is_case": each.is_case,
                    "searched": f"{each.code} {each.statement}".casefold(),
                }
                for each in items[start : start + _AT_ONCE]
            ],
        )


def remove(session: Session, tenant_id: str, name: str) -> None:
    """Remove a framework, or raise `UnknownFramework`. What was published with it stays."""
    query = select(Framework).where(Framework.tenant_id == tenant_id, Framework.name == name)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise UnknownFramework(f"there is no framework {name!r}")
    _clear(session, tenant_id, found.id)
    session.delete(found)


def every(session: Session, tenant_id: str) -> Sequence[Row[Framework, int]]:
    """Return all frameworks by name, each with how many items it has."""
    items = func.count(FrameworkItem.code)
    query = (
        select(Framework, items)
        .outerjoin(FrameworkItem, FrameworkItem.framework_id == Framework.id)
        .where(Framework.tenant_id == tenant_id)
        .group_by(Framework.id)
        .order_by(Framework.name)
    )
    return session.execute(query).all()


def search(
    session: Session, tenant_id: str, words: Sequence[str], framework: str | None, limit: int
) -> Sequence[Row[FrameworkItem, str]]:
    """Return items that have all of the words in them, each with its framework's name, by code."""
    query = (
        select(FrameworkItem, Framework.name)
        .join(Framework, Framework.id == FrameworkItem.framework_id)
        .where(FrameworkItem.tenant_id == tenant_id)
    )
    for word in words:
        query = query.where(FrameworkItem.searched.contains(word.casefold(), autoescape=True))
    if framework is not None:
        query = query.where(Framework.name == framework)
    return session.execute(query.order_by(Framework.name, FrameworkItem.code).limit(limit)).all()


def items(
    session: Session, tenant_id: str, named: Collection[tuple[str, str]]
) -> dict[tuple[str, str], FrameworkItem]:
    """Return items by the names of their frameworks and their codes."""
    query = (
        select(FrameworkItem, Framework.name)
        .join(Framework, Framework.id == FrameworkItem.framework_id)
        .where(FrameworkItem.tenant_id == tenant_id)
        .where(Framework.name.in_({name for name, _ in named}))
        .where(FrameworkItem.code.in_({code for _, code in named}))
    )
    return {(name, item.code): item for item, name in session.execute(query)} if named else {}


def _clear(session: Session, tenant_id: str, framework_id: str) -> None:
    own = FrameworkItem.tenant_id == tenant_id, FrameworkItem.framework_id == framework_id
    session.execute(delete(FrameworkItem).where(*own))
