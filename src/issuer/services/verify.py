"""Verify a credential: our own from our records, others as far as can be without reaching out."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Protocol

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core import documents, ids
from issuer.core.documents import Document
from issuer.core.securing import did
from issuer.core.verifying import report
from issuer.core.verifying.materials import Fetched, Materials, Needs, Standing, Unfetched, issuer_of, needs
from issuer.db import credentials, tenants
from issuer.db.tables import Credential, Tenant
from issuer.errors import Invalid, NotFound, Unavailable
from issuer.services import keys

OWN_RECORDS = "this service's own records"
MAX_FETCHES = 4
"""What one verification may fetch. A badge that names more is answered as one that can't be checked."""


class Outside(Protocol):
    """Where documents of other issuers come from."""

    def did_document(self, did: str) -> Document:
        """Return the document of a did:web."""
        ...

    def json(self, url: str) -> Document:
        """Return the JSON object at an address."""
        ...


def verify(context: Context, raw: bytes) -> report.Report:
    """Return the report on the JSON text of a credential. Nothing of it is logged or kept."""
    try:
        document = documents.parse(raw)
    except Invalid as error:
        found = report.unreadable(error.detail, context.clock())
    else:
        found = verify_document(context, document)
    context.metrics.verified.labels(found.result).inc()
    return found


def verify_document(context: Context, document: Document) -> report.Report:
    """Return the report on a credential as it was parsed."""
    with context.database.read() as session:
        tenant = _tenant_of(context, session, issuer_of(document))
        credential = _row_of(context, session, tenant, document)
    wanted = needs(document)
    own_did = context.addresses(tenant).did if tenant else None
    controllers: dict[str, Fetched] = {}
    for controller in wanted.controllers:
        if tenant is not None and controller == own_did:
            controllers[controller] = keys.did_document(context, tenant)
        else:
            controllers[controller] = local_document(controller)
    return report.report(
        Materials(
            document=document,
            now=context.clock(),
            controllers=controllers,
            standing=_standing(credential, document) if tenant else None,
            recognized_by=OWN_RECORDS if tenant else None,
        )
    )


def verify_outside(document: Document, outside: Outside, now: datetime) -> report.Report:
    """Return the report on a credential with what its issuer publishes: no database, no settings."""
    wanted = needs(document)
    if len(wanted.controllers) + len(wanted.status_lists) > MAX_FETCHES:
        wanted = Needs(frozenset(), frozenset())
    controllers = {controller: _controller(controller, outside) for controller in wanted.controllers}
    lists = {url: _fetched(partial(outside.json, url)) for url in wanted.status_lists}
    return report.report(Materials(document=document, now=now, controllers=controllers, status_lists=lists))


def local_document(controller: str) -> Fetched:
    """Return the document of a DID that holds its own key, or why there is none without asking."""
    if not controller.startswith(did.DID_KEY):
        return Unfetched("the issuer is not one of this service, and others are not asked here")
    return _fetched(lambda: did.did_key_document(controller))


def _controller(controller: str, outside: Outside) -> Fetched:
    if controller.startswith("did:web:"):
        return _fetched(lambda: outside.did_document(controller))
    if controller.startswith(did.DID_KEY):
        return local_document(controller)
    return Unfetched(f"keys are not looked up for {controller[:80]!r}")


def _fetched(fetch: Callable[[], Document]) -> Fetched:
    try:
        return fetch()
    except (Invalid, Unavailable, NotFound) as error:
        return Unfetched(error.detail)


def _tenant_of(context: Context, session: Session, issuer: str | None) -> Tenant | None:
    """Return the tenant whose DID this is, asking only for the few that it could be."""
    if issuer is None or not issuer.startswith("did:web:"):
        return None
    candidates = [
        tenants.owner_of(session, origin) for origin in (tenants.DEFAULT, *context.settings.origins)
    ]
    with suppress(tenants.UnknownTenant):
        candidates.append(tenants.by_slug(session, issuer.rpartition(":")[2]))
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
    return found if found.tenant_id == tenant.id else None


def _standing(credential: Credential | None, document: Document) -> Standing | Unfetched:
    """Return what our records say of a badge under our own DID.

    One that they do not hold, or hold with other content, was made with a key of ours that somebody else
    has: however whole its seal, nobody here can say that it stands.
    """
    if credential is None or json.loads(str(credential.secured)) != document:
        return Unfetched("The issuer's own records do not hold this badge")
    return Standing(revoked=credential.revoked_at is not None, suspended=credential.suspended_at is not None)
