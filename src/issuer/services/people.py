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
        return _newcomer(context, session, tenant_id, recipient.name, triples)
    person.name = recipient.name or person.name
    known = recipients.known_identifiers(session, tenant_id, person.id)
    for triple in triples:
        # Somebody else's stays theirs: joining two people is a decision.
        if triple not in known and recipients.find(session, tenant_id, [triple]) is None:
            _remember(context, session, person, triple)
    return person


def _newcomer(
    context: Context,
    session: Session,
    tenant_id: str,
    name: str | None,
    triples: Sequence[tuple[str, str, str]],
) -> Recipient:
    """Return a new person with all identifiers, or violate a constraint where one was taken just now.

    Whoever asked again here, and left the taken one out, would make a second person of the same one.
    """
    person = Recipient(id=context.new_key(), tenant_id=tenant_id, name=name, created_at=context.clock())
    session.add(person)
    session.flush()
    for triple in dict.fromkeys(triples):
        _remember(context, session, person, triple)
    return person


def _remember(context: Context, session: Session, person: Recipient, triple: tuple[str, str, str]) -> None:
    kind, scope, value = triple
    row = RecipientIdentifier(
        id=context.new_key(), tenant_id=person.tenant_id, recipient_id=person.id,
        kind=kind, scope=scope, value=value,
    )  # fmt: skip
    session.add(row)
    session.flush()
