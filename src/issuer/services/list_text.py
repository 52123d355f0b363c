"""The signed text of a status list: made of its bits, verified before it is published, and read again."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core import documents, moments
from issuer.core.addresses import Addresses
from issuer.core.securing import issuing, proofs
from issuer.core.status import bitstring, entries
from issuer.db import tenants
from issuer.db.tables import StatusList
from issuer.keys.ports import KeyUnavailable


@dataclass(frozen=True)
class ListIssuer:
    """Where a tenant's lists are, by which key they are signed now, and which keys its DID document lists."""

    addresses: Addresses
    key_id: str
    listed: Mapping[str, str]


def issuer_of(context: Context, session: Session, tenant_id: str) -> ListIssuer:
    """Return what it takes to sign a tenant's lists, or raise `KeyUnavailable`."""
    tenant, keys, _ = tenants.with_keys(session, tenant_id)
    key = tenants.signing_of(keys)
    if key is None:
        raise KeyUnavailable("the issuer has no signing key: run `issuer keys rotate`")
    addresses = context.addresses(tenant)
    return ListIssuer(addresses, key.id, {addresses.verification_method(each.id): each.id for each in keys})


def signed(context: Context, issuer: ListIssuer, found: StatusList, bits: bytes) -> str:
    """Return the signed text of a list with these bits (Bitstring Status List 1.0, section 2.2).

    It is verified and its bits are read again: raises `InvalidProof` or `InvalidStatusList` for a text that
    would not be believed, and `KeyUnavailable`.
    """
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
    if bits_of(text) != bits:
        raise proofs.InvalidProof("the list does not read as what was packed")
    return text


def bits_of(text: str) -> bytes:
    """Return the bits in a signed text of ours, or raise `MalformedDocument` or `InvalidStatusList`."""
    published = documents.parse(text.encode(), documents.STATUS_LIST_LIMITS)
    return bitstring.decode(published["credentialSubject"]["encodedList"])
