"""DID documents: what did:web serves, and what did:key stands for."""

from collections.abc import Iterable

from issuer.core.documents import Document
from issuer.core.securing import contexts, keys
from issuer.errors import Invalid

DID_KEY = "did:key:"


class InvalidDid(Invalid):
    """The text is not a DID of the kind it claims to be."""

    code = "invalid-did"


def did_document(did: str, multikeys: Iterable[str]) -> Document:
    """Return the document that lists a tenant's public keys (Controlled Identifiers 1.0, 2.2).

    Every key that ever signed stays under `assertionMethod`, so that earlier badges keep verifying.
    """
    methods = [_verification_method(did, key) for key in multikeys]
    return {
        "@context": [contexts.CONTROLLED_IDENTIFIERS],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def did_key_document(did: str) -> Document:
    """Return the document that a `did:key` stands for (did:key method, section 3.1.2).

    Raises `InvalidDid` unless the DID is an Ed25519 or P-256 key in its one correct spelling.
    """
    key = did.removeprefix(DID_KEY)
    if not did.startswith(DID_KEY):
        raise InvalidDid("the DID is not a did:key")
    try:
        keys.public_key_of_multikey(key)
    except Invalid as error:
        raise InvalidDid(f"the did:key is not usable: {error.detail}") from error
    return did_document(did, [key])


def _verification_method(did: str, key: str) -> Document:
    return {
        "id": f"{did}#{key}",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": key,
    }
