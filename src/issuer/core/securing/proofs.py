"""Data Integrity proofs: the bytes to sign, the proof attached, the proof checked.

W3C Verifiable Credential Data Integrity 1.0, with the Data Integrity EdDSA Cryptosuites 1.0 that we issue
with, and the ECDSA ones (without selective disclosure) that others issue with.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final, NewType

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts, multibase
from issuer.core.securing.keys import PublicKey
from issuer.core.securing.plans.planner import planner
from issuer.errors import Invalid

UnsecuredCredential = NewType("UnsecuredCredential", dict[str, object])
SecuredCredential = NewType("SecuredCredential", dict[str, object])

EDDSA_RDFC: Final = "eddsa-rdfc-2022"
EDDSA_JCS: Final = "eddsa-jcs-2022"
CRYPTOSUITES: Final = (EDDSA_RDFC, EDDSA_JCS)
"""The cryptosuites with which badges are issued."""

SIGNATURE_2020: Final = "Ed25519Signature2020"
"""A kind of proof from before cryptosuites, with the hashing of `eddsa-rdfc-2022` (vc-di-eddsa 3.1)."""

ASSERTION: Final = "assertionMethod"
_RDFC: Final = frozenset({EDDSA_RDFC, SIGNATURE_2020, "ecdsa-rdfc-2019"})
_JCS: Final = frozenset({EDDSA_JCS, "ecdsa-jcs-2019"})
_ECDSA: Final = frozenset({"ecdsa-rdfc-2019", "ecdsa-jcs-2019"})
_SIGNATURE_BYTES: Final = 64


class InvalidProof(Invalid):
    """The proof does not hold for this document and key."""

    code = "invalid-proof"


class UnsupportedProof(Invalid):
    """The proof is of a kind that this service cannot check."""

    code = "unsupported-proof"


def options(document: Document, *, method: str, created: str, cryptosuite: str = EDDSA_RDFC) -> Document:
    """Return the proof that will be attached, still without its value (vc-di-eddsa 3.2.5, 3.3.5)."""
    proof: Document = {
        "type": "DataIntegrityProof",
        "cryptosuite": cryptosuite,
        "created": created,
        "verificationMethod": method,
        "proofPurpose": ASSERTION,
    }
    if cryptosuite == EDDSA_JCS and "@context" in document:
        proof["@context"] = document["@context"]
    return proof


def suite_of(proof: Document) -> str:
    """Return the name of the cryptosuite that a proof was made with, or raise `UnsupportedProof`."""
    kind, suite = proof.get("type"), proof.get("cryptosuite")
    if kind == SIGNATURE_2020 and suite is None:
        return SIGNATURE_2020
    if kind == "DataIntegrityProof" and isinstance(suite, str) and suite in (_RDFC | _JCS) - {SIGNATURE_2020}:
        return suite
    named = suite if kind == "DataIntegrityProof" else kind
    raise UnsupportedProof(f"a proof of the kind {str(named)[:60]!r} cannot be checked here")


def signing_input(document: Document, proof: Document, known: contexts.ContextSet | None = None) -> bytes:
    """Return the 64 bytes to sign: hash of the proof options, then hash of the document.

    This is `hashData` of vc-di-eddsa 3.2.4 and 3.3.4. Raises `UnsupportedProof` for any other
    cryptosuite, and what `canonical` raises.
    """
    if suite_of(proof) in _JCS:
        return _hash_jcs(document, proof)
    return _hash_rdfc(document, proof, known)


def attach(document: Document, proof: Document, signature: bytes) -> SecuredCredential:
    """Return a copy of the document that carries the proof."""
    return SecuredCredential({**document, "proof": {**proof, "proofValue": multibase.encode(signature)}})


def verify(
    document: Document,
    proof: Document,
    key: PublicKey,
    known: contexts.ContextSet | None = None,
    *,
    earlier: Sequence[Document] = (),
) -> None:
    """Raise `InvalidProof` unless the key made this proof over the document without its proof.

    `earlier` are the proofs that a link of a proof chain was made over (Data Integrity 1.0, 4.4). It does not
    say whose key it is, nor whether the key may make assertions.
    """
    suite, signature = suite_of(proof), _signature(proof)
    config = {name: value for name, value in proof.items() if name != "proofValue"}
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    if earlier:
        unsecured["proof"] = list(earlier)
    data = signing_input(unsecured, config, known)
    try:
        _check(suite, key, signature, data)
    except InvalidSignature as error:
        raise InvalidProof("the signature does not match the document") from error


def _check(suite: str, key: PublicKey, signature: bytes, data: bytes) -> None:
    if suite in _ECDSA and isinstance(key, ec.EllipticCurvePublicKey):
        half = _SIGNATURE_BYTES // 2
        numbers = (int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))
        key.verify(encode_dss_signature(*numbers), data, ec.ECDSA(SHA256()))
    elif suite not in _ECDSA and isinstance(key, Ed25519PublicKey):
        key.verify(signature, data)
    else:
        raise InvalidProof("the key is of another kind than the proof")


def _hash_rdfc(document: Document, proof: Document, known: contexts.ContextSet | None) -> bytes:
    """Hash per vc-di-eddsa 3.2, where the proof is read under the document's contexts, not its own.

    So its own are not signed: none may be one that we do not hold, or a holder could add it later.
    """
    held = known or contexts.in_force()
    for url in _listed(proof.get("@context")):
        held.load(str(url))
    config = {**proof, "@context": document.get("@context")}
    plans = planner(held)
    body = plans.rdfc(document)
    named = document.get("id")
    if not body or (isinstance(named, str) and f"<{named}>".encode() not in body):
        raise canonical.UnsafeDocument("the document's own id would not be signed")
    return sha256(plans.rdfc(config)).digest() + sha256(body).digest()


def _hash_jcs(document: Document, proof: Document) -> bytes:
    """Hash per vc-di-eddsa 3.3: the proof's own `@context` must begin the document's."""
    own, shown = _listed(proof.get("@context")), _listed(document.get("@context"))
    if "@context" in proof:
        if not own or shown != own:  # a prefix would do for the standard, and leave the rest unsigned
            raise InvalidProof("the proof was made under other contexts than the document names")
        document = {**document, "@context": proof["@context"]}
    config, body = canonical.jcs(proof), canonical.jcs(document)
    return sha256(config).digest() + sha256(body).digest()


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _signature(proof: Document) -> bytes:
    value = proof.get("proofValue")
    if not isinstance(value, str):
        raise InvalidProof("the proof has no proofValue")
    try:
        signature = multibase.decode(value)
    except multibase.InvalidMultibase as error:
        raise InvalidProof("the proofValue is not base58btc multibase") from error
    if len(signature) != _SIGNATURE_BYTES:
        raise InvalidProof("the proofValue is not a 64-byte signature")
    return signature
