"""Give a credential of the VC API its places in status lists, and change what they say."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from issuer.context import Context
from issuer.core.documents import Document
from issuer.core.status import entries
from issuer.core.status.entries import Purpose, StatusEntry
from issuer.db import published_lists, vc_api
from issuer.db.tables import Tenant
from issuer.db.vc_tables import VcApiStatus
from issuer.errors import Conflict, Invalid
from issuer.services import status_lists
from issuer.services.revoke import AlreadyRevoked


class StatusExists(Conflict):
    """A credential of that id has a status already."""

    code = "status-exists"


class NoReference(Invalid):
    """The credential has no id under which its status could be changed later."""

    code = "no-reference"


def with_status(
    context: Context, tenant: Tenant, document: Document, purposes: Sequence[Purpose], reference: str | None
) -> Document:
    """Return the credential with an entry for each purpose (Bitstring Status List 1.0, 2.1), which is kept.

    Raises `NoReference` where neither it nor the options have an id, and `StatusExists`.
    """
    name = reference or document.get("id")
    if not isinstance(name, str):
        raise NoReference("a status needs an id: give the credential one, or options.credentialId")
    try:
        found = _take_places(context, tenant, purposes, name)
    except IntegrityError as error:
        raise _exists(name) from error
    return {**document, "credentialStatus": entries.credential_status(found)}


def change(context: Context, tenant_id: str, reference: str, purpose: str, *, value: bool) -> None:
    """Set a status or lift it (VCALM, Update Status). Repeating a change alters nothing.

    Raises `UnknownStatus`, and `AlreadyRevoked` where a revocation would be lifted: it cannot be undone.
    """
    with context.database.write.begin() as session:
        found = vc_api.locked(session, tenant_id, reference, purpose)
        if (found.set_at is not None) is value:
            return
        if purpose == "revocation" and not value:
            raise AlreadyRevoked("this credential was revoked, which cannot be undone: issue a new one")
        found.set_at = context.clock() if value else None
        published_lists.record(session, tenant_id, found.list_id, [found.list_index], is_set=value)


def _take_places(
    context: Context, tenant: Tenant, purposes: Sequence[Purpose], name: str
) -> tuple[StatusEntry, ...]:
    found = []
    with context.database.write.begin() as session:
        if vc_api.has_status(session, tenant.id, name):
            raise _exists(name)
        for purpose in purposes:
            number, index = status_lists.take_place(context, session, tenant.id, purpose)
            entry = StatusEntry(context.addresses(tenant).status_list(number), index, purpose)
            session.add(_row(context, tenant, name, entry, number))
            found.append(entry)
    return tuple(found)


def _row(context: Context, tenant: Tenant, name: str, entry: StatusEntry, number: int) -> VcApiStatus:
    return VcApiStatus(
        id=context.new_key(),
        tenant_id=tenant.id,
        reference=name,
        purpose=entry.purpose,
        list_id=number,
        list_index=entry.index,
        created_at=context.clock(),
    )


def _exists(name: str) -> StatusExists:
    return StatusExists(f"the credential {name[:120]!r} has a status already: give a new one a new id")
