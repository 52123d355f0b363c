"""Each step of W3C's EdDSA vectors on its own.

The `employ` set is left out: it names a release candidate of a context that the folder does not hold.
"""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts, multibase, proofs
from issuer.errors import Invalid
from tests.support import reference

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
KNOWN = contexts.ContextSet(
    {
        **contexts.in_force().documents,
        EXAMPLES: {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}},
    },
    {},
)
SETS = [
    pytest.param("eddsa-rdfc-2022", "DataInt", "unsigned.json", id="rdfc"),
    pytest.param("eddsa-jcs-2022", "JCS", "unsigned.json", id="jcs"),
]


def text(*parts: str) -> str:
    return reference.path("vectors", "vc-di-eddsa", *parts).read_text("utf-8")


def load(*parts: str) -> Document:
    found: Document = reference.load("vectors", "vc-di-eddsa", *parts)
    return found


def canonize(tag: str, document: Document) -> bytes:
    return canonical.jcs(document) if tag == "JCS" else canonical.rdfc(document, KNOWN)


def without_value(proof: Document) -> Document:
    return {name: value for name, value in proof.items() if name != "proofValue"}


@pytest.mark.parametrize(("folder", "tag", "unsigned"), SETS)
class TestEachStep:
    def test_the_document_is_canonicalised_as_published(self, folder: str, tag: str, unsigned: str) -> None:
        found = canonize(tag, load(unsigned)).decode()

        assert found.strip() == text(folder, f"canonDoc{tag}.txt").strip()

    def test_the_proof_options_are_canonicalised_as_published(
        self, folder: str, tag: str, unsigned: str
    ) -> None:
        config = load(folder, f"proofConfig{tag}.json")

        assert load(unsigned)["@context"] == config["@context"]
        assert canonize(tag, config).decode().strip() == text(folder, f"proofCanon{tag}.txt").strip()

    def test_the_bytes_to_sign_are_the_two_hashes(self, folder: str, tag: str, unsigned: str) -> None:
        proof = without_value(load(folder, f"signed{tag}.json")["proof"])

        found = proofs.signing_input(load(unsigned), proof, KNOWN).hex()

        assert found == text(folder, f"combinedHash{tag}.txt").strip()
        assert found[:64] == text(folder, f"proofHash{tag}.txt").strip()
        assert found[64:] == text(folder, f"docHash{tag}.txt").strip()

    def test_the_signature_and_its_spelling_are_as_published(
        self, folder: str, tag: str, unsigned: str
    ) -> None:
        seed = multibase.decode(load("keyPair.json")["privateKeyMultibase"])[2:]
        proof = without_value(load(folder, f"signed{tag}.json")["proof"])

        signature = Ed25519PrivateKey.from_private_bytes(seed).sign(
            proofs.signing_input(load(unsigned), proof, KNOWN)
        )

        assert signature.hex() == text(folder, f"sigHex{tag}.txt").strip()
        assert multibase.encode(signature) == text(folder, f"sigBTC58{tag}.txt").strip()

    def test_any_changed_or_missing_claim_is_refused(self, folder: str, tag: str, unsigned: str) -> None:
        key = multibase.public_key(load("keyPair.json")["publicKeyMultibase"])
        signed = load(folder, f"signed{tag}.json")
        assert {name for name in signed if name != "proof"} == set(load(unsigned))

        proofs.verify(signed, signed["proof"], key, KNOWN)
        accepted = [place for place, changed in changes(signed) if holds(changed, key)]

        assert accepted == []


def changes(signed: Document) -> Iterator[tuple[str, Document]]:
    for path, value in documents.walk(signed):
        if isinstance(value, str) and path != ("proof", "proofValue"):
            yield documents.pointer(*path), edited(signed, path, value + "x")
        if path and path != ("proof",):
            yield documents.pointer(*path) + " missing", edited(signed, path, None)


def edited(signed: Document, path: documents.Path, value: object) -> Document:
    changed = copy.deepcopy(signed)
    found: Any = changed
    for part in path[:-1]:
        found = found[part]
    if value is None:
        del found[path[-1]]
    else:
        found[path[-1]] = value
    return changed


def holds(signed: Document, key: Any) -> bool:  # noqa: ANN401 - a public key
    try:
        proofs.verify(signed, signed["proof"], key, KNOWN)
    except Invalid:
        return False
    return True


@pytest.mark.parametrize("name", ["signedProofSet1.json", "signedProofSet2.json"])
def test_every_proof_of_a_published_set_holds_for_its_own_key_alone(name: str) -> None:
    signed = load("proof-set-chain", name)
    found = [proof for proof in listed(signed["proof"]) if proof["cryptosuite"] in proofs.CRYPTOSUITES]
    keys = [multibase.public_key(proof["verificationMethod"].partition("#")[2]) for proof in found]

    held = [[holds({**signed, "proof": proof}, key) for key in keys] for proof in found]

    assert held == [[one is other for other in keys] for one in keys]


def test_a_proof_chain_is_never_taken_for_whole() -> None:
    signed = load("proof-set-chain", "signedProofChain2.json")
    chained = [proof for proof in signed["proof"] if "previousProof" in proof]

    for proof in chained:
        key = multibase.public_key(proof["verificationMethod"].partition("#")[2])
        assert not holds({**signed, "proof": proof}, key)


def listed(value: Any) -> list[Document]:  # noqa: ANN401 - one proof, or several
    return value if isinstance(value, list) else [value]
