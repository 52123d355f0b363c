"""A holder lets their badges be sent to a host: asked there, heard here, ended again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core.exchange import hosts
from issuer.core.exchange.hosts import BadHost, Described, Tokens
from issuer.core.status.standing import Standing
from issuer.db import holdings, standings
from issuer.db import hosts as rows
from issuer.db.host_tables import Host, HostAsk, HostLink
from issuer.db.hosts import Linked, Pushed
from issuer.db.tables import Credential
from issuer.services.holder import Holder
from issuer.services.hosts import asking, keeping, talking
from issuer.services.hosts.asking import ForeignAnswer
from issuer.services.hosts.keeping import Known
from issuer.services.hosts.talking import ClientForgotten
from issuer.services.tenants import profile_of

LIFETIME: Final = timedelta(minutes=15)
"""For how long a consent is waited for."""

_SENT: Final[Standing] = "current"
_LONGEST_CODE: Final = 2_000


@dataclass(frozen=True)
class Asked:
    """Where a holder is asked for consent, and by whom."""

    url: str
    title: str
    name: str


@dataclass(frozen=True)
class Sending:
    """A host to which badges are sent, and how many arrived, wait, or were refused and why."""

    id: str
    title: str
    name: str
    since: datetime
    sent: int
    waiting: int
    refused: tuple[str, ...]
    has_ended: bool


def begin(context: Context, who: Holder, typed: str) -> Asked:
    """Register with a host where that was not done, and return where the holder is asked for consent.

    Raises `BadHost`, `HostRefused`, `HostUnavailable`, `RefusedAddress` or `UnsafeKey`.
    """
    known = _known(context, who, talking.discover(context.ask, hosts.address(typed)))
    state, verifier = (asking.secret(context.chance(hosts.STATE_BYTES)) for _ in range(2))
    ask = HostAsk(
        state_sha256=_digest(state),
        tenant_id=who.tenant.id,
        host_id=known.id,
        recipient_id=who.person.id,
        verifier=keeping.sealed(context, verifier, _digest(state)),
        expires_at=context.clock() + LIFETIME,
    )
    with context.database.write.begin() as session:
        session.add(ask)
    url = hosts.authorization(
        known.host.authorization_url,
        client_id=known.client.client_id,
        callback=callback(context, who),
        scopes=_scopes(known.host),
        state=state,
        verifier=verifier,
    )
    return Asked(url, known.host.title, str(urlsplit(known.host.authorization_url).hostname))


def finish(context: Context, who: Holder, state: str, code: str) -> HostLink:
    """Take what a host answered to a consent, once, and plan to send what the holder has.

    Raises `ForeignAnswer` for what was not asked of this very person, or was answered before, and what the
    host refuses as `HostRefused`, `BadHost` or `HostUnavailable`.
    """
    digest, now = _digest(state), context.clock()
    with context.database.write.begin() as session:
        found = rows.use_ask(session, who.tenant.id, who.person.id, digest, now)
    if found is None or not 0 < len(code) <= _LONGEST_CODE:
        raise ForeignAnswer("this was not asked of you, or was answered before: begin again on your page")
    host, sealed = found
    known = keeping.known(context, host)
    verifier = keeping.opened(context, sealed, digest)
    tokens = _exchanged(context, who, known, code, verifier)
    link_id = context.new_key()
    with context.database.write.begin() as session:
        before = rows.link_to(session, who.tenant.id, who.person.id, known.id)
        if before is not None:
            rows.remove(session, who.tenant.id, who.person.id, before.id)
        link = HostLink(
            id=link_id,
            tenant_id=who.tenant.id,
            host_id=known.id,
            recipient_id=who.person.id,
            created_at=now,
            **keeping.tokens(context, link_id, tokens, now),
        )
        session.add(link)
    plan(context, who, link_id)
    return link


def plan(context: Context, who: Holder, link_id: str) -> None:
    """Let all that stands and is not private go to a host, also what went there before: it may be new.

    Raises `UnknownHost`.
    """
    now = context.clock()
    with context.database.write.begin() as session:
        found = rows.linked(session, who.tenant.id, link_id)
        if found is None or found.link.recipient_id != who.person.id:
            raise rows.UnknownHost("your badges are not sent to a host of that id")
        badges = holdings.badges(session, who.tenant.id, who.person.id)
        keys = {each.id: context.new_key() for each in badges if is_sent(each, now)}
        rows.plan(session, who.tenant.id, link_id, keys, now)


def is_sent(badge: Credential, now: datetime) -> bool:
    """Return whether a badge goes to hosts: one that is current, and that not its holder alone may see."""
    return standings.standing(badge, now) == _SENT and badge.visibility != "private"


def all_of(context: Context, who: Holder) -> list[Sending]:
    """Return the hosts to which a holder has badges sent, and what became of them."""
    with context.database.read() as session:
        found = rows.links(session, who.tenant.id, who.person.id)
        return [_sending(each, rows.pushes(session, who.tenant.id, each.link.id)) for each in found]


def end(context: Context, who: Holder, link_id: str) -> None:
    """Send nothing more to a host, and forget the tokens for it. Raises `UnknownHost`."""
    with context.database.write.begin() as session:
        rows.remove(session, who.tenant.id, who.person.id, link_id)


def callback(context: Context, who: Holder) -> str:
    """Return where hosts send the browser back to."""
    return f"{context.addresses(who.tenant).base}/oauth/callback"


def _known(context: Context, who: Holder, host: Described) -> Known:
    """Return how we are registered with a host. A host that moved its addresses is registered with anew."""
    with context.database.read() as session:
        found = rows.at_address(session, who.tenant.id, host.address)
    if found is not None and found.content == keeping.content(host):
        return keeping.known(context, found)
    name = str(profile_of(context, who.tenant)["name"])
    back = callback(context, who)
    said = hosts.metadata(name, asking.site_of(back), back, _scopes(host))
    client = talking.register(context.ask, host, said)
    made = keeping.row(context, who.tenant.id, host, client)
    try:
        with context.database.write.begin() as session:
            return keeping.known(context, _stored(context, session, made))
    except IntegrityError:
        with context.database.read() as session:
            other = rows.at_address(session, who.tenant.id, host.address)
        return keeping.known(context, other or made)


def _stored(context: Context, session: Session, made: Host) -> Host:
    """Return the row of a host as it is stored now: the one that was there, with what is known anew."""
    found = rows.at_address(session, made.tenant_id, made.address)
    if found is None:
        session.add(made)
        return made
    secret = keeping.opened(context, made.secret, made.id)
    found.title, found.content, found.client_id = made.title, made.content, made.client_id
    found.secret = keeping.sealed(context, secret, found.id)
    return found


def _exchanged(context: Context, who: Holder, known: Known, code: str, verifier: str) -> Tokens:
    """Return the tokens for a code. With a host that forgot us we register anew the next time."""
    place, back = known.host.token_url, callback(context, who)
    try:
        return talking.exchange(context.ask, place, known.client, code=code, verifier=verifier, callback=back)
    except ClientForgotten:
        with context.database.write.begin() as session:
            rows.unregister(session, who.tenant.id, known.id)
        raise


def _scopes(host: Described) -> tuple[str, ...]:
    if hosts.UPSERT not in host.offers:
        raise BadHost("this host takes no badges: it has not the scope credential.upsert")
    return (hosts.UPSERT, *({hosts.OFFLINE} & set(host.offers)))


def _sending(found: Linked, pushes: Sequence[Pushed]) -> Sending:
    dead = [each.push for each in pushes if each.push.dead_at is not None]
    return Sending(
        id=found.link.id,
        title=found.host.title,
        name=str(urlsplit(found.host.address).hostname),
        since=found.link.created_at,
        sent=sum(each.push.sent_at is not None and each.push.dead_at is None for each in pushes),
        waiting=sum(each.push.next_at is not None and each.push.sent_at is None for each in pushes),
        refused=tuple(dict.fromkeys(each.error or "" for each in dead)),
        has_ended=found.link.ended_at is not None,
    )


def _digest(state: str) -> str:
    return sha256(state.encode(errors="replace")).hexdigest()
