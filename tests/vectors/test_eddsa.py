"""The vectors of W3C Data Integrity EdDSA Cryptosuites 1.0, and of 1EdTech's implementation guide."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts, multibase, proofs
from tests.support import reference

SUITES = {"eddsa-rdfc-2022": "DataInt", "eddsa-jcs-2022": "JCS"}
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
WITH_EXAMPLES = contexts.ContextSet(
    {
        **contexts.in_force().documents,
        EXAMPLES: {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}},
    },
    {},
)


def vector(name: str) -> Document:
    found: Document = reference.load("vectors", "vc-di-eddsa", name)
    return found


@pytest.mark.parametrize(("suite", "tag"), SUITES.items())
class TestW3C:
    def test_the_canonical_document_is_byte_exact(self, suite: str, tag: str) -> None:
        expected = reference.path("vectors", "vc-di-eddsa", suite, f"canonDoc{tag}.txt").read_bytes()
        document = vector("unsigned.json")

        found = canonical.jcs(document) if tag == "JCS" else canonical.rdfc(document, WITH_EXAMPLES)

        assert found.strip() == expected.strip()

    def test_the_signature_is_byte_exact(self, suite: str, tag: str) -> None:
        seed = multibase.decode(vector("keyPair.json")["privateKeyMultibase"])[2:]
        signed = vector(f"{suite}/signed{tag}.json")
        proof = {name: value for name, value in signed["proof"].items() if name != "proofValue"}

        signing_input = proofs.signing_input(vector("unsigned.json"), proof, WITH_EXAMPLES)
        made = proofs.attach(
            vector("unsigned.json"), proof, Ed25519PrivateKey.from_private_bytes(seed).sign(signing_input)
        )

        assert made == signed

    @pytest.mark.parametrize("member", ["name", "issuer", "validFrom", "id"])
    def test_any_changed_claim_is_refused(self, suite: str, tag: str, member: str) -> None:
        key = multibase.public_key(vector("keyPair.json")["publicKeyMultibase"])
        signed = vector(f"{suite}/signed{tag}.json")

        proofs.verify(signed, signed["proof"], key, WITH_EXAMPLES)
        with pytest.raises(proofs.InvalidProof):
            proofs.verify(signed | {member: "https://evil.example/"}, signed["proof"], key, WITH_EXAMPLES)


def test_the_signing_vector_of_open_badges_is_byte_exact() -> None:
    vectors = reference.load("openbadges-3.0", "test-vectors", "ob3-eddsa-rdfc-2022-vector.json")
    document, config = vectors["document"], vectors["proofConfig"]
    proof = {name: value for name, value in config.items() if name != "@context"}
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vectors["secretKeySeedHex"])[:32])

    signing_input = proofs.signing_input(document, proof)

    assert sha256(canonical.rdfc(document)).hexdigest() == vectors["documentHashHex"]
    assert signing_input.hex() == vectors["proofHashHex"] + vectors["documentHashHex"]
    assert key.sign(signing_input).hex() == vectors["signatureHex"]
    assert multibase.encode(key.sign(signing_input)) == vectors["proofValue"]
