"""Queries over credentials."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from issuer.core.exchange.announcements import EXPORT_READY
from issuer.core.status.standing import Summary
from issuer.db import standings
from issuer.db.tables import (
    Achievement,
    AchievementVersion,
    Credential,
    Message,
    Recipient,
    RecipientIdentifier,
)
from issuer.db.text_tables import TextDictionary
from issuer.errors import NotFound


class UnknownCredential(NotFound):
    """No such badge was issued here."""

    code = "unknown-badge"


class Overtaken(Exception):
    """Another process was first: what was written meanwhile has to be undone."""


class Award(NamedTuple):
    """A credential with its achievement's code and version number, and the holder's name."""

    credential: Credential
    code: str
    number: int
    name: str | None


class Holding(NamedTuple):
    """A credential that a person was given for an achievement."""

    id: str
    recipient_id: str
    achievement_id: str
    valid_until: datetime | None
    revoked_at: datetime | None


class Unsigned(NamedTuple):
    """A draft: what it takes to sign it, packed as it is stored, and the content of its dictionary."""

    id: str
    tenant_id: str
    key_id: str
    draft: bytes
    proof: str
    edition_of: str | None
    shared: bytes | None


class Signed(NamedTuple):
    """A draft's signed text, with its SHA-256 (hex), and the text packed as it is stored."""

    id: str
    text: str
    sha256: str
    packed: bytes


def public_row(session: Session, public_id: str) -> Credential:
    """Return the credential behind a public id, of whatever tenant: the id is the secret.

    Raises `UnknownCredential` for one that does not exist or was never signed.
    """
    query = select(Credential).where(Credential.public_id == public_id, Credential.secured.is_not(None))
    found = session.scalars(query).one_or_none()
    if found is None:
        raise UnknownCredential("there is no badge at this address")
    return found


def by_key(session: Session, tenant_id: str, credential_id: str) -> Credential:
    """Return a tenant's credential by its primary key, or raise `UnknownCredential`."""
    query = select(Credential).where(Credential.tenant_id == tenant_id, Credential.id == credential_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise UnknownCredential("there is no such badge")
    return found


def replacement(session: Session, tenant_id: str, credential: Credential) -> str | None:
    """Return the public id of the badge that replaced one, while all may see that: an id is a secret."""
    if credential.replaced_by is None:
        return None
    query = (
        select(Credential.public_id)
        .where(Credential.tenant_id == tenant_id, Credential.public_id == credential.replaced_by)
        .where(Credential.visibility != "private", Credential.erased_at.is_(None))
    )
    return session.scalars(query).one_or_none()


def held(
    session: Session, tenant_id: str, recipient_ids: Collection[str], achievement_ids: Collection[str]
) -> Sequence[Holding]:
    """Return what these people were given for these achievements, the oldest first."""
    given = {"tenant_id": tenant_id, "people": list(recipient_ids), "achievements": list(achievement_ids)}
    return [Holding(*row) for row in session.connection().execute(_HELD, given)]


def add(session: Session, tenant_id: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Record drafts."""
    session.connection().execute(_ADD, [{**row, "tenant_id": tenant_id} for row in rows])


def unsigned(session: Session, ids: Collection[str]) -> Sequence[Unsigned]:
    """Return those of the credentials, of whatever tenants, that are not signed yet."""
    query = (
        select(
            Credential.id,
            Credential.tenant_id,
            Credential.key_id,
            cast("ColumnElement[bytes]", Credential.draft),
            cast("ColumnElement[str]", Credential.proof),
            Credential.edition_of,
            TextDictionary.content,
        )
        .outerjoin(TextDictionary, TextDictionary.id == Credential.dictionary_id)
        .where(Credential.id.in_(ids), Credential.secured.is_(None))
        .order_by(Credential.id)
    )
    return [Unsigned(*row) for row in session.execute(query)]


def publish(session: Session, signed: Sequence[Signed]) -> None:
    """Store signed texts in place of drafts, or raise `Overtaken` where another process was first with some.

    They are stored in one order: two processes with the same drafts never wait in a ring.
    """
    found = [
        {"draft_id": each.id, "packed": each.packed, "digest": each.sha256}
        for each in sorted(signed, key=lambda each: each.id)
    ]
    if session.connection().execute(_PUBLISH, found).rowcount != len(found):
        raise Overtaken


def envelop(session: Session, tenant_id: str, credential_id: str, token: str) -> str | None:
    """Store the credential's JWT unless another process was first, and return the one that is stored.

    None for a credential that was erased meanwhile: nothing is stored of it any more.
    """
    whole = Credential.tenant_id == tenant_id, Credential.id == credential_id, Credential.erased_at.is_(None)
    session.execute(update(Credential).where(*whole, Credential.enveloped.is_(None)).values(enveloped=token))
    return session.scalars(select(Credential.enveloped).where(*whole)).one_or_none()


def unfinished(session: Session, before: datetime, after: str, limit: int) -> Sequence[tuple[str, str]]:
    """Return (tenant, credential) keys of unsigned drafts made up to a moment, in order past `after`."""
    query = (
        select(Credential.tenant_id, Credential.id)
        .where(Credential.secured.is_(None), Credential.created_at <= before, Credential.id > after)
        .order_by(Credential.id)
    )
    return [(tenant_id, credential_id) for tenant_id, credential_id in session.execute(query.limit(limit))]


def unfinished_with_key(session: Session, tenant_id: str, key_id: str) -> bool:
    """Return whether a draft still waits for this key's signature."""
    query = select(Credential.id).where(Credential.tenant_id == tenant_id, Credential.secured.is_(None))
    return session.execute(query.where(Credential.key_id == key_id).limit(1)).first() is not None


def set_indices(session: Session, tenant_id: str, list_id: int, purpose: str) -> Sequence[int]:
    """Return the indices of a list whose bit is set: those of withdrawn, or of held, credentials."""
    query = select(Credential.revocation_index).where(
        Credential.revocation_list_id == list_id, Credential.revoked_at.is_not(None)
    )
    if purpose == "suspension":
        query = select(cast("ColumnElement[int]", Credential.suspension_index)).where(
            Credential.suspension_list_id == list_id, Credential.suspended_at.is_not(None)
        )
    return session.scalars(query.where(Credential.tenant_id == tenant_id)).all()


def history(session: Session, tenant_id: str, credential_id: str) -> Sequence[Message]:
    """Return what happened to a credential, in order."""
    query = select(Message).where(Message.tenant_id == tenant_id, Message.credential_id == credential_id)
    query = query.where(Message.topic != EXPORT_READY)  # it is of all badges, and hangs on one
    return session.scalars(query.order_by(Message.id)).all()


def award(session: Session, tenant_id: str, public_id: str) -> Award:
    """Return one award, or raise `UnknownCredential`."""
    query = _awards(tenant_id).where(Credential.public_id == public_id, Credential.secured.is_not(None))
    found = session.execute(query.where(Credential.edition_of.is_(None))).one_or_none()
    if found is None:
        raise UnknownCredential(f"there is no award {public_id!r}")
    return Award(*found)


def awards(session: Session, tenant_id: str, ids: Collection[str]) -> dict[str, Award]:
    """Return awards by the primary keys of their credentials, signed or not yet."""
    found = session.execute(_awards(tenant_id).where(Credential.id.in_(ids)))
    return {row[0].id: Award(*row) for row in found}


def search(
    session: Session,
    tenant_id: str,
    *,
    now: datetime,
    limit: int,
    before: str | None = None,
    query: str | None = None,
    code: str | None = None,
    state: Summary | None = None,
) -> Sequence[Award]:
    """Return awards, the newest first, from before a primary key.

    `query` is an award's id, an identifier of the person (e-mail address included), or part of a name.
    """
    statement = _awards(tenant_id).where(Credential.secured.is_not(None), Credential.edition_of.is_(None))
    statement = statement.order_by(Credential.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Credential.id < before)
    if code is not None:
        statement = statement.where(Achievement.code == code)
    if state is not None:
        statement = statement.where(standings.named(state, now))
    if query:
        statement = statement.where(_matching(tenant_id, query))
    return [Award(*row) for row in session.execute(statement)]


def _awards(tenant_id: str) -> Select[Credential, str, int, str | None]:
    return (
        select(Credential, Achievement.code, AchievementVersion.number, Recipient.name)
        .join(Achievement, Achievement.id == Credential.achievement_id)
        .join(AchievementVersion, AchievementVersion.id == Credential.achievement_version_id)
        .join(Recipient, Recipient.id == Credential.recipient_id)
        .where(Credential.tenant_id == tenant_id)
    )


def _matching(tenant_id: str, query: str) -> ColumnElement[bool]:
    people = select(RecipientIdentifier.recipient_id).where(
        RecipientIdentifier.tenant_id == tenant_id,
        RecipientIdentifier.value.in_([query.strip(), query.strip().lower()]),
    )
    return or_(
        Credential.public_id == query,
        Credential.recipient_id.in_(people),
        Recipient.name.icontains(query.strip(), autoescape=True),
    )


_ADD: Final = insert(Credential)
_HELD: Final = (
    select(
        Credential.id,
        Credential.recipient_id,
        Credential.achievement_id,
        Credential.valid_until,
        Credential.revoked_at,
    )
    .where(Credential.tenant_id == bindparam("tenant_id"))
    .where(Credential.recipient_id.in_(bindparam("people", expanding=True)))
    .where(Credential.achievement_id.in_(bindparam("achievements", expanding=True)))
    .order_by(Credential.id)
)
_PUBLISH: Final = (
    update(Credential)
    .where(Credential.id == bindparam("draft_id"), Credential.secured.is_(None))
    .values(packed=bindparam("packed"), secured_sha256=bindparam("digest"), draft=None, proof=None)
)
