"""Queries that read awards for an export: by key, some hundred at a time, never by offset."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from issuer.db.tables import (
    Achievement,
    AchievementVersion,
    Credential,
    Recipient,
    RecipientIdentifier,
)

TOGETHER = 500


class Exported(NamedTuple):
    """An award with its achievement's code."""

    credential: Credential
    code: str


class Former(NamedTuple):
    """How many editions an award had before, and the digest of the last of them."""

    editions: int
    sha256: str | None


def page(session: Session, tenant_id: str, after: str, codes: Collection[str] | None) -> Sequence[Exported]:
    """Return the next awards past a primary key, in its order, of these achievements or of all."""
    query = _awards(tenant_id).where(Credential.id > after)
    if codes is not None:
        query = query.where(Achievement.code.in_(codes))
    found = session.execute(query.order_by(Credential.id).limit(TOGETHER))
    return [Exported(*row) for row in found]


def these(session: Session, tenant_id: str, ids: Collection[str]) -> Mapping[str, Exported]:
    """Return awards by their primary keys."""
    found = session.execute(_awards(tenant_id).where(Credential.id.in_(ids)))
    return {row[0].id: Exported(*row) for row in found}


def codes(session: Session, tenant_id: str) -> Sequence[str]:
    """Return the code of every achievement that was ever published, retired ones too."""
    published = select(AchievementVersion.achievement_id).where(AchievementVersion.tenant_id == tenant_id)
    query = select(Achievement.code).where(Achievement.tenant_id == tenant_id)
    return session.scalars(query.where(Achievement.id.in_(published))).all()


def people(session: Session, tenant_id: str, after: str) -> Sequence[str]:
    """Return the keys of the next people past one, in order."""
    query = select(Recipient.id).where(Recipient.tenant_id == tenant_id, Recipient.id > after)
    return session.scalars(query.order_by(Recipient.id).limit(TOGETHER)).all()


def of_people(
    session: Session, tenant_id: str, ids: Collection[str], codes: Collection[str] | None
) -> Sequence[Exported]:
    """Return the awards of people, the oldest first."""
    query = _awards(tenant_id).where(Credential.recipient_id.in_(ids))
    if codes is not None:
        query = query.where(Achievement.code.in_(codes))
    return [Exported(*row) for row in session.execute(query.order_by(Credential.id))]


def count(session: Session, tenant_id: str) -> int:
    """Return how many awards a tenant has made."""
    query = select(func.count()).select_from(Credential).where(Credential.tenant_id == tenant_id)
    return session.scalar(query.where(Credential.edition_of.is_(None))) or 0


def educators(session: Session, tenant_id: str, people: Collection[str], kind: str) -> Mapping[str, str]:
    """Return the identifier of a kind that each of these people has: the one that was told last."""
    query = (
        select(RecipientIdentifier.recipient_id, RecipientIdentifier.value)
        .where(RecipientIdentifier.tenant_id == tenant_id)
        .where(RecipientIdentifier.recipient_id.in_(people), RecipientIdentifier.kind == kind)
        .order_by(RecipientIdentifier.id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def former(session: Session, tenant_id: str, public_ids: Collection[str]) -> Mapping[str, Former]:
    """Return of each award that was corrected what it was before."""
    query = (
        select(Credential.edition_of, Credential.secured_sha256)
        .where(Credential.tenant_id == tenant_id, Credential.edition_of.in_(public_ids))
        .where(Credential.secured.is_not(None))
        .order_by(Credential.id)
    )
    found: dict[str, Former] = {}
    for public_id, sha256 in session.execute(query):
        found[str(public_id)] = Former(found.get(str(public_id), Former(0, None)).editions + 1, sha256)
    return found


def _awards(tenant_id: str) -> Select[Credential, str]:
    return (
        select(Credential, Achievement.code)
        .join(Achievement, Achievement.id == Credential.achievement_id)
        .where(Credential.tenant_id == tenant_id)
        .where(Credential.secured.is_not(None), Credential.edition_of.is_(None))
    )
