"""Queries over what one person holds: for the page behind a holder's link."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from issuer.db import people
from issuer.db.credentials import UnknownCredential
from issuer.db.tables import Credential, Recipient


def by_link(session: Session, recipient_id: str) -> Recipient | None:
    """Return the person whom a link names, of whatever tenant: the link is sealed with its secret.

    It may have been made before two people were found to be one.
    """
    return session.get(Recipient, recipient_id) or session.get(
        Recipient, people.follow(session, recipient_id)
    )


def person(session: Session, tenant_id: str, recipient_id: str) -> Recipient:
    """Return a person whom a credential of the tenant names, held against other writers."""
    query = select(Recipient).where(Recipient.tenant_id == tenant_id, Recipient.id == recipient_id)
    return session.scalars(query.with_for_update()).one()


def known(session: Session, tenant_id: str, recipient_id: str) -> Recipient:
    """Return a person whom the tenant knows."""
    query = select(Recipient).where(Recipient.tenant_id == tenant_id, Recipient.id == recipient_id)
    return session.scalars(query).one()


def links_from(session: Session, tenant_id: str, recipient_id: str) -> datetime | None:
    """Return since when a person's links are good; None if none was ever stopped."""
    query = select(Recipient.links_from).where(Recipient.tenant_id == tenant_id)
    return session.scalars(query.where(Recipient.id == recipient_id)).one()


def badges(session: Session, tenant_id: str, recipient_id: str) -> Sequence[Credential]:
    """Return a person's badges, the newest first. Those that were erased are nobody's any more."""
    query = _held(tenant_id, recipient_id).order_by(Credential.awarded_at.desc(), Credential.id.desc())
    return session.scalars(query).all()


def badge(session: Session, tenant_id: str, recipient_id: str, public_id: str) -> Credential:
    """Return one of a person's badges, or raise `UnknownCredential`."""
    return _one(session, _held(tenant_id, recipient_id).where(Credential.public_id == public_id))


def locked(session: Session, tenant_id: str, recipient_id: str, public_id: str) -> Credential:
    """Return one of a person's badges, held against other writers, or raise `UnknownCredential`."""
    query = _held(tenant_id, recipient_id).where(Credential.public_id == public_id)
    return _one(session, query.with_for_update(of=Credential))


def _held(tenant_id: str, recipient_id: str) -> Select[Credential]:
    return select(Credential).where(
        Credential.tenant_id == tenant_id,
        Credential.recipient_id == recipient_id,
        Credential.secured.is_not(None),
        Credential.erased_at.is_(None),
        Credential.edition_of.is_(None),
    )


def _one(session: Session, query: Select[Credential]) -> Credential:
    found = session.scalars(query).one_or_none()
    if found is None:
        raise UnknownCredential("this person has no such badge")
    return found
