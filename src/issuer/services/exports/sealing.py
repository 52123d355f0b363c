"""Sign what an agency is given, and check the signature before anybody has it."""

from dataclasses import dataclass

from issuer.context import Context
from issuer.core import moments
from issuer.core.documents import Document
from issuer.core.securing import multibase, proofs
from issuer.db import tenants
from issuer.errors import Invalid
from issuer.keys.ports import KeyUnavailable, Signer
from issuer.services.exports.profiles import Export
from issuer.services.self_check import SelfCheckFailed


@dataclass(frozen=True)
class Seal:
    """The key that signs, its address, and its public half as a Multikey."""

    signer: Signer
    method: str
    key_id: str


def seal_of(context: Context, export: Export) -> Seal:
    """Return the issuer's seal, or raise `KeyUnavailable`."""
    with context.database.read() as session:
        key = tenants.signing_key(session, export.tenant.id)
    if key is None:
        raise KeyUnavailable("the issuer has no signing key: run `issuer keys rotate`")
    method = context.addresses(export.tenant).verification_method(key.id)
    return Seal(context.keyring.signer(key.id), method, key.id)


def sealed(context: Context, seal: Seal, document: Document) -> Document:
    """Return a document with the issuer's proof (vc-di-eddsa 3.3, eddsa-jcs-2022)."""
    created = moments.stamp(context.clock())
    options = proofs.options(document, method=seal.method, created=created, cryptosuite=proofs.EDDSA_JCS)
    signature = seal.signer.sign(proofs.signing_input(document, options))
    proof = {**options, "proofValue": multibase.encode(signature)}
    try:
        proofs.verify(document, proof, multibase.public_key(seal.key_id))
    except Invalid as error:
        raise SelfCheckFailed(f"what was signed does not verify: {error.detail}") from error
    return {**document, "proof": proof}
