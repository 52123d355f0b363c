"""What people do with their badges by a private link, without an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

from issuer.context import Context
from issuer.core import holder_links
from issuer.core.holder_links import UnusableLink
from issuer.core.naming import NameShown
from issuer.db import credentials, holdings, hosts, oauth, tenants
from issuer.db.tables import Credential, Message, Recipient, Tenant
from issuer.services.clients import Client

Visibility: TypeAlias = Literal["private", "unlisted", "listed"]

ACTOR: Final = "holder"
VISIBILITY_CHANGED: Final = "award.visibility_changed"
NAME_CHANGED: Final = "award.name_shown_changed"
LINKS_STOPPED: Final = "award.links_stopped"

_NO_SECRET: Final = bytes(32)


@dataclass(frozen=True)
class Minted:
    """A private address, and until when it is good."""

    url: str
    expires: datetime


@dataclass(frozen=True)
class Holder:
    """Who opened a link: a person whom a tenant knows."""

    tenant: Tenant
    person: Recipient
    expires: datetime
    request_id: str


def mint(context: Context, tenant: Tenant, recipient_id: str, since: datetime | None = None) -> Minted:
    """Return a new link to all badges of a person. Nothing is stored: the next one is as good.

    `since` is when the person's links were stopped: this one is not older.
    """
    now = context.clock()
    link = holder_links.link("holder", UUID(recipient_id), max(now, since or now))
    token = holder_links.token(tenant.link_secret, link)
    return Minted(context.addresses(tenant).holder(token), link.expires)


def renew(context: Context, client: Client, public_id: str, *, stop_others: bool, request_id: str) -> Minted:
    """Return a new link for the person of an award, the only good one if others are to stop.

    Links by which the person shared private badges stop with the others. Raises `UnknownCredential`.
    """
    if stop_others:
        _stop(context, client, public_id, request_id)
    with context.database.read() as session:
        credential = credentials.award(session, client.tenant_id, public_id)[0]
        tenant = tenants.by_id(session, client.tenant_id)
        since = holdings.links_from(session, tenant.id, credential.recipient_id)
    return mint(context, tenant, credential.recipient_id, since)


def opened(context: Context, token: str, base: str, request_id: str) -> Holder:
    """Return who holds a link that was opened at an origin, or raise `UnusableLink`, whatever the reason."""
    recipient_id = str(holder_links.subject_of(token))
    with context.database.read() as session:
        person = holdings.by_link(session, recipient_id)
        tenant = tenants.by_id(session, person.tenant_id) if person else None
    link = holder_links.read(
        tenant.link_secret if tenant else _NO_SECRET,
        token,
        "holder",
        now=context.clock(),
        since=person.links_from if person else None,
    )
    if person is None or tenant is None or context.addresses(tenant).base != base:
        raise UnusableLink("this link has expired or is not right: ask the platform for a new one")
    return Holder(tenant, person, link.expires, request_id)


def badges(context: Context, holder: Holder) -> Sequence[Credential]:
    """Return the person's badges at this issuer, the newest first, those withdrawn among them."""
    with context.database.read() as session:
        return holdings.badges(session, holder.tenant.id, holder.person.id)


def badge(context: Context, holder: Holder, public_id: str) -> Credential:
    """Return one of the person's badges, or raise `UnknownCredential`."""
    with context.database.read() as session:
        return holdings.badge(session, holder.tenant.id, holder.person.id, public_id)


def show_to(context: Context, holder: Holder, public_id: str, visibility: Visibility) -> None:
    """Let everybody, those with the address or nobody see a badge. Its page follows at once.

    Raises `UnknownCredential`.
    """
    with context.database.write.begin() as session:
        credential = holdings.locked(session, holder.tenant.id, holder.person.id, public_id)
        if credential.visibility != visibility:
            credential.visibility = visibility
            session.add(message(context, holder, credential, VISIBILITY_CHANGED, visibility))


def show_name(context: Context, holder: Holder, public_id: str, how: NameShown) -> None:
    """Show the name on a badge's page in full or as initials. The signed file keeps what it holds.

    Raises `UnknownCredential`.
    """
    with context.database.write.begin() as session:
        credential = holdings.locked(session, holder.tenant.id, holder.person.id, public_id)
        if credential.name_shown != how:
            credential.name_shown = how
            session.add(message(context, holder, credential, NAME_CHANGED, how))


def share(context: Context, holder: Holder, credential: Credential) -> Minted:
    """Return an address at which a private badge opens, for whoever has it."""
    now = max(context.clock(), holder.person.links_from or holder.person.created_at)
    link = holder_links.link("share", holder_links.badge(credential.public_id), now)
    token = holder_links.token(holder.tenant.link_secret, link)
    return Minted(context.addresses(holder.tenant).shared(credential.public_id, token), link.expires)


def may_see(context: Context, tenant: Tenant, credential: Credential, token: str | None) -> bool:
    """Return whether a token opens this private badge now."""
    if not token:
        return False
    with context.database.read() as session:
        since = holdings.links_from(session, tenant.id, credential.recipient_id)
    try:
        link = holder_links.read(tenant.link_secret, token, "share", now=context.clock(), since=since)
    except UnusableLink:
        return False
    return link.subject == holder_links.badge(credential.public_id)


def message(context: Context, holder: Holder, credential: Credential, topic: str, note: str) -> Message:
    """Return the record of something that a holder did: the issuer sees it in the badge's history."""
    return Message(
        tenant_id=holder.tenant.id,
        credential_id=credential.id,
        topic=topic,
        note=note,
        actor=ACTOR,
        request_id=holder.request_id,
        created_at=context.clock(),
    )


def _stop(context: Context, client: Client, public_id: str, request_id: str) -> None:
    """Kill the links made up to now, and what was allowed by one. What is made a millisecond later lives."""
    now = context.clock()
    with context.database.write.begin() as session:
        credential = credentials.award(session, client.tenant_id, public_id)[0]
        person = holdings.person(session, client.tenant_id, credential.recipient_id)
        person.links_from = holder_links.after(now)
        oauth.end_of_person(session, client.tenant_id, person.id, now)
        hosts.forget_person(session, client.tenant_id, person.id)
        session.add(_stopped(client, credential, now, request_id))


def _stopped(client: Client, credential: Credential, now: datetime, request_id: str) -> Message:
    return Message(
        tenant_id=client.tenant_id,
        credential_id=credential.id,
        topic=LINKS_STOPPED,
        actor=client.id,
        request_id=request_id,
        created_at=now,
    )
