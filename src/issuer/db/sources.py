"""Queries over sources: platforms, what their competencies mean, and who their people are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session

from issuer.db.source_tables import Source, SourceMapping, SourcePerson
from issuer.errors import NotFound

_AT_ONCE = 500


class UnknownSource(NotFound):
    """There is no such source, or not one that takes anything now."""

    code = "unknown-source"


def at_inbox(session: Session, source_id: str) -> Source | None:
    """Return the source whose inbox it is, of whatever tenant: who sends to it has to know its secret."""
    return session.get(Source, source_id)


def by_name(session: Session, tenant_id: str, name: str) -> Source:
    """Return a source, or raise `UnknownSource`."""
    found = find(session, tenant_id, name)
    if found is None:
        raise UnknownSource(f"there is no source {name!r}")
    return found


def find(session: Session, tenant_id: str, name: str) -> Source | None:
    """Return a source, or None."""
    return session.scalars(
        select(Source).where(Source.tenant_id == tenant_id, Source.name == name)
    ).one_or_none()


def every(session: Session, tenant_id: str) -> Sequence[Source]:
    """Return all sources of an issuer, by name."""
    return session.scalars(select(Source).where(Source.tenant_id == tenant_id).order_by(Source.name)).all()


def mapping(
    session: Session, tenant_id: str, source_id: str, number: int | None = None
) -> SourceMapping | None:
    """Return one version of a source's mapping, the newest where no number is given, or None."""
    query = select(SourceMapping).where(
        SourceMapping.tenant_id == tenant_id, SourceMapping.source_id == source_id
    )
    if number is not None:
        query = query.where(SourceMapping.number == number)
    return session.scalars(query.order_by(SourceMapping.number.desc()).limit(1)).one_or_none()


def people(
    session: Session, tenant_id: str, source_id: str, external_ids: Collection[str]
) -> dict[str, SourcePerson]:
    """Return those of a source's directory who have these ids there."""
    query = select(SourcePerson).where(
        SourcePerson.tenant_id == tenant_id,
        SourcePerson.source_id == source_id,
        SourcePerson.external_id.in_(external_ids),
    )
    return {each.external_id: each for each in session.scalars(query)} if external_ids else {}


def count_people(session: Session, tenant_id: str, source_id: str) -> int:
    """Return how many people a source's directory has."""
    query = select(func.count()).select_from(SourcePerson)
    own = SourcePerson.tenant_id == tenant_id, SourcePerson.source_id == source_id
    return session.scalar(query.where(*own)) or 0


def put_people(
    session: Session, tenant_id: str, source_id: str, rows: Sequence[Mapping[str, object]], now: datetime
) -> None:
    """Write people into a source's directory, each in the place of whoever had the id before."""
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        given = [each["external_id"] for each in some]
        own = SourcePerson.tenant_id == tenant_id, SourcePerson.source_id == source_id
        session.execute(delete(SourcePerson).where(*own, SourcePerson.external_id.in_(given)))
        session.execute(
            insert(SourcePerson),
            [{**each, "tenant_id": tenant_id, "source_id": source_id, "updated_at": now} for each in some],
        )


def clear_people(session: Session, tenant_id: str, source_id: str) -> None:
    """Empty a source's directory."""
    own = SourcePerson.tenant_id == tenant_id, SourcePerson.source_id == source_id
    session.execute(delete(SourcePerson).where(*own))


def forget_people(
    session: Session, tenant_id: str, emails: Collection[str], own_ids: Collection[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Take a person out of all directories, and return their sources and ids there.

    They are known by addresses, and by what a source's learning system calls them: (source's name, that).
    """
    named = [
        (SourcePerson.identifier == identifier)
        & SourcePerson.source_id.in_(
            select(Source.id).where(Source.tenant_id == tenant_id, Source.name == name)
        )
        for name, identifier in own_ids
    ]
    theirs = SourcePerson.tenant_id == tenant_id, or_(func.lower(SourcePerson.email).in_(emails), *named)
    found = [
        (row[0], row[1])
        for row in session.execute(select(SourcePerson.source_id, SourcePerson.external_id).where(*theirs))
    ]
    session.execute(delete(SourcePerson).where(*theirs))
    return found
