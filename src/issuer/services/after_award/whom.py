"""Tell whom a platform means."""

from sqlalchemy.orm import Session

from issuer.core.credentials import subject
from issuer.core.intake.person_ref import PersonRef
from issuer.db import people
from issuer.db.people import UnknownRecipient
from issuer.services.clients import Client


def whom(session: Session, client: Client, ref: PersonRef) -> str:
    """Return the primary key of the person whom a client names, or raise `UnknownRecipient`."""
    found = _found(session, client, ref)
    if found is None:
        raise UnknownRecipient("nobody is known by that: look for the person's awards first")
    return found


def _found(session: Session, client: Client, ref: PersonRef) -> str | None:
    if ref.award is not None:
        return people.by_award(session, client.tenant_id, ref.award)
    if ref.email is not None:
        address = subject.normal_email(ref.email)
        return people.by_identifier(session, client.tenant_id, "emailAddress", "", address)
    if ref.did is not None:
        return people.by_identifier(session, client.tenant_id, "did", "", ref.did)
    if ref.identifier is None:
        return None
    scope = ref.source or f"client:{client.id}"
    return people.by_identifier(session, client.tenant_id, ref.identifier.type, scope, ref.identifier.value)
