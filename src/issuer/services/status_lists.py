"""Give out places in status lists, and publish the lists that say what was withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from issuer import failpoints
from issuer.context import Context
from issuer.core import documents, moments
from issuer.core.addresses import Addresses
from issuer.core.securing import issuing, proofs
from issuer.core.status import bitstring, entries, permutation
from issuer.db import credentials, published_lists, status_lists, tenants, vc_api
from issuer.db.tables import StatusList
from issuer.keys.ports import KeyUnavailable

_FILL = 0.8
"""The share of a list that is used: at the end, the last free indices would tell when a badge was made."""


@dataclass(frozen=True)
class _Issuer:
    """By which key, of those that the DID document lists, lists are signed now."""

    addresses: Addresses
    key_id: str
    listed: Mapping[str, str]


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

    Raises `UnknownStatusList`, also for a list that lives at another origin than `base`, `KeyUnavailable`,
    and `InvalidProof` rather than publish what would not be believed.
    """
    while True:
        with context.database.read() as session:
            found = status_lists.by_number(session, number)
            _check_origin(context, session, found, base)
            text = published_lists.text(session, found.tenant_id, number)
            if text is not None and found.secured_version >= found.version:
                return text
            issuer = _issuer(context, session, found.tenant_id)
            bits = _bits(session, found, text)
        text = _signed(context, issuer, found, bits)
        if _is_first(context, found, text):
            return text


def rebuild(context: Context, number: int) -> str:
    """Return the signed text of a list, made anew from the rows of its credentials. Raises as `published`."""
    with context.database.write.begin() as session:
        found = status_lists.by_number(session, number)
        published_lists.mistrust(session, found.tenant_id, number)
    return published(context, number)


def differences(context: Context, number: int) -> list[int]:
    """Return the entries in which a list, brought up to date, is not what the rows of its credentials say.

    Raises what `published` raises, and `InvalidStatusList` for a text that cannot be read.
    """
    while True:
        shown = _shown(published(context, number))
        with context.database.read() as session:
            before = status_lists.by_number(session, number)
            wanted = _recorded(session, before)
            session.expire_all()
            after = status_lists.by_number(session, number)
            if before.secured_version == after.version:
                return bitstring.differences(shown, wanted)


def _check_origin(context: Context, session: Session, found: StatusList, base: str | None) -> None:
    if base is not None and context.addresses(tenants.by_id(session, found.tenant_id)).base != base:
        raise status_lists.UnknownStatusList(f"there is no status list {found.id} here")


def _issuer(context: Context, session: Session, tenant_id: str) -> _Issuer:
    tenant, keys = tenants.with_keys(session, tenant_id)
    key = tenants.signing_of(keys)
    if key is None:
        raise KeyUnavailable("the issuer has no signing key: run `issuer keys rotate`")
    addresses = context.addresses(tenant)
    return _Issuer(addresses, key.id, {addresses.verification_method(each.id): each.id for each in keys})


def _bits(session: Session, found: StatusList, text: str | None) -> bytes:
    """Return the bits of a list as of its version: those that are published, and what changed since.

    Where that is not known, it is what the rows say. They may be ahead of the version: the changes that lead
    there are applied later once more, in their order, which alters nothing.
    """
    if text is not None:
        versions = found.secured_version, found.version
        changes = published_lists.since(session, found.tenant_id, found.id, *versions)
        if changes is not None:
            return bitstring.changed(_shown(text), [(each.indices, each.is_set) for each in changes])
    return _recorded(session, found)


def _shown(text: str) -> bytes:
    encoded: str = documents.parse(text.encode(), documents.STATUS_LIST_LIMITS)["credentialSubject"][
        "encodedList"
    ]
    return bitstring.decode(encoded)


def _recorded(session: Session, found: StatusList) -> bytes:
    indices = [
        *credentials.set_indices(session, found.tenant_id, found.id, found.purpose),
        *vc_api.set_indices(session, found.tenant_id, found.id),
    ]
    return bitstring.pack(indices, found.length)


def _signed(context: Context, issuer: _Issuer, found: StatusList, bits: bytes) -> str:
    """Return the list's signed text, read again and verified as it will be. Bits are compared as well."""
    now = context.clock()
    document = entries.list_credential(
        url=issuer.addresses.status_list(found.id),
        issuer_did=issuer.addresses.did,
        purpose=found.purpose,
        bits=bits,
        now=now,
    )
    method = issuer.addresses.verification_method(issuer.key_id)
    proof = proofs.options(document, method=method, created=moments.stamp(now))
    prepared = issuing.prepare(document, proof)
    text = prepared.secured(context.keyring.signer(issuer.key_id).sign(prepared.signing_input))
    issuing.check(prepared, text, document, proof, issuer.listed)
    if _shown(text) != bits:
        raise proofs.InvalidProof("the list does not read as what was packed")
    failpoints.reach("list-signed")
    return text


def _is_first(context: Context, found: StatusList, text: str) -> bool:
    """Publish a text unless another process published one since `found` was read, and return whether."""
    versions = found.secured_version, found.version
    with context.database.write.begin() as session:
        is_first = published_lists.publish(session, found.tenant_id, found.id, versions, text)
        failpoints.reach("list-publishing")
    failpoints.reach("list-published")
    return is_first


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
