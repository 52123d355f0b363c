"""Queries by which two people become one, and by which one is forgotten."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from issuer.db import held, hosts, oauth, stacks
from issuer.db.person_tables import MergedRecipient
from issuer.db.stack_tables import Review
from issuer.db.tables import Credential, Event, Message, Recipient, RecipientIdentifier
from issuer.errors import NotFound

FORGOTTEN = "0" * 64
"""Stands for the digest of an event whose person was erased: what it was cannot be told any more."""


class UnknownRecipient(NotFound):
    """Nobody is known by what was named."""

    code = "unknown-recipient"


def by_award(session: Session, tenant_id: str, public_id: str) -> str | None:
    """Return whose an award is."""
    query = select(Credential.recipient_id).where(Credential.tenant_id == tenant_id)
    return session.scalars(query.where(Credential.public_id == public_id)).one_or_none()


def by_identifier(session: Session, tenant_id: str, kind: str, scope: str, value: str) -> str | None:
    """Return whose an identifier is."""
    query = select(RecipientIdentifier.recipient_id).where(RecipientIdentifier.tenant_id == tenant_id)
    return session.scalars(
        query.where(
            RecipientIdentifier.kind == kind,
            RecipientIdentifier.scope == scope,
            RecipientIdentifier.value == value,
        )
    ).one_or_none()


def name(session: Session, tenant_id: str, recipient_id: str) -> str | None:
    """Return a person's name, as far as it is known."""
    query = select(Recipient.name).where(Recipient.tenant_id == tenant_id)
    return session.scalars(query.where(Recipient.id == recipient_id)).one_or_none()


def identifiers(session: Session, tenant_id: str, recipient_id: str, kind: str) -> Sequence[tuple[str, str]]:
    """Return the (scope, value) of each identifier of a kind by which a person is known."""
    query = select(RecipientIdentifier.scope, RecipientIdentifier.value).where(
        RecipientIdentifier.tenant_id == tenant_id,
        RecipientIdentifier.recipient_id == recipient_id,
        RecipientIdentifier.kind == kind,
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def hold(session: Session, tenant_id: str, ids: Collection[str]) -> Sequence[Recipient]:
    """Return people, held until the transaction ends: nobody awards them anything meanwhile."""
    query = select(Recipient).where(Recipient.tenant_id == tenant_id, Recipient.id.in_(ids))
    return session.scalars(query.order_by(Recipient.id).with_for_update()).all()


def follow(session: Session, recipient_id: str) -> str:
    """Return who a person is by now, of whatever tenant."""
    query = select(MergedRecipient.recipient_id).where(MergedRecipient.id == recipient_id)
    return session.scalars(query).one_or_none() or recipient_id


def hold_known(session: Session, tenant_id: str, recipient_id: str) -> str:
    """Return who a person is by now, held until the transaction ends.

    Raises `UnknownRecipient` for one who was erased: nothing is to be stored of them again.
    """
    person = follow(session, recipient_id)
    known = select(RecipientIdentifier.id).where(
        RecipientIdentifier.tenant_id == tenant_id, RecipientIdentifier.recipient_id == person
    )
    if not hold(session, tenant_id, [person]) or session.scalars(known.limit(1)).first() is None:
        raise UnknownRecipient("nothing is known of the person any more")
    return person


def move(session: Session, tenant_id: str, former: str, into: str, now: datetime) -> Sequence[str]:
    """Give all that one person has to another, and return the primary keys of the awards among it.

    The former row is taken away: an award to it that is being recorded fails, and finds the other person.
    """
    moved = session.scalars(
        update(Credential)
        .where(Credential.tenant_id == tenant_id, Credential.recipient_id == former)
        .values(recipient_id=into)
        .returning(Credential.id)
    ).all()
    session.execute(
        update(RecipientIdentifier)
        .where(RecipientIdentifier.tenant_id == tenant_id, RecipientIdentifier.recipient_id == former)
        .values(recipient_id=into)
    )
    session.execute(
        update(MergedRecipient)
        .where(MergedRecipient.tenant_id == tenant_id, MergedRecipient.recipient_id == former)
        .values(recipient_id=into)
    )
    stacks.move(session, tenant_id, former, into, now)
    held.move(session, tenant_id, former, into)
    oauth.move(session, tenant_id, former, into)
    hosts.forget_person(session, tenant_id, former)
    session.add(MergedRecipient(id=former, tenant_id=tenant_id, recipient_id=into, merged_at=now))
    session.flush()
    session.execute(delete(Recipient).where(Recipient.tenant_id == tenant_id, Recipient.id == former))
    awards = select(Credential.id).where(Credential.tenant_id == tenant_id, Credential.id.in_(moved))
    shown = Credential.edition_of.is_(None), Credential.secured.is_not(None)
    return session.scalars(awards.where(*shown).order_by(Credential.id)).all()


def any_award(session: Session, tenant_id: str, recipient_id: str) -> str | None:
    """Return the primary key of a badge that a person has, if there is one."""
    query = select(Credential.id).where(
        Credential.tenant_id == tenant_id,
        Credential.recipient_id == recipient_id,
        Credential.secured.is_not(None),
        Credential.edition_of.is_(None),
    )
    return session.scalars(query.order_by(Credential.id).limit(1)).one_or_none()


def awards(session: Session, tenant_id: str, recipient_id: str) -> Sequence[Credential]:
    """Return everything a person was given and that is not erased, former editions and drafts too."""
    query = select(Credential).where(
        Credential.tenant_id == tenant_id,
        Credential.recipient_id == recipient_id,
        Credential.erased_at.is_(None),
    )
    return session.scalars(query.order_by(Credential.id).with_for_update(of=Credential)).all()


def forget(session: Session, tenant_id: str, recipient_id: str, now: datetime) -> None:
    """Leave nothing of a person but that there were awards, and of which achievements."""
    held.forget(session, tenant_id, recipient_id)
    oauth.forget_person(session, tenant_id, recipient_id)
    hosts.forget_person(session, tenant_id, recipient_id)
    own = Credential.tenant_id == tenant_id, Credential.recipient_id == recipient_id
    erased = select(Credential.id).where(*own)
    session.execute(
        update(Message)
        .where(Message.tenant_id == tenant_id, Message.credential_id.in_(erased))
        .values(note=None)
    )
    session.execute(
        update(Review)
        .where(Review.tenant_id == tenant_id, Review.credential_id.in_(erased))
        .values(note=None)
    )
    session.execute(
        update(Event)
        .where(Event.tenant_id == tenant_id, Event.credential_id.in_(erased))
        .values(content_sha256=FORGOTTEN)
    )
    session.execute(
        update(Credential)
        .where(*own)
        .values(
            packed=b"",
            draft=None,
            proof=None,
            dictionary_id=None,
            secured_sha256=None,
            enveloped=None,
            particulars=None,
            erased_at=now,
        )
    )
    session.execute(
        delete(RecipientIdentifier).where(
            RecipientIdentifier.tenant_id == tenant_id, RecipientIdentifier.recipient_id == recipient_id
        )
    )
    session.execute(
        update(Recipient)
        .where(Recipient.tenant_id == tenant_id, Recipient.id == recipient_id)
        .values(name=None, links_from=now)
    )
