"""Queries over what waits for somebody to decide."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Row, Select, insert, select
from sqlalchemy.orm import Session

from issuer.db.stack_tables import Review
from issuer.db.tables import Achievement, Credential
from issuer.errors import NotFound


class UnknownReview(NotFound):
    """Nothing of that id waits, or waited, for a decision."""

    code = "unknown-review"


def add(session: Session, tenant_id: str, row: Mapping[str, object]) -> None:
    """Ask somebody to decide."""
    session.execute(insert(Review).values(**row, tenant_id=tenant_id))


def is_open(session: Session, tenant_id: str, kind: str, credential_id: str) -> bool:
    """Return whether the same is waiting for a decision already."""
    query = select(Review.id).where(
        Review.tenant_id == tenant_id,
        Review.kind == kind,
        Review.credential_id == credential_id,
        Review.decision.is_(None),
    )
    return session.execute(query.limit(1)).first() is not None


def was_asked(session: Session, tenant_id: str, credential_id: str, said: str) -> bool:
    """Return whether the same statement of a platform asked about a badge before."""
    query = select(Review.id).where(
        Review.tenant_id == tenant_id, Review.said == said, Review.credential_id == credential_id
    )
    return session.execute(query.limit(1)).first() is not None


def in_question(
    session: Session, tenant_id: str, recipient_ids: Collection[str], achievement_code: str, before: datetime
) -> Sequence[str]:
    """Return the primary keys of what people were awarded before a moment, and have not lost since."""
    query = (
        select(Credential.id)
        .join(Achievement, Achievement.id == Credential.achievement_id)
        .where(Credential.tenant_id == tenant_id, Credential.recipient_id.in_(recipient_ids))
        .where(Achievement.code == achievement_code, Credential.awarded_at < before)
        .where(Credential.revoked_at.is_(None), Credential.edition_of.is_(None))
    )
    return session.scalars(query.order_by(Credential.id)).all()


def page(
    session: Session, tenant_id: str, *, decided: bool, after: str, limit: int
) -> Sequence[Row[Review, str, str]]:
    """Return reviews past an id, each with its badge's public id and achievement code, the oldest first."""
    query = (
        _reviews(tenant_id)
        .where(Review.id > after)
        .where(Review.decision.is_not(None) if decided else Review.decision.is_(None))
    )
    return session.execute(query.order_by(Review.id).limit(limit)).all()


def by_id(session: Session, tenant_id: str, review_id: str) -> Row[Review, str, str]:
    """Return a review with its badge's public id and achievement code, or raise `UnknownReview`."""
    found = session.execute(_reviews(tenant_id).where(Review.id == review_id)).one_or_none()
    if found is None:
        raise UnknownReview("there is nothing of that id to decide")
    return found


def locked(session: Session, tenant_id: str, review_id: str) -> Review:
    """Return a review, held until the transaction ends, or raise `UnknownReview`."""
    query = select(Review).where(Review.tenant_id == tenant_id, Review.id == review_id)
    found = session.scalars(query.with_for_update()).one_or_none()
    if found is None:
        raise UnknownReview("there is nothing of that id to decide")
    return found


def _reviews(tenant_id: str) -> Select[Review, str, str]:
    return (
        select(Review, Credential.public_id, Achievement.code)
        .join(Credential, Credential.id == Review.credential_id)
        .join(Achievement, Achievement.id == Credential.achievement_id)
        .where(Review.tenant_id == tenant_id)
    )
