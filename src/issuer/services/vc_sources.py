"""Where the VC API finds keys and lists: in our own records for our own issuers, and else outside."""

from contextlib import suppress

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core import documents
from issuer.core.addresses import slug_of
from issuer.core.verifying.materials import Fetched, Obtained, Unfetched, Want
from issuer.db import tenants
from issuer.db.tables import Tenant
from issuer.errors import IssuerError
from issuer.services import keys, status_lists

_DID_WEB = "did:web:"
_LIST = "/status/"


def obtain(context: Context, want: Want) -> Fetched:
    """Return what was wanted, or why it could not be had. Nobody is asked for what is our own."""
    if want.kind == "controller" and (tenant := tenant_of(context, want.key)) is not None:
        return Obtained(keys.did_document(context, tenant), context.clock())
    if want.kind == "list":
        for base in (context.settings.public_url, *context.settings.origins):
            number = want.key.removeprefix(base + _LIST)
            if number != want.key and number.isascii() and number.isdecimal():
                return _own_list(context, int(number[:10]), base)
    return context.verifier.obtain(want)


def tenant_of(context: Context, did: str) -> Tenant | None:
    """Return the tenant whose DID this is, asking only for the few that it could be."""
    if not did.startswith(_DID_WEB):
        return None
    with context.database.read() as session:
        candidates = _candidates(context, session, did)
    return next((found for found in candidates if context.addresses(found).did == did), None)


def _candidates(context: Context, session: Session, did: str) -> list[Tenant]:
    origins = (tenants.DEFAULT, *context.settings.origins)
    found = [tenants.owner_of(session, origin) for origin in origins]
    with suppress(tenants.UnknownTenant):
        found.append(tenants.by_slug(session, slug_of(did)))
    return [tenant for tenant in found if tenant is not None]


def _own_list(context: Context, number: int, base: str) -> Fetched:
    try:
        text = status_lists.published(context, number, base)
    except IssuerError as error:
        return Unfetched(error.detail)
    return Obtained(documents.parse(text.encode(), documents.STATUS_LIST_LIMITS), context.clock())
