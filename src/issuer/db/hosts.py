"""Queries over hosts to which holders have badges sent."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CursorResult, delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from issuer.db.host_tables import Host, HostAsk, HostLink, HostPush
from issuer.db.tables import Credential
from issuer.errors import NotFound


class UnknownHost(NotFound):
    """This person has no badges sent to a host of this id."""

    code = "unknown-host"


class Linked(NamedTuple):
    """A host, and that a person has badges sent to it."""

    link: HostLink
    host: Host


class Pushed(NamedTuple):
    """A badge that goes to a host, and what became of it."""

    push: HostPush
    credential: Credential


def at_address(session: Session, tenant_id: str, address: str) -> Host | None:
    """Return a host at which an issuer is registered, or None."""
    query = select(Host).where(Host.tenant_id == tenant_id, Host.address == address)
    return session.scalars(query).one_or_none()


def unregister(session: Session, tenant_id: str, host_id: str) -> None:
    """Let an issuer register with a host anew when it is asked the next time."""
    own = Host.tenant_id == tenant_id, Host.id == host_id
    session.execute(update(Host).where(*own).values(content=""))


def use_ask(
    session: Session, tenant_id: str, recipient_id: str, state_sha256: str, now: datetime
) -> tuple[Host, bytes] | None:
    """Return the host that a person was asked at, and the sealed verifier, this one time; otherwise None.

    What nobody answered in time is forgotten.
    """
    session.execute(delete(HostAsk).where(HostAsk.tenant_id == tenant_id, HostAsk.expires_at <= now))
    own = (
        HostAsk.tenant_id == tenant_id,
        HostAsk.recipient_id == recipient_id,
        HostAsk.state_sha256 == state_sha256,
    )
    found = session.execute(
        select(HostAsk.verifier, Host).join(Host, Host.id == HostAsk.host_id).where(*own)
    ).one_or_none()
    if found is None or _count(session.execute(delete(HostAsk).where(*own))) != 1:
        return None
    return found[1], found[0]


def linked(session: Session, tenant_id: str, link_id: str) -> Linked | None:
    """Return a link with its host, or None."""
    query = select(HostLink, Host).join(Host, Host.id == HostLink.host_id)
    found = session.execute(query.where(HostLink.tenant_id == tenant_id, HostLink.id == link_id)).first()
    return Linked(*found) if found else None


def links(session: Session, tenant_id: str, recipient_id: str) -> Sequence[Linked]:
    """Return the hosts to which a person has badges sent, the oldest first."""
    query = select(HostLink, Host).join(Host, Host.id == HostLink.host_id)
    own = HostLink.tenant_id == tenant_id, HostLink.recipient_id == recipient_id
    return [Linked(*each) for each in session.execute(query.where(*own).order_by(HostLink.id))]


def link_to(session: Session, tenant_id: str, recipient_id: str, host_id: str) -> HostLink | None:
    """Return a person's link to a host, held until the transaction ends, or None."""
    query = select(HostLink).where(
        HostLink.tenant_id == tenant_id, HostLink.recipient_id == recipient_id, HostLink.host_id == host_id
    )
    return session.scalars(query.with_for_update()).one_or_none()


def claim(session: Session, tenant_id: str, link_id: str, *, now: datetime, until: datetime) -> bool:
    """Return whether a link is this process's own for a while: two would spoil each other's tokens."""
    free = or_(HostLink.busy_until.is_(None), HostLink.busy_until <= now)
    own = HostLink.tenant_id == tenant_id, HostLink.id == link_id, HostLink.ended_at.is_(None)
    return _count(session.execute(update(HostLink).where(*own, free).values(busy_until=until))) == 1


def change(session: Session, tenant_id: str, link_id: str, values: Mapping[str, object]) -> None:
    """Change a link."""
    own = HostLink.tenant_id == tenant_id, HostLink.id == link_id
    session.execute(update(HostLink).where(*own).values(**values))


def pushes(session: Session, tenant_id: str, link_id: str) -> Sequence[Pushed]:
    """Return the badges that go to a host, and what became of each."""
    query = select(HostPush, Credential).join(Credential, Credential.id == HostPush.credential_id)
    own = HostPush.tenant_id == tenant_id, HostPush.link_id == link_id
    return [Pushed(*each) for each in session.execute(query.where(*own).order_by(HostPush.id))]


def next_push(session: Session, tenant_id: str, link_id: str, now: datetime) -> Pushed | None:
    """Return the next badge that is due at a host, or None."""
    query = select(HostPush, Credential).join(Credential, Credential.id == HostPush.credential_id)
    own = HostPush.tenant_id == tenant_id, HostPush.link_id == link_id, HostPush.next_at <= now
    found = session.execute(query.where(*own).order_by(HostPush.next_at, HostPush.id).limit(1)).first()
    return Pushed(*found) if found else None


def plan(session: Session, tenant_id: str, link_id: str, keys: Mapping[str, str], now: datetime) -> None:
    """Let badges go to a host, each by a new key: also those that went there before, for they may differ."""
    own = HostPush.tenant_id == tenant_id, HostPush.link_id == link_id
    there = set(session.scalars(select(HostPush.credential_id).where(*own)))
    session.execute(
        update(HostPush)
        .where(*own, HostPush.credential_id.in_(there & keys.keys()))
        .values(next_at=now, attempts=0, dead_at=None)
    )
    rows = [
        {
            "id": key, "tenant_id": tenant_id, "link_id": link_id, "credential_id": credential_id,
            "attempts": 0, "next_at": now,
        }
        for credential_id, key in keys.items()
        if credential_id not in there
    ]  # fmt: skip
    if rows:
        session.execute(insert(HostPush), rows)


def settle(session: Session, tenant_id: str, push_id: str, values: Mapping[str, object]) -> None:
    """Write down what became of an attempt."""
    own = HostPush.tenant_id == tenant_id, HostPush.id == push_id
    session.execute(update(HostPush).where(*own).values(**values))


def put_off(session: Session, tenant_id: str, link_id: str, *, now: datetime, until: datetime) -> None:
    """Let all that is due at a host wait, for the host asks for it or does not answer."""
    own = HostPush.tenant_id == tenant_id, HostPush.link_id == link_id, HostPush.next_at <= now
    session.execute(update(HostPush).where(*own).values(next_at=until))


def due(session: Session, now: datetime, limit: int) -> list[tuple[str, str]]:
    """Return the (tenant, link) keys of links at which something is due and nobody is, of whatever tenant."""
    waits = exists().where(HostPush.link_id == HostLink.id, HostPush.next_at <= now)
    free = or_(HostLink.busy_until.is_(None), HostLink.busy_until <= now)
    query = select(HostLink.tenant_id, HostLink.id).where(free, HostLink.ended_at.is_(None), waits)
    return [(tenant_id, link_id) for tenant_id, link_id in session.execute(query.limit(limit))]


def remove(session: Session, tenant_id: str, recipient_id: str, link_id: str) -> None:
    """Forget that a person has badges sent to a host, or raise `UnknownHost`."""
    own = HostLink.tenant_id == tenant_id, HostLink.recipient_id == recipient_id, HostLink.id == link_id
    if session.scalars(select(HostLink.id).where(*own)).one_or_none() is None:
        raise UnknownHost("your badges are not sent to a host of that id")
    _remove(session, tenant_id, [link_id])


def forget_person(session: Session, tenant_id: str, recipient_id: str) -> None:
    """Forget all hosts of a person, with the tokens for them."""
    session.execute(
        delete(HostAsk).where(HostAsk.tenant_id == tenant_id, HostAsk.recipient_id == recipient_id)
    )
    own = HostLink.tenant_id == tenant_id, HostLink.recipient_id == recipient_id
    _remove(session, tenant_id, session.scalars(select(HostLink.id).where(*own)).all())


def _remove(session: Session, tenant_id: str, link_ids: Collection[str]) -> None:
    session.execute(delete(HostPush).where(HostPush.tenant_id == tenant_id, HostPush.link_id.in_(link_ids)))
    session.execute(delete(HostLink).where(HostLink.tenant_id == tenant_id, HostLink.id.in_(link_ids)))


def _count(result: object) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
