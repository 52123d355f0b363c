"""Queries over pathways, their versions, and the badges that people bring to them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from issuer.db import standings
from issuer.db.public_tables import Pathway, PathwayVersion
from issuer.db.tables import Achievement, AchievementVersion, Credential
from issuer.errors import NotFound


class UnknownPathway(NotFound):
    """The issuer has no pathway of that code, or no such version of it."""

    code = "unknown-pathway"


def by_code(session: Session, tenant_id: str, code: str) -> Pathway:
    """Return a pathway, or raise `UnknownPathway`."""
    found = find(session, tenant_id, code)
    if found is None:
        raise UnknownPathway(f"there is no pathway {code!r}")
    return found


def find(session: Session, tenant_id: str, code: str) -> Pathway | None:
    """Return a pathway, or None."""
    query = select(Pathway).where(Pathway.tenant_id == tenant_id, Pathway.code == code)
    return session.scalars(query).one_or_none()


def page(session: Session, tenant_id: str, *, after: str, limit: int) -> Sequence[Row[Pathway, int | None]]:
    """Return pathways with codes past `after`, each with its newest version's number."""
    newest = (
        select(func.max(PathwayVersion.number))
        .where(PathwayVersion.pathway_id == Pathway.id)
        .scalar_subquery()
    )
    query = (
        select(Pathway, newest)
        .where(Pathway.tenant_id == tenant_id, Pathway.code > after)
        .order_by(Pathway.code)
    )
    return session.execute(query.limit(limit)).all()


def versions(session: Session, tenant_id: str, pathway_id: str) -> Sequence[PathwayVersion]:
    """Return every published version, the oldest first."""
    query = select(PathwayVersion).where(
        PathwayVersion.tenant_id == tenant_id, PathwayVersion.pathway_id == pathway_id
    )
    return session.scalars(query.order_by(PathwayVersion.number)).all()


def definition(session: Session, tenant_id: str, version_id: str) -> str:
    """Return the text of a published version."""
    query = select(PathwayVersion.definition).where(PathwayVersion.tenant_id == tenant_id)
    return session.scalars(query.where(PathwayVersion.id == version_id)).one()


def newest(session: Session, tenant_id: str, pathway_id: str) -> PathwayVersion | None:
    """Return the newest published version, or None."""
    query = select(PathwayVersion).where(
        PathwayVersion.tenant_id == tenant_id, PathwayVersion.pathway_id == pathway_id
    )
    return session.scalars(query.order_by(PathwayVersion.number.desc()).limit(1)).one_or_none()


def offered(session: Session, tenant_id: str) -> Sequence[Row[Pathway, PathwayVersion]]:
    """Return every published version of the pathways that are not retired, by code, the oldest first."""
    query = (
        select(Pathway, PathwayVersion)
        .join(PathwayVersion, PathwayVersion.pathway_id == Pathway.id)
        .where(Pathway.tenant_id == tenant_id, Pathway.retired_at.is_(None))
    )
    return session.execute(query.order_by(Pathway.code, PathwayVersion.number)).all()


def naming(session: Session, tenant_id: str, achievement_code: str) -> Sequence[Row[Pathway, PathwayVersion]]:
    """Return the newest versions of the pathways that are offered, where their text has the code."""
    later = aliased(PathwayVersion)
    newer = select(later.id).where(
        later.pathway_id == PathwayVersion.pathway_id, later.number > PathwayVersion.number
    )
    query = (
        select(Pathway, PathwayVersion)
        .join(PathwayVersion, PathwayVersion.pathway_id == Pathway.id)
        .where(Pathway.tenant_id == tenant_id, Pathway.retired_at.is_(None), ~newer.exists())
        .where(PathwayVersion.definition.contains(f'"{achievement_code}"', autoescape=True))
    )
    return session.execute(query.order_by(Pathway.code)).all()


def components(
    session: Session, tenant_id: str, codes: Sequence[str]
) -> Sequence[Row[Achievement, AchievementVersion]]:
    """Return the achievements of these codes that were ever published, each with its newest version."""
    later = aliased(AchievementVersion)
    newer = select(later.id).where(
        later.achievement_id == AchievementVersion.achievement_id, later.number > AchievementVersion.number
    )
    query = (
        select(Achievement, AchievementVersion)
        .join(AchievementVersion, AchievementVersion.achievement_id == Achievement.id)
        .where(Achievement.tenant_id == tenant_id, Achievement.code.in_(codes), ~newer.exists())
    )
    return session.execute(query).all()


def awards(
    session: Session, tenant_id: str, recipient_id: str, now: datetime
) -> Sequence[Row[Credential, str]]:
    """Return a person's badges that stand, those past their last day too, with their codes."""
    query = (
        select(Credential, Achievement.code)
        .join(Achievement, Achievement.id == Credential.achievement_id)
        .where(
            Credential.tenant_id == tenant_id,
            Credential.recipient_id == recipient_id,
            standings.in_force(now),
        )
    )
    return session.execute(query.order_by(Credential.id)).all()
