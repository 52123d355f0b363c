"""Verify a credential: our own from our records, others with what their issuers publish."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core import documents, ids
from issuer.core.addresses import slug_of
from issuer.core.credentials import kinds
from issuer.core.documents import Document
from issuer.core.verifying import links, opening, parts, report
from issuer.core.verifying.holder import Claimed
from issuer.core.verifying.materials import Fetched, Obtained, Standing, Unfetched, Want, issuer_of
from issuer.core.verifying.opening import Opened
from issuer.db import credentials, editions, tenants
from issuer.db.tables import Credential, Tenant
from issuer.errors import Invalid, IssuerError, NotFound, Unavailable
from issuer.net.targets import RefusedAddress
from issuer.services import gather, keys, own_rules, recompute, status_lists
from issuer.services.gather import Means

_AFTER_ID = re.compile(r"[./?#]")
OWN_RECORDS = "this service's own records"


def verify(context: Context, raw: bytes, claimed: Claimed | None = None) -> report.Report:
    """Return the report on a badge in any of its forms: JSON, JWT, PNG or SVG. Nothing is logged or kept.

    Raises `Busy` when too much is being verified at this moment.
    """
    try:
        credential = opening.opened(raw)
    except Invalid as error:
        found = report.unreadable(error.detail, context.clock())
    else:
        found = verify_opened(context, credential, claimed)
    context.metrics.verified.labels(found.result).inc()
    return found


def verify_url(context: Context, url: str, claimed: Claimed | None = None) -> report.Report:
    """Return the report on the badge at an address: our own from the database, others through the guard."""
    address = links.badge_address(url)
    try:
        own = _own_badge(context, address)
        raw = own.encode() if own is not None else context.verifier.source(address)
    except (RefusedAddress, Unavailable) as error:
        found = report.unobtained(error.detail, context.clock())
    except (Invalid, NotFound) as error:
        found = report.unreadable(error.detail, context.clock())
    else:
        return verify(context, raw, claimed)
    context.metrics.verified.labels(found.result).inc()
    return found


def verify_opened(context: Context, credential: Opened, claimed: Claimed | None = None) -> report.Report:
    """Return the report on a credential that was taken out of whatever it came in."""
    with context.database.read() as session:
        owners = {
            issuer: tenant
            for issuer in gather.issuers_of(credential)
            if (tenant := _tenant_of(context, session, issuer)) is not None
        }
        tenant = owners.get(issuer_of(credential.document) or "")
        row = _row_of(context, session, tenant, credential.document)
        within = dict(_within(context, session, owners, credential))
    means = Means(
        obtain=partial(_obtain, context, owners),
        judge=context.verifier.judge,
        clock=context.clock,
        registries=context.verifier.registries(),
        known=dict.fromkeys(owners, OWN_RECORDS),
        standing_within=within,
        standing_of=partial(_standing_of, context, owners),
    )
    standing = _standing(row, credential.document) if tenant else None
    return recompute.with_stack(means, gather.verified(means, credential, claimed, standing))


def _standing_of(
    context: Context, owners: dict[str, Tenant], document: Document
) -> Standing | Unfetched | None:
    """Return what our records say of a badge, None for one that is nobody's of those."""
    tenant = owners.get(issuer_of(document) or "")
    if tenant is None:
        return None
    with context.database.read() as session:
        return _standing(_row_of(context, session, tenant, document), document)


def _within(
    context: Context, session: Session, owners: dict[str, Tenant], credential: Opened
) -> Iterator[tuple[str, Standing | Unfetched]]:
    """Yield the place and the standing of each of our own badges inside a credential."""
    for part in parts.contained(credential.document):
        if isinstance(part.content, Opened):
            document = part.content.document
            tenant = owners.get(issuer_of(document) or "")
            found = _standing(_row_of(context, session, tenant, document), document) if tenant else None
            if found is not None:
                yield part.at, found


def _obtain(context: Context, owners: dict[str, Tenant], want: Want) -> Fetched:
    """Return what our own records hold of it, and what others publish otherwise."""
    if want.kind == "controller" and want.key in owners:
        return Obtained(keys.did_document(context, owners[want.key]), context.clock())
    if want.kind == "list":
        for tenant in owners.values():
            prefix = context.addresses(tenant).status_list(0).removesuffix("0")
            number = want.key.removeprefix(prefix)
            if want.key.startswith(prefix) and number.isascii() and number.isdecimal():
                return _own_list(context, tenant, int(number[:10]))
    if want.kind == "resource":
        own = _own_resource(context, owners, want.key)
        if own is not None:
            return own
    return context.verifier.obtain(want)


def _own_resource(context: Context, owners: dict[str, Tenant], url: str) -> Fetched | None:
    """Return one of our badges or rules as we serve it to anybody; None for what others publish."""
    try:
        text = _own_badge(context, url) or own_rules.text_at(context, owners.values(), url)
    except NotFound as error:
        return Unfetched(error.detail)
    return None if text is None else Obtained(text, context.clock())


def _own_list(context: Context, tenant: Tenant, number: int) -> Fetched:
    try:
        text = status_lists.published(context, number, context.addresses(tenant).base)
    except IssuerError as error:
        return Unfetched(error.detail)
    return Obtained(documents.parse(text.encode(), documents.STATUS_LIST_LIMITS), context.clock())


def _own_badge(context: Context, url: str) -> str | None:
    """Return the signed text of one of our own badges by any of its addresses; None for others' addresses.

    Raises `UnknownCredential` for one that we do not have, or do not show.
    """
    origins = (context.settings.public_url, *context.settings.origins)
    base = next((origin for origin in origins if url.startswith(f"{origin}/b/")), None)
    if base is None:
        return None
    public_id = _AFTER_ID.split(url.removeprefix(f"{base}/b/"), maxsplit=1)[0]
    with context.database.read() as session:
        row = credentials.public_row(session, public_id)
        tenant = tenants.by_id(session, row.tenant_id)
    if context.addresses(tenant).base != base or row.erased_at is not None or row.visibility == "private":
        raise credentials.UnknownCredential("there is no badge at this address")
    return str(row.secured)


def _tenant_of(context: Context, session: Session, issuer: str | None) -> Tenant | None:
    """Return the tenant whose DID this is, asking only for the few that it could be."""
    if issuer is None or not issuer.startswith("did:web:"):
        return None
    candidates = [
        tenants.owner_of(session, origin) for origin in (tenants.DEFAULT, *context.settings.origins)
    ]
    with suppress(tenants.UnknownTenant):
        candidates.append(tenants.by_slug(session, slug_of(issuer)))
    return next((found for found in candidates if found and context.addresses(found).did == issuer), None)


def _row_of(
    context: Context, session: Session, tenant: Tenant | None, document: Document
) -> Credential | None:
    """Return the row of one of our own badges, or None."""
    named = document.get("id")
    if tenant is None or not isinstance(named, str):
        return None
    public_id = named.rpartition("/")[2]
    if named != context.addresses(tenant).badge(public_id) or len(public_id) != ids.PUBLIC_ID_LENGTH:
        return None
    try:
        found = credentials.public_row(session, public_id)
    except credentials.UnknownCredential:
        return None
    if found.tenant_id != tenant.id:
        return None
    if found.erased_at is None and _recorded(found, document) == document:
        return found
    former = editions.former(session, tenant.id, public_id)
    return next((each for each in former if _recorded(each, document) == document), found)


def _standing(credential: Credential | None, document: Document) -> Standing | Unfetched | None:
    """Return what our records say of a badge under our own DID.

    One that they do not hold, or hold with other content, was made with a key of ours that somebody else
    has: however whole its seal, nobody here can say that it stands. Of records of a person none is kept: what
    stands, or not, are the badges in them.
    """
    if credential is None and kinds.kind_of(document) == "clr":
        return None
    if credential is None:
        return Unfetched("The issuer's own records do not hold this badge")
    if credential.erased_at is not None:
        return Standing(revoked=True)  # of one that was erased, nothing is left to compare
    if _recorded(credential, document) != document:
        return Unfetched("The issuer's own records do not hold this badge")
    return Standing(
        revoked=credential.revoked_at is not None,
        replaced=credential.replaced_by is not None,
        suspended=credential.suspended_at is not None,
    )


def _recorded(credential: Credential, document: Document) -> Document:
    """Return the content that our records hold, without its proof for one that came in an envelope."""
    found: Document = json.loads(str(credential.secured))
    return found if "proof" in document else {name: found[name] for name in found if name != "proof"}
