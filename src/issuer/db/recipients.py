"""Queries over the people whom a tenant knows."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.tables import Recipient, RecipientIdentifier


class Owner(NamedTuple):
    """Whose an identifier is, and the person's name."""

    kind: str
    value: str
    recipient_id: str
    name: str | None


def owners(
    session: Session, tenant_id: str, scope: str, kinds: Collection[str], values: Collection[str]
) -> Sequence[Owner]:
    """Return the people whom identifiers of these kinds and values name within a scope."""
    query = (
        select(
            RecipientIdentifier.kind,
            RecipientIdentifier.value,
            RecipientIdentifier.recipient_id,
            Recipient.name,
        )
        .join(Recipient, Recipient.id == RecipientIdentifier.recipient_id)
        .where(RecipientIdentifier.tenant_id == tenant_id, RecipientIdentifier.kind.in_(kinds))
        .where(RecipientIdentifier.scope == scope, RecipientIdentifier.value.in_(values))
    )
    return [Owner(*row) for row in session.execute(query)]


def add(session: Session, tenant_id: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Remember new people."""
    session.connection().execute(insert(Recipient).values(tenant_id=tenant_id), rows)


def add_identifiers(session: Session, tenant_id: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Remember identifiers, in one order: two processes that meet the same people never wait in a ring."""
    ordered = sorted(rows, key=lambda row: (str(row["kind"]), str(row["scope"]), str(row["value"])))
    session.connection().execute(insert(RecipientIdentifier).values(tenant_id=tenant_id), ordered)


def rename(session: Session, tenant_id: str, names: Mapping[str, str]) -> None:
    """Set the names of people, by their ids."""
    query = (
        update(Recipient)
        .where(Recipient.tenant_id == tenant_id, Recipient.id == bindparam("person"))
        .values(name=bindparam("new_name"))
    )
    found = [{"person": person, "new_name": name} for person, name in sorted(names.items())]
    session.connection().execute(query, found)
