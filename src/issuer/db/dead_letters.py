"""Queries over what sources said that came to nothing."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.source_tables import DeadLetter

OPEN: Final = "open"
REPLAYED: Final = "replayed"
DISCARDED: Final = "discarded"


def add(session: Session, tenant_id: str, rows: Sequence[Mapping[str, object]]) -> int:
    """Keep what came to nothing, and return how much of it is new: sent again, it is kept once.

    One that was settled and comes to nothing again is open once more.
    """
    given = {str(each["digest"]): each for each in rows}
    source_ids = {str(each["source_id"]) for each in rows}
    own = DeadLetter.tenant_id == tenant_id, DeadLetter.source_id.in_(source_ids)
    query = select(DeadLetter.digest).where(*own, DeadLetter.digest.in_(given))
    there = set(session.scalars(query))
    fresh = [{**each, "tenant_id": tenant_id} for digest, each in given.items() if digest not in there]
    if fresh:
        session.execute(insert(DeadLetter), fresh)
    for digest in there:
        again = {name: given[digest][name] for name in ("code", "reason", "request_id")}
        session.execute(
            update(DeadLetter)
            .where(*own, DeadLetter.digest == digest)
            .values(**again, state=OPEN, settled_at=None)
        )
    return len(fresh)


def page(
    session: Session, tenant_id: str, source_id: str, *, state: str, after: str, limit: int
) -> Sequence[DeadLetter]:
    """Return dead letters of a source past an id, the oldest first."""
    query = select(DeadLetter).where(
        DeadLetter.tenant_id == tenant_id,
        DeadLetter.source_id == source_id,
        DeadLetter.state == state,
        DeadLetter.id > after,
    )
    return session.scalars(query.order_by(DeadLetter.id).limit(limit)).all()


def named(session: Session, tenant_id: str, source_id: str, ids: Collection[str]) -> Sequence[DeadLetter]:
    """Return the open dead letters of a source that have these ids."""
    query = select(DeadLetter).where(
        DeadLetter.tenant_id == tenant_id,
        DeadLetter.source_id == source_id,
        DeadLetter.state == OPEN,
        DeadLetter.id.in_(ids),
    )
    return session.scalars(query.order_by(DeadLetter.id)).all()


def told_again(
    session: Session, tenant_id: str, source_id: str, digests: Collection[str], code: str
) -> Sequence[str]:
    """Return the ids of those open dead letters of a source that wait for a reason, and were sent again."""
    query = select(DeadLetter.id).where(
        DeadLetter.tenant_id == tenant_id,
        DeadLetter.source_id == source_id,
        DeadLetter.state == OPEN,
        DeadLetter.code == code,
        DeadLetter.digest.in_(digests),
    )
    return session.scalars(query).all()


def count_open(session: Session, tenant_id: str, source_id: str) -> int:
    """Return how many dead letters of a source wait."""
    query = select(func.count()).select_from(DeadLetter)
    own = DeadLetter.tenant_id == tenant_id, DeadLetter.source_id == source_id
    return session.scalar(query.where(*own, DeadLetter.state == OPEN)) or 0


def settle(session: Session, tenant_id: str, ids: Collection[str], state: str, now: datetime) -> None:
    """Say what became of dead letters."""
    own = DeadLetter.tenant_id == tenant_id, DeadLetter.id.in_(ids)
    session.execute(update(DeadLetter).where(*own).values(state=state, settled_at=now))


def is_any_settled(session: Session, before: datetime) -> bool:
    """Return whether anything was settled before a moment, of whatever tenant."""
    query = select(DeadLetter.id).where(DeadLetter.state != OPEN, DeadLetter.settled_at < before)
    return session.execute(query.limit(1)).first() is not None


def forget_settled(session: Session, before: datetime) -> None:
    """Forget what was settled before a moment, of whatever tenant: there are people in it."""
    session.execute(delete(DeadLetter).where(DeadLetter.state != OPEN, DeadLetter.settled_at < before))


def forget_person(
    session: Session, tenant_id: str, emails: Collection[str], learners: Collection[tuple[str, str]]
) -> None:
    """Forget what sources said of a person: by address, and by source and the id there."""
    own = DeadLetter.tenant_id == tenant_id
    for source_id, learner in learners:
        query = delete(DeadLetter).where(own, DeadLetter.source_id == source_id)
        session.execute(query.where(DeadLetter.learner == learner))
    for email in emails:
        said = func.lower(DeadLetter.content).contains(email.lower(), autoescape=True)
        session.execute(delete(DeadLetter).where(own, said))
