"""Tell who an event is about."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core.credentials import subject
from issuer.core.intake.event import Recipient as RecipientFields
from issuer.db import recipients
from issuer.db.tables import Recipient, RecipientIdentifier

_SHARED = {"emailAddress", "did"}
"""Identifiers that mean the same person whichever platform sends them."""


def recognise(
    context: Context, session: Session, tenant_id: str, recipient: RecipientFields, source: str
) -> Recipient:
    """Return the person, known or new, in the caller's transaction.

    Matched by an identifier of the same source, then by e-mail address or DID; never by name. Every
    identifier that came with the event is remembered.
    """
    triples = [
        (known.kind, "" if known.kind in _SHARED else source, known.value)
        for known in subject.known_by(recipient)
    ]
    person = recipients.find(session, tenant_id, triples)
    if person is None:
        person = Recipient(id=context.new_key(), tenant_id=tenant_id, created_at=context.clock())
        session.add(person)
        session.flush()
    person.name = recipient.name or person.name
    _remember(context, session, person, triples)
    return person


def _remember(
    context: Context, session: Session, person: Recipient, triples: Sequence[tuple[str, str, str]]
) -> None:
    """Add identifiers that are new, unless somebody else has them: joining two people is a decision."""
    known = recipients.known_identifiers(session, person.tenant_id, person.id)
    for kind, scope, value in triples:
        taken = recipients.find(session, person.tenant_id, [(kind, scope, value)])
        if (kind, scope, value) not in known and taken is None:
            row = RecipientIdentifier(
                id=context.new_key(), tenant_id=person.tenant_id, recipient_id=person.id,
                kind=kind, scope=scope, value=value,
            )  # fmt: skip
            session.add(row)
            session.flush()
