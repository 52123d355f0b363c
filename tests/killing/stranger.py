"""A second opinion on a badge: other software's canonical form, and nothing but a bare verification."""

import json
from hashlib import sha256

import base58
import pyoxigraph
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuer.core.documents import Document
from issuer.core.securing import contexts

_ED25519 = b"\xed\x01"


def accepts(text: str, did: Document) -> bool:
    """Return whether a key of the DID document signed this text (Data Integrity EdDSA 1.0, section 3.2)."""
    document = json.loads(text)
    proof = document.pop("proof")
    value = proof.pop("proofValue")
    key = _key(did, proof["verificationMethod"])
    hashed = _hash({"@context": document["@context"], **proof}) + _hash(document)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(base58.b58decode(value.removeprefix("z")), hashed)
    except InvalidSignature:
        return False
    return True


def _key(did: Document, method: str) -> bytes:
    listed = {each["id"]: each["publicKeyMultibase"] for each in did["verificationMethod"]}
    return base58.b58decode(listed[method].removeprefix("z")).removeprefix(_ED25519)


def _hash(document: Document) -> bytes:
    pinned = contexts.in_force().documents
    inlined = {**document, "@context": [pinned[url]["@context"] for url in document["@context"]]}
    quads = pyoxigraph.parse(json.dumps(inlined).encode(), format=pyoxigraph.RdfFormat.JSON_LD)
    dataset = pyoxigraph.Dataset(quads)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return sha256("".join(sorted(f"{quad} .\n" for quad in dataset)).encode()).digest()
