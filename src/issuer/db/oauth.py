"""Queries over OAuth 2.0: clients, what they were allowed, and its codes and tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.db.oauth_tables import OAuthAssertion, OAuthClient, OAuthCode, OAuthGrant, OAuthToken
from issuer.errors import NotFound

ACCESS = "access"
REFRESH = "refresh"


class UnknownOAuthClient(NotFound):
    """The issuer has no OAuth client of that id."""

    code = "unknown-oauth-client"


class Shown(NamedTuple):
    """A token that was shown, and what it was given for."""

    token: OAuthToken
    grant: OAuthGrant
    client: OAuthClient


class Redeemed(NamedTuple):
    """A code that was shown, and what it was given for."""

    code: OAuthCode
    grant: OAuthGrant


def client(session: Session, client_id: str) -> OAuthClient | None:
    """Return a client that was not shut out, of whatever tenant: its secret is its own."""
    found = session.get(OAuthClient, client_id)
    return found if found is not None and found.revoked_at is None else None


def code(session: Session, sha256: str) -> Redeemed | None:
    """Return a code by its hash, held against whoever shows it at the same time."""
    query = select(OAuthCode).where(OAuthCode.sha256 == sha256).with_for_update()
    found = session.scalars(query).one_or_none()
    grant = session.get(OAuthGrant, found.grant_id) if found else None
    return Redeemed(found, grant) if found and grant else None


def token(session: Session, sha256: str) -> Shown | None:
    """Return a token by its hash, with its grant and client."""
    query = (
        select(OAuthToken, OAuthGrant, OAuthClient)
        .join(OAuthGrant, OAuthGrant.id == OAuthToken.grant_id)
        .join(OAuthClient, OAuthClient.id == OAuthGrant.client_id)
        .where(OAuthToken.sha256 == sha256)
    )
    found = session.execute(query).one_or_none()
    return Shown(*found) if found else None


def held(session: Session, sha256: str) -> Shown | None:
    """Return a token as `token` does, held against whoever shows it at the same time."""
    query = select(OAuthToken.sha256).where(OAuthToken.sha256 == sha256)
    session.execute(query.with_for_update()).one_or_none()
    return token(session, sha256)


def end(session: Session, tenant_id: str, grant_id: str, now: datetime) -> None:
    """End a grant, and with it every code and token that came of it."""
    session.execute(
        update(OAuthGrant)
        .where(OAuthGrant.tenant_id == tenant_id, OAuthGrant.id == grant_id, OAuthGrant.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def end_of_person(session: Session, tenant_id: str, recipient_id: str, now: datetime) -> None:
    """End all that a person allowed: it may have been somebody else who had their link."""
    session.execute(
        update(OAuthGrant)
        .where(OAuthGrant.tenant_id == tenant_id, OAuthGrant.recipient_id == recipient_id)
        .where(OAuthGrant.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def in_force(
    session: Session, tenant_id: str, recipient_id: str, now: datetime
) -> Sequence[tuple[OAuthGrant, OAuthClient]]:
    """Return what a person allowed and what still holds, with whom, the newest first."""
    query = (
        select(OAuthGrant, OAuthClient)
        .join(OAuthClient, OAuthClient.id == OAuthGrant.client_id)
        .where(OAuthGrant.tenant_id == tenant_id, OAuthGrant.recipient_id == recipient_id)
        .where(OAuthGrant.revoked_at.is_(None), OAuthGrant.expires_at > now, OAuthClient.revoked_at.is_(None))
    )
    found = session.execute(query.order_by(OAuthGrant.created_at.desc(), OAuthGrant.id.desc()))
    return [(row[0], row[1]) for row in found]


def stop(session: Session, tenant_id: str, recipient_id: str, grant_id: str, now: datetime) -> None:
    """End one thing that a person allowed."""
    session.execute(
        update(OAuthGrant)
        .where(OAuthGrant.tenant_id == tenant_id, OAuthGrant.recipient_id == recipient_id)
        .where(OAuthGrant.id == grant_id, OAuthGrant.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def note(session: Session, tenant_id: str, sha256: str, expires_at: datetime) -> bool:
    """Return whether a statement was never shown before, and remember it."""
    row = {"tenant_id": tenant_id, "sha256": sha256, "expires_at": expires_at}
    try:
        with session.begin_nested():
            session.execute(insert(OAuthAssertion).values(**row))
    except IntegrityError:
        return False
    return True


def agencies(session: Session, tenant_id: str) -> Sequence[OAuthClient]:
    """Return the clients that act for a tenant, the oldest first."""
    query = select(OAuthClient).where(OAuthClient.tenant_id == tenant_id)
    return session.scalars(query.order_by(OAuthClient.created_at, OAuthClient.id)).all()


def shut_out(session: Session, tenant_id: str, client_id: str, now: datetime) -> OAuthClient:
    """Shut a client of a tenant out and return it, or raise `UnknownOAuthClient`."""
    query = select(OAuthClient).where(OAuthClient.tenant_id == tenant_id, OAuthClient.id == client_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise UnknownOAuthClient(f"the issuer has no OAuth client {client_id!r}")
    found.revoked_at = found.revoked_at or now
    return found


def move(session: Session, tenant_id: str, former: str, into: str) -> None:
    """Let what one person allowed hold for another, who was found to be the same."""
    session.execute(
        update(OAuthGrant)
        .where(OAuthGrant.tenant_id == tenant_id, OAuthGrant.recipient_id == former)
        .values(recipient_id=into)
    )


def forget_person(session: Session, tenant_id: str, recipient_id: str) -> None:
    """Take away everything that a person allowed."""
    own = select(OAuthGrant.id).where(
        OAuthGrant.tenant_id == tenant_id, OAuthGrant.recipient_id == recipient_id
    )
    for table in (OAuthCode, OAuthToken):
        session.execute(delete(table).where(table.tenant_id == tenant_id, table.grant_id.in_(own)))
    session.execute(
        delete(OAuthGrant).where(OAuthGrant.tenant_id == tenant_id, OAuthGrant.recipient_id == recipient_id)
    )


def is_any_over(session: Session, before: datetime) -> bool:
    """Return whether a grant or a statement ended before a moment, of whatever tenant."""
    queries = (
        select(OAuthGrant.id).where(OAuthGrant.expires_at < before),
        select(OAuthAssertion.sha256).where(OAuthAssertion.expires_at < before),
    )
    return any(session.scalars(query.limit(1)).first() is not None for query in queries)


def forget_over(session: Session, before: datetime, most: int) -> None:
    """Delete some of what ended before a moment, with the codes and tokens of it."""
    query = select(OAuthGrant.id).where(OAuthGrant.expires_at < before).limit(most)
    ended = session.scalars(query).all()
    for table in (OAuthCode, OAuthToken):
        session.execute(delete(table).where(table.grant_id.in_(ended)))
    session.execute(delete(OAuthGrant).where(OAuthGrant.id.in_(ended)))
    session.execute(delete(OAuthAssertion).where(OAuthAssertion.expires_at < before))
