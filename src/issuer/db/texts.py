"""Queries over what signed texts have in common."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from issuer.core.compacting import Dictionary
from issuer.db.text_tables import TextDictionary


def stored(session: Session, tenant_id: str, ids: Collection[bytes]) -> set[bytes]:
    """Return those of a tenant's dictionaries that are there."""
    query = select(TextDictionary.id).where(TextDictionary.tenant_id == tenant_id)
    return set(session.scalars(query.where(TextDictionary.id.in_(ids))))


def add(session: Session, tenant_id: str, found: Collection[Dictionary], now: datetime) -> None:
    """Store dictionaries, in one order. What another process stores at this moment is the same."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    rows = [
        {"id": each.id, "tenant_id": tenant_id, "content": each.content, "created_at": now}
        for each in sorted(found)
    ]
    session.execute(dialect.insert(TextDictionary).values(rows).on_conflict_do_nothing())
