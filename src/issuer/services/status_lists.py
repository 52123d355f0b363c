"""Give out places in status lists, and publish the lists that say what was withdrawn."""

from sqlalchemy.orm import Session

from issuer import failpoints
from issuer.context import Context
from issuer.core import documents, moments
from issuer.core.securing import proofs
from issuer.core.status import bitstring, entries, permutation
from issuer.db import credentials, status_lists, tenants, vc_api
from issuer.db.tables import StatusList
from issuer.keys.ports import KeyUnavailable

_FILL = 0.8
"""The share of a list that is used: at the end, the last free indices would tell when a badge was made."""


def take_place(
    context: Context, session: Session, tenant_id: str, purpose: entries.Purpose
) -> tuple[int, int]:
    """Return (list number, index) of a fresh entry, in the caller's transaction."""
    return take_places(context, session, tenant_id, purpose, 1)[0]


def take_places(
    context: Context, session: Session, tenant_id: str, purpose: entries.Purpose, count: int
) -> list[tuple[int, int]]:
    """Return (list number, index) of fresh entries, all of one list, in the caller's transaction.

    Indices follow a keyed permutation of a counter: they look random, and never clash.
    """
    place = status_lists.take_places(session, tenant_id, purpose, _FILL, count)
    if place is None:
        session.add(_new_list(context, tenant_id, purpose))
        session.flush()
        place = status_lists.take_places(session, tenant_id, purpose, _FILL, count)
    if place is None:
        raise RuntimeError("a new status list has too few places")
    return [
        (place.list_id, permutation.permute(position, length=place.length, key=place.permutation_key))
        for position in range(place.position, place.position + count)
    ]


def published(context: Context, number: int, base: str | None = None) -> str:
    """Return the signed text of a list, signing it anew when a bit changed since.

    Raises `UnknownStatusList`, also for a list that lives at another origin than `base`.
    """
    with context.database.read() as session:
        found = status_lists.by_number(session, number)
        tenant = tenants.by_id(session, found.tenant_id)
        if base is not None and context.addresses(tenant).base != base:
            raise status_lists.UnknownStatusList(f"there is no status list {number} here")
        if found.secured is not None and found.secured_version >= found.version:
            return found.secured
        indices = [
            *credentials.set_indices(session, found.tenant_id, found.id, found.purpose),
            *vc_api.set_indices(session, found.tenant_id, found.id),
        ]
    text = _secured(context, found, bitstring.pack(indices, found.length))
    failpoints.reach("list-signed")
    with context.database.write.begin() as session:
        status_lists.publish(session, found.tenant_id, found.id, found.version, text)
        failpoints.reach("list-publishing")
    failpoints.reach("list-published")
    return text


def _secured(context: Context, found: StatusList, bits: bytes) -> str:
    with context.database.read() as session:
        tenant = tenants.by_id(session, found.tenant_id)
        key = tenants.signing_key(session, tenant.id)
    if key is None:
        raise KeyUnavailable("the issuer has no signing key: run `issuer keys rotate`")
    addresses, now = context.addresses(tenant), context.clock()
    document = entries.list_credential(
        url=addresses.status_list(found.id),
        issuer_did=addresses.did,
        purpose=found.purpose,
        bits=bits,
        now=now,
    )
    method = addresses.verification_method(key.id)
    proof = proofs.options(document, method=method, created=moments.stamp(now))
    signature = context.keyring.signer(key.id).sign(proofs.signing_input(document, proof))
    return documents.text(proofs.attach(document, proof, signature))


def _new_list(context: Context, tenant_id: str, purpose: entries.Purpose) -> StatusList:
    return StatusList(
        tenant_id=tenant_id,
        purpose=purpose,
        length=context.settings.status_list_length,
        permutation_key=context.chance(permutation.KEY_BYTES),
        allocated=0,
        version=1,
        secured_version=0,
        created_at=context.clock(),
    )
