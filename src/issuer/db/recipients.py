"""Queries over the people whom a tenant knows."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

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
    given = {"tenant_id": tenant_id, "scope": scope, "kinds": list(kinds), "values": list(values)}
    return [Owner(*row) for row in session.connection().execute(_OWNERS, given)]


def add(session: Session, tenant_id: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Remember new people."""
    session.connection().execute(_ADD, [{**row, "tenant_id": tenant_id} for row in rows])


def add_identifiers(session: Session, tenant_id: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Remember identifiers, in one order: two processes that meet the same people never wait in a ring."""
    ordered = sorted(rows, key=lambda row: (str(row["kind"]), str(row["scope"]), str(row["value"])))
    session.connection().execute(_ADD_IDENTIFIERS, [{**row, "tenant_id": tenant_id} for row in ordered])


def rename(session: Session, tenant_id: str, names: Mapping[str, str]) -> None:
    """Set the names of people, by their ids."""
    found = [
        {"tenant": tenant_id, "person": person, "new_name": name} for person, name in sorted(names.items())
    ]
    session.connection().execute(_RENAME, found)


_ADD: Final = insert(Recipient)
_ADD_IDENTIFIERS: Final = insert(RecipientIdentifier)
_OWNERS: Final = (
    select(
        RecipientIdentifier.kind,
        RecipientIdentifier.value,
        RecipientIdentifier.recipient_id,
        Recipient.name,
    )
    .join(Recipient, Recipient.id == RecipientIdentifier.recipient_id)
    .where(RecipientIdentifier.tenant_id == bindparam("tenant_id"))
    .where(RecipientIdentifier.kind.in_(bindparam("kinds", expanding=True)))
    .where(RecipientIdentifier.scope == bindparam("scope"))
    .where(RecipientIdentifier.value.in_(bindparam("values", expanding=True)))
)
_RENAME: Final = (
    update(Recipient)
    .where(Recipient.tenant_id == bindparam("tenant"), Recipient.id == bindparam("person"))
    .values(name=bindparam("new_name"))
)
