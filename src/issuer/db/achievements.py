"""Queries over achievements and their versions."""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Row, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from issuer.db.tables import Achievement, AchievementVersion
from issuer.errors import NotFound


class UnknownAchievement(NotFound):
    """The issuer has no achievement of that code, or no such version of it."""

    code = "unknown-achievement"


class Offered(NamedTuple):
    """An achievement with one version of it; without one where none is published."""

    achievement_id: str
    code: str
    retired: bool
    version_id: str | None
    number: int | None
    definition: str | None
    document: str | None


def by_code(session: Session, tenant_id: str, code: str) -> Achievement:
    """Return an achievement, or raise `UnknownAchievement`."""
    found = find(session, tenant_id, code)
    if found is None:
        raise UnknownAchievement(f"there is no achievement {code!r}")
    return found


def find(session: Session, tenant_id: str, code: str) -> Achievement | None:
    """Return an achievement, or None."""
    query = select(Achievement).where(Achievement.tenant_id == tenant_id, Achievement.code == code)
    return session.scalars(query).one_or_none()


def offered(
    session: Session, tenant_id: str, codes: Collection[str], numbers: Collection[int]
) -> Sequence[Offered]:
    """Return the achievements of these codes, each with its newest version and those of these numbers."""
    given = {"tenant_id": tenant_id, "codes": list(codes), "numbers": list(numbers)}
    return [Offered(*row) for row in session.connection().execute(_OFFERED, given)]


def codes(session: Session, tenant_id: str) -> Sequence[str]:
    """Return every code of the tenant that can be awarded, in order."""
    published = select(AchievementVersion.achievement_id).where(AchievementVersion.tenant_id == tenant_id)
    query = (
        select(Achievement.code)
        .where(Achievement.tenant_id == tenant_id, Achievement.retired_at.is_(None))
        .where(Achievement.id.in_(published))
    )
    return session.scalars(query.order_by(Achievement.code)).all()


def page(
    session: Session, tenant_id: str, *, after: str, limit: int
) -> Sequence[Row[Achievement, int | None]]:
    """Return achievements with codes past `after`, each with its newest version's number."""
    newest = (
        select(func.max(AchievementVersion.number))
        .where(AchievementVersion.achievement_id == Achievement.id)
        .scalar_subquery()
    )
    query = (
        select(Achievement, newest)
        .where(Achievement.tenant_id == tenant_id, Achievement.code > after)
        .order_by(Achievement.code)
    )
    return session.execute(query.limit(limit)).all()


def versions(session: Session, tenant_id: str, achievement_id: str) -> Sequence[AchievementVersion]:
    """Return every published version, the oldest first."""
    query = select(AchievementVersion).where(
        AchievementVersion.tenant_id == tenant_id, AchievementVersion.achievement_id == achievement_id
    )
    return session.scalars(query.order_by(AchievementVersion.number)).all()


def version(
    session: Session, tenant_id: str, achievement_id: str, number: int | None = None
) -> AchievementVersion | None:
    """Return one published version, the newest where no number is given, or None."""
    query = select(AchievementVersion).where(
        AchievementVersion.tenant_id == tenant_id, AchievementVersion.achievement_id == achievement_id
    )
    if number is not None:
        query = query.where(AchievementVersion.number == number)
    return session.scalars(query.order_by(AchievementVersion.number.desc()).limit(1)).one_or_none()


def newest_versions(session: Session, tenant_id: str) -> Sequence[AchievementVersion]:
    """Return the newest version of every achievement that can be awarded, by code."""
    newest = (
        select(func.max(AchievementVersion.number))
        .where(AchievementVersion.achievement_id == Achievement.id)
        .correlate(Achievement)
        .scalar_subquery()
    )
    query = (
        select(AchievementVersion)
        .join(Achievement, Achievement.id == AchievementVersion.achievement_id)
        .where(AchievementVersion.tenant_id == tenant_id, Achievement.retired_at.is_(None))
        .where(AchievementVersion.number == newest)
        .order_by(Achievement.code)
    )
    return session.scalars(query).all()


_newer = aliased(AchievementVersion)
_newest = select(func.max(_newer.number)).where(_newer.achievement_id == Achievement.id).scalar_subquery()
_OFFERED: Final = (
    select(
        Achievement.id,
        Achievement.code,
        Achievement.retired_at.is_not(None),
        AchievementVersion.id,
        AchievementVersion.number,
        AchievementVersion.definition,
        AchievementVersion.document,
    )
    .join(
        AchievementVersion,
        and_(
            AchievementVersion.achievement_id == Achievement.id,
            or_(
                AchievementVersion.number == _newest,
                AchievementVersion.number.in_(bindparam("numbers", expanding=True)),
            ),
        ),
        isouter=True,
    )
    .where(Achievement.tenant_id == bindparam("tenant_id"))
    .where(Achievement.code.in_(bindparam("codes", expanding=True)))
    .order_by(AchievementVersion.number)
)
