"""Show somebody a piece of evidence that is not public: by a link that expires, and leads to where it is."""

from datetime import datetime, timedelta
from typing import Final

from issuer.context import Context
from issuer.core import holder_links
from issuer.core.awarding import particulars
from issuer.core.awarding.particulars import Evidence
from issuer.core.holder_links import Link, UnusableLink
from issuer.db import credentials, holdings, tenants
from issuer.db.tables import Credential, Tenant
from issuer.errors import NotFound
from issuer.services.clients import Client
from issuer.services.holder import Holder, Minted

MAX_DAYS: Final = 90
_NO_SECRET: Final = bytes(32)


class NoEvidence(NotFound):
    """The badge has no such piece of evidence at an address of its own."""

    code = "no-evidence"


def grant(context: Context, client: Client, public_id: str, number: int, *, days: int) -> Minted:
    """Return a link to a piece of a badge's evidence, good for so many days.

    Raises `UnknownCredential`, or `NoEvidence` where the event gave it no address, or a public one.
    """
    with context.database.read() as session:
        row = credentials.award(session, client.tenant_id, public_id).credential
        tenant = tenants.by_id(session, client.tenant_id)
        since = holdings.links_from(session, tenant.id, row.recipient_id)
    _piece(row, number)
    issued = holder_links.to_millisecond(max(context.clock(), since or context.clock()))
    return _link(context, tenant, public_id, number, (issued, issued + timedelta(days=days)))


def lend(context: Context, holder: Holder, credential: Credential) -> dict[int, Minted]:
    """Return a link to each piece of a badge's evidence that has one, by number: the holder may give it."""
    since = holder.person.links_from or context.clock()
    issued = holder_links.to_millisecond(max(context.clock(), since))
    good = issued, issued + timedelta(days=MAX_DAYS)
    return {
        each.number: _link(context, holder.tenant, credential.public_id, each.number, good)
        for each in particulars.read(credential.particulars).evidence
    }


def opened(context: Context, public_id: str, number: int, token: str) -> str:
    """Return where a piece of evidence is, or raise `UnusableLink`, which never says why.

    Links stop when they expire, when the person's links are stopped, and when the person is erased.
    """
    with context.database.read() as session:
        try:
            row = credentials.public_row(session, public_id)
        except credentials.UnknownCredential:
            row = None
        tenant = tenants.by_id(session, row.tenant_id) if row else None
        since = holdings.links_from(session, row.tenant_id, row.recipient_id) if row else None
    secret = tenant.link_secret if tenant else _NO_SECRET
    found = holder_links.read(secret, token, "evidence", now=context.clock(), since=since)
    if row is None or found.subject != holder_links.evidence(public_id, number):
        raise UnusableLink("this link has expired, was stopped, or is not right")
    try:
        return _piece(row, number).url
    except NoEvidence as error:
        raise UnusableLink("this link has expired, was stopped, or is not right") from error


def _link(
    context: Context, tenant: Tenant, public_id: str, number: int, good: tuple[datetime, datetime]
) -> Minted:
    made = Link("evidence", holder_links.evidence(public_id, number), *good)
    token = holder_links.token(tenant.link_secret, made)
    return Minted(context.addresses(tenant).evidence(public_id, number, token), made.expires)


def _piece(row: Credential, number: int) -> Evidence:
    kept = particulars.read(row.particulars).evidence
    found = next((each for each in kept if each.number == number), None)
    if found is None:
        raise NoEvidence("the badge has no such evidence at an address that is not public")
    return found
