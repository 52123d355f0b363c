"""Queries over what a person keeps here, and over all that they hold: ours and others'."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Row, Select, delete, func, literal, select, union_all, update
from sqlalchemy.orm import Session

from issuer.db.held_tables import HeldCredential, HolderProfile
from issuer.db.tables import Credential
from issuer.errors import NotFound

_OURS = "ours"


class UnknownHeld(NotFound):
    """Nobody keeps a credential of this id at this issuer."""

    code = "unknown-held"


class Whose(NamedTuple):
    """Whose credentials are asked for: one person's, or without one those of all that a tenant shows.

    `since` leaves out what was issued up to then.
    """

    recipient_id: str | None
    since: datetime | None = None


class Portion(NamedTuple):
    """Some of the credentials that somebody has, each a row of one kind or the other, and how many in all."""

    rows: Sequence[Credential | HeldCredential]
    total: int


def equal(session: Session, tenant_id: str, recipient_id: str, equality: str) -> HeldCredential | None:
    """Return the credential of a person that is the same one by the rule of Open Badges 3.0, section 8.4."""
    query = select(HeldCredential).where(
        HeldCredential.tenant_id == tenant_id,
        HeldCredential.recipient_id == recipient_id,
        HeldCredential.equality_sha256 == equality,
    )
    return session.scalars(query.with_for_update()).one_or_none()


def count(session: Session, tenant_id: str, recipient_id: str) -> int:
    """Return how many credentials of others a person keeps."""
    query = select(func.count()).where(HeldCredential.tenant_id == tenant_id)
    return session.scalar(query.where(HeldCredential.recipient_id == recipient_id)) or 0


def of_others(
    session: Session, tenant_id: str, recipient_id: str, *, after: str = "", limit: int | None = None
) -> Sequence[HeldCredential]:
    """Return what a person keeps of other issuers, in the order in which it came."""
    query = select(HeldCredential).where(
        HeldCredential.tenant_id == tenant_id,
        HeldCredential.recipient_id == recipient_id,
        HeldCredential.id > after,
    )
    return session.scalars(query.order_by(HeldCredential.id).limit(limit)).all()


def by_id(session: Session, tenant_id: str, held_id: str) -> HeldCredential:
    """Return a credential that somebody keeps here, or raise `UnknownHeld`."""
    query = select(HeldCredential).where(HeldCredential.tenant_id == tenant_id, HeldCredential.id == held_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise UnknownHeld("nobody keeps a credential of that id here")
    return found


def portion(session: Session, tenant_id: str, whose: Whose, offset: int, limit: int) -> Portion:
    """Return credentials in the order in which they were issued, so that new ones come last.

    Those of ours that were revoked, replaced or erased are left out.
    """
    every = _all(tenant_id, whose)
    total = session.scalar(select(func.count()).select_from(every.subquery())) or 0
    # All of a tenant's are had in the order of their keys, for which there is an index.
    order = ("id",) if whose.recipient_id is None else ("at", "id")
    found = every.order_by(*order).offset(offset).limit(limit)
    keys = list(session.execute(found))
    rows = {**_rows(session, tenant_id, keys)}
    return Portion([rows[key.id] for key in keys if key.id in rows], total)


def profile(session: Session, tenant_id: str, recipient_id: str) -> HolderProfile | None:
    """Return the profile that was written of a person."""
    query = select(HolderProfile).where(HolderProfile.tenant_id == tenant_id)
    return session.scalars(query.where(HolderProfile.recipient_id == recipient_id)).one_or_none()


def move(session: Session, tenant_id: str, former: str, into: str) -> None:
    """Give what one person keeps to another, who was found to be the same: of equal ones the newer."""
    given, kept = (
        {each.equality_sha256: each for each in _kept(session, tenant_id, person)}
        for person in (former, into)
    )
    twice = [(given[equality], kept[equality]) for equality in given.keys() & kept.keys()]
    older = [min(pair, key=lambda each: each.issued_at).id for pair in twice]
    session.execute(
        delete(HeldCredential).where(HeldCredential.tenant_id == tenant_id, HeldCredential.id.in_(older))
    )
    session.execute(
        update(HeldCredential)
        .where(HeldCredential.tenant_id == tenant_id, HeldCredential.recipient_id == former)
        .values(recipient_id=into)
    )
    _move_profile(session, tenant_id, former, into)


def forget(session: Session, tenant_id: str, recipient_id: str) -> None:
    """Delete all that a person keeps here."""
    for table in (HeldCredential, HolderProfile):
        session.execute(delete(table).where(table.tenant_id == tenant_id, table.recipient_id == recipient_id))


def _kept(session: Session, tenant_id: str, recipient_id: str) -> Sequence[HeldCredential]:
    query = select(HeldCredential).where(HeldCredential.tenant_id == tenant_id)
    return session.scalars(query.where(HeldCredential.recipient_id == recipient_id)).all()


def _move_profile(session: Session, tenant_id: str, former: str, into: str) -> None:
    """Let the person have the profile of either, of two their own."""
    found = {each: profile(session, tenant_id, each) for each in (former, into)}
    given = found[former]
    if given is None:
        return
    session.delete(given)
    if found[into] is None:
        session.add(
            HolderProfile(
                recipient_id=into, tenant_id=tenant_id, text=given.text, updated_at=given.updated_at
            )
        )


def _all(tenant_id: str, whose: Whose) -> CompoundSelect[Any] | Select[datetime, str, str]:
    ours = _ours(tenant_id, whose)
    if whose.recipient_id is None:
        return ours
    others = select(HeldCredential.issued_at.label("at"), HeldCredential.id.label("id"), literal("others"))
    others = others.where(
        HeldCredential.tenant_id == tenant_id, HeldCredential.recipient_id == whose.recipient_id
    )
    if whose.since is not None:
        others = others.where(HeldCredential.issued_at > whose.since)
    return union_all(ours, others)


def _ours(tenant_id: str, whose: Whose) -> Select[datetime, str, str]:
    found = select(
        Credential.awarded_at.label("at"), Credential.id.label("id"), literal(_OURS).label("kind")
    ).where(
        Credential.tenant_id == tenant_id,
        Credential.secured.is_not(None),
        Credential.erased_at.is_(None),
        Credential.edition_of.is_(None),
        Credential.revoked_at.is_(None),
        Credential.replaced_by.is_(None),
    )
    if whose.recipient_id is None:
        found = found.where(Credential.visibility != "private")
    else:
        found = found.where(Credential.recipient_id == whose.recipient_id)
    return found if whose.since is None else found.where(Credential.awarded_at > whose.since)


def _rows(
    session: Session, tenant_id: str, keys: Sequence[Row[Any]]
) -> dict[str, Credential | HeldCredential]:
    ours = [key.id for key in keys if key.kind == _OURS]
    others = [key.id for key in keys if key.kind != _OURS]
    found: list[Credential | HeldCredential] = []
    if ours:
        query = select(Credential).where(Credential.tenant_id == tenant_id, Credential.id.in_(ours))
        found.extend(session.scalars(query))
    if others:
        held = select(HeldCredential).where(HeldCredential.tenant_id == tenant_id)
        found.extend(session.scalars(held.where(HeldCredential.id.in_(others))))
    return {each.id: each for each in found}
