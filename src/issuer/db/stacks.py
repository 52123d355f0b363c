"""Queries over what people hold toward stacks, and the stacks that they earned."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from issuer.db import standings
from issuer.db.public_tables import Pathway
from issuer.db.stack_tables import Review, StackComponent, StackGrant
from issuer.db.tables import Achievement, Credential, Recipient, RecipientIdentifier

GRANTED = "granted"
REVIEW = "review"
DECLINED = "declined"
MERGED = "merged"


class Earned(NamedTuple):
    """A badge that was just published, or is in force again."""

    credential_id: str
    tenant_id: str
    recipient_id: str
    code: str


class Held(NamedTuple):
    """A badge that a person has, which may have ended. `sha256` is that of its signed text."""

    credential_id: str
    recipient_id: str
    code: str
    public_id: str
    sha256: str | None
    awarded_at: datetime
    valid_until: datetime | None


def earned(session: Session, tenant_id: str, ids: Collection[str]) -> Sequence[Earned]:
    """Return whose credentials these are, and of which achievements."""
    query = (
        select(Credential.id, Credential.tenant_id, Credential.recipient_id, Achievement.code)
        .join(Achievement, Achievement.id == Credential.achievement_id)
        .where(Credential.tenant_id == tenant_id, Credential.id.in_(ids), Credential.edition_of.is_(None))
    )
    return [Earned(*row) for row in session.execute(query.order_by(Credential.id))]


def hold_people(session: Session, tenant_id: str, ids: Collection[str]) -> None:
    """Let one transaction at a time look at what a person has, and act on it.

    Of two that publish the last badges of one stack, the second then sees the first one's. What they have is
    held too: who withdraws a badge meanwhile either is seen here, or sees the stack that it led to.
    """
    query = select(Recipient.id).where(Recipient.tenant_id == tenant_id, Recipient.id.in_(ids))
    session.execute(query.order_by(Recipient.id).with_for_update(key_share=True)).all()
    badges = select(Credential.id).where(
        Credential.tenant_id == tenant_id, Credential.recipient_id.in_(ids), Credential.revoked_at.is_(None)
    )
    session.execute(badges.order_by(Credential.id).with_for_update(read=True)).all()


def held(session: Session, tenant_id: str, people: Collection[str], now: datetime) -> Sequence[Held]:
    """Return the badges of these people that stand, those past their last day too, the oldest first."""
    query = (
        select(
            Credential.id,
            Credential.recipient_id,
            Achievement.code,
            Credential.public_id,
            Credential.secured_sha256,
            Credential.awarded_at,
            Credential.valid_until,
        )
        .join(Achievement, Achievement.id == Credential.achievement_id)
        .where(Credential.tenant_id == tenant_id, Credential.recipient_id.in_(people))
        .where(standings.in_force(now))
    )
    return [Held(*row) for row in session.execute(query.order_by(Credential.id))]


def texts(session: Session, tenant_id: str, ids: Collection[str]) -> Mapping[str, str]:
    """Return the signed texts of credentials by their primary keys."""
    query = select(Credential).where(Credential.tenant_id == tenant_id, Credential.id.in_(ids))
    return {row.id: str(row.secured) for row in session.scalars(query)}


def granted(session: Session, tenant_id: str, people: Collection[str]) -> set[tuple[str, str]]:
    """Return the (person, pathway) pairs of which somebody, or the rule, has decided already."""
    query = select(StackGrant.recipient_id, StackGrant.pathway_id).where(StackGrant.tenant_id == tenant_id)
    return {(row[0], row[1]) for row in session.execute(query.where(StackGrant.recipient_id.in_(people)))}


def holders(
    session: Session, tenant_id: str, codes: Collection[str], after: str, limit: int
) -> Sequence[str]:
    """Return people who hold a badge of one of these codes, in order past `after`."""
    query = (
        select(Credential.recipient_id)
        .join(Achievement, Achievement.id == Credential.achievement_id)
        .where(Credential.tenant_id == tenant_id, Achievement.code.in_(codes))
        .where(Credential.recipient_id > after, Credential.revoked_at.is_(None))
        .distinct()
    )
    return session.scalars(query.order_by(Credential.recipient_id).limit(limit)).all()


def person(
    session: Session, tenant_id: str, recipient_id: str
) -> tuple[str | None, Sequence[Row[str, str, str]]]:
    """Return a person's name, and the (kind, scope, value) of everything that says who that is."""
    name = session.scalars(
        select(Recipient.name).where(Recipient.tenant_id == tenant_id, Recipient.id == recipient_id)
    ).one()
    query = (
        select(RecipientIdentifier.kind, RecipientIdentifier.scope, RecipientIdentifier.value)
        .where(RecipientIdentifier.tenant_id == tenant_id, RecipientIdentifier.recipient_id == recipient_id)
        .order_by(RecipientIdentifier.id)
    )
    return name, session.execute(query).all()


def add(session: Session, tenant_id: str, grant: Mapping[str, object], components: Collection[str]) -> None:
    """Record that a person earned a stack, and with which badges, if its own badge depends on any."""
    session.execute(insert(StackGrant).values(**grant, tenant_id=tenant_id))
    rows = [{"grant_id": grant["id"], "credential_id": each, "tenant_id": tenant_id} for each in components]
    if rows:
        session.execute(insert(StackComponent), rows)


def depending(session: Session, tenant_id: str, ids: Collection[str]) -> Sequence[StackGrant]:
    """Return the stacks that were granted with one of these badges, and that stand."""
    used = select(StackComponent.grant_id).where(StackComponent.credential_id.in_(ids))
    query = (
        select(StackGrant)
        .join(Credential, Credential.id == StackGrant.credential_id)
        .where(StackGrant.tenant_id == tenant_id, StackGrant.id.in_(used))
        .where(StackGrant.state == GRANTED, Credential.revoked_at.is_(None))
    )
    return session.scalars(query.order_by(StackGrant.id)).all()


def of_credential(session: Session, tenant_id: str, credential_id: str) -> StackGrant | None:
    """Return the grant that led to a credential, if one did."""
    query = select(StackGrant).where(StackGrant.tenant_id == tenant_id)
    return session.scalars(query.where(StackGrant.credential_id == credential_id).limit(1)).one_or_none()


def public_id(session: Session, tenant_id: str, credential_id: str) -> str:
    """Return the public id of a credential."""
    query = select(Credential.public_id).where(Credential.tenant_id == tenant_id)
    return session.scalars(query.where(Credential.id == credential_id)).one()


def brought(session: Session, tenant_id: str, recipient_id: str) -> Mapping[str, str]:
    """Return the public ids of the stacks that a person was granted and that stand, by pathway code."""
    query = (
        select(Pathway.code, Credential.public_id)
        .join(StackGrant, StackGrant.pathway_id == Pathway.id)
        .join(Credential, Credential.id == StackGrant.credential_id)
        .where(StackGrant.tenant_id == tenant_id, StackGrant.recipient_id == recipient_id)
        .where(Credential.revoked_at.is_(None), Credential.secured.is_not(None))
    )
    return dict(iter(session.execute(query)))


def by_id(session: Session, tenant_id: str, grant_id: str) -> StackGrant:
    """Return a grant."""
    query = select(StackGrant).where(StackGrant.tenant_id == tenant_id, StackGrant.id == grant_id)
    return session.scalars(query).one()


def forget(session: Session, tenant_id: str, grant_id: str) -> None:
    """Forget a grant with what it was made of, so that the same can be granted."""
    own = StackComponent.tenant_id == tenant_id, StackComponent.grant_id == grant_id
    session.execute(delete(StackComponent).where(*own))
    session.execute(delete(StackGrant).where(StackGrant.tenant_id == tenant_id, StackGrant.id == grant_id))


def move(session: Session, tenant_id: str, former: str, into: str, now: datetime) -> None:
    """Give one person's stacks to another, but of pathways that are decided for that one already.

    Such a grant is dropped with what waits for its decision, and its badge left: the person has it twice.
    """
    decided = select(StackGrant.pathway_id).where(StackGrant.recipient_id == into)
    own = StackGrant.tenant_id == tenant_id, StackGrant.recipient_id == former
    twice = select(StackGrant.id).where(*own, StackGrant.pathway_id.in_(decided))
    for grant_id in session.scalars(twice).all():
        asked = update(Review).where(Review.tenant_id == tenant_id, Review.grant_id == grant_id)
        waiting = asked.where(Review.decision.is_(None))
        session.execute(waiting.values(decision=MERGED, decided_by=MERGED, decided_at=now))
        session.execute(asked.values(grant_id=None))
        forget(session, tenant_id, grant_id)
    session.execute(update(StackGrant).where(*own).values(recipient_id=into))


def components(session: Session, tenant_id: str, grant_id: str) -> Sequence[Credential]:
    """Return the badges that a stack was granted with."""
    used = select(StackComponent.credential_id).where(StackComponent.grant_id == grant_id)
    query = select(Credential).where(Credential.tenant_id == tenant_id, Credential.id.in_(used))
    return session.scalars(query.order_by(Credential.awarded_at, Credential.id)).all()


def made_of(session: Session, tenant_id: str, credential_id: str) -> Sequence[Credential]:
    """Return the badges that a stack was awarded for, by its credential: none for one that is no stack."""
    grant = of_credential(session, tenant_id, credential_id)
    return components(session, tenant_id, grant.id) if grant is not None else []
