"""Queries over the people whom a tenant knows."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.db.tables import Recipient, RecipientIdentifier


def find(session: Session, tenant_id: str, identifiers: Sequence[tuple[str, str, str]]) -> Recipient | None:
    """Return the person that the first known (kind, scope, value) names, or None."""
    for kind, scope, value in identifiers:
        query = (
            select(Recipient)
            .join(RecipientIdentifier, RecipientIdentifier.recipient_id == Recipient.id)
            .where(RecipientIdentifier.tenant_id == tenant_id)
            .where(RecipientIdentifier.kind == kind, RecipientIdentifier.scope == scope)
            .where(RecipientIdentifier.value == value)
        )
        found = session.scalars(query).one_or_none()
        if found is not None:
            return found
    return None


def known_identifiers(session: Session, tenant_id: str, recipient_id: str) -> set[tuple[str, str, str]]:
    """Return the (kind, scope, value) triples of a person."""
    query = select(RecipientIdentifier.kind, RecipientIdentifier.scope, RecipientIdentifier.value).where(
        RecipientIdentifier.tenant_id == tenant_id, RecipientIdentifier.recipient_id == recipient_id
    )
    return {(kind, scope, value) for kind, scope, value in session.execute(query)}
