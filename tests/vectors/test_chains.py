"""Chains and sets of proofs as W3C publishes them, the proof from before cryptosuites, and ours of each."""

import pytest

from issuer.core.documents import Document
from issuer.core.securing import contexts, multibase, proofs
from issuer.core.verifying import report, seal
from issuer.core.verifying.findings import Outcome
from issuer.core.verifying.materials import Materials
from tests.support import badges, reference, strangers

KNOWN = contexts.conformance()
ONE, TWO = strangers.stranger("one"), strangers.stranger("two")
FIRST, SECOND = (
    "urn:uuid:00000000-0000-4000-8003-000000000001",
    "urn:uuid:00000000-0000-4000-8003-000000000002",
)


def load(*parts: str) -> Document:
    found: Document = reference.load("vectors", "vc-di-eddsa", *parts)
    return found


def listed(value: object) -> list[Document]:
    return list(value) if isinstance(value, list) else [value]  # type: ignore[list-item]


def verify_link(signed: Document, proof: Document, earlier: list[Document]) -> None:
    key = multibase.public_key(proof["verificationMethod"].partition("#")[2])
    proofs.verify(signed, proof, key, KNOWN, earlier=earlier)


def links(signed: Document) -> list[tuple[Document, list[Document]]]:
    """Return each proof that was made over others, with those others."""
    own = listed(signed["proof"])
    named = [(each, each.get("previousProof")) for each in own]
    return [
        (each, [other for other in own if other.get("id") in listed(before)])
        for each, before in named
        if before
    ]


class TestPublished:
    @pytest.mark.parametrize(
        ("name", "count"), [("signedProofChain1.json", 1), ("signedProofChain2.json", 2)]
    )
    def test_every_link_of_a_chain_holds_over_the_proofs_before_it(self, name: str, count: int) -> None:
        signed = load("proof-set-chain", name)

        found = links(signed)

        assert len(found) == count
        for proof, earlier in found:
            verify_link(signed, proof, earlier)

    def test_a_link_does_not_hold_over_a_changed_or_a_missing_proof(self) -> None:
        signed = load("proof-set-chain", "signedProofChain1.json")
        [(proof, earlier)] = links(signed)

        for other in ([], earlier[:1], [earlier[0] | {"created": "2024-01-01T00:00:00Z"}, earlier[1]]):
            with pytest.raises(proofs.InvalidProof):
                verify_link(signed, proof, other)

    def test_the_proof_from_before_cryptosuites_holds(self) -> None:
        signed = load("Ed25519Signature2020", "signedEdSig.json")
        key = multibase.public_key(load("keyPair.json")["publicKeyMultibase"])

        proofs.verify(signed, signed["proof"], key, KNOWN)
        with pytest.raises(proofs.InvalidProof):
            proofs.verify(signed | {"name": "Another"}, signed["proof"], key, KNOWN)


def made(document: Document, *, own: Document | None = None, previous: object = None) -> Document:
    """Return a second proof over a document and, where it names one, over the proof before it."""
    changes: Document = {"id": SECOND} if previous is None else {"id": SECOND, "previousProof": previous}
    over = document if previous is None or own is None else {**document, "proof": [own]}
    found: Document = ONE.sign(over, **changes)["proof"]
    return found


def outcomes(document: Document, *known: strangers.Stranger) -> list[tuple[Outcome, str]]:
    library = badges.library({each.did: each.keys for each in known}, {})
    found = seal.seals_of(Materials(document=document, now=badges.NOW, library=library))
    return [(each.finding.outcome, each.finding.code) for each in found]


def result(document: Document, *known: strangers.Stranger) -> str:
    library = badges.library({each.did: each.keys for each in known}, {})
    return report.report(Materials(document=document, now=badges.NOW, library=library)).result


class TestThroughTheEngine:
    BADGE = strangers.badge(ONE)
    SEAL: Document = ONE.sign(BADGE, id=FIRST)["proof"]
    WHOLE = (Outcome.PASSED, "unchanged")

    @pytest.mark.parametrize("previous", [FIRST, [FIRST]], ids=["one id", "an array"])
    def test_a_chain_of_the_issuer_is_whole(self, previous: object) -> None:
        link = made(self.BADGE, own=self.SEAL, previous=previous)
        chained = self.BADGE | {"proof": [self.SEAL, link]}

        assert outcomes(chained, ONE) == [self.WHOLE, self.WHOLE]
        assert result(chained, ONE) == "issuer_unrecognized"

    @pytest.mark.parametrize(
        "previous", ["urn:uuid:00000000-0000-4000-8003-000000000009", [FIRST, FIRST], [FIRST, 7]]
    )
    def test_a_link_over_a_proof_that_is_not_here_is_broken(self, previous: object) -> None:
        link = made(self.BADGE, own=self.SEAL, previous=FIRST) | {"previousProof": previous}

        assert result(self.BADGE | {"proof": [self.SEAL, link]}, ONE) == "altered"

    def test_a_link_that_was_taken_out_of_its_chain_is_broken(self) -> None:
        link = made(self.BADGE, own=self.SEAL, previous=FIRST)

        assert result(self.BADGE | {"proof": link}, ONE) == "altered"

    def test_a_link_over_itself_is_broken(self) -> None:
        link = made(self.BADGE, own=self.SEAL, previous=FIRST) | {"previousProof": SECOND}

        assert result(self.BADGE | {"proof": [self.SEAL, link]}, ONE) == "altered"

    def test_a_set_in_which_one_proof_of_the_issuer_is_of_another_badge_is_broken(self) -> None:
        other = ONE.sign(self.BADGE | {"name": "Brain surgery"})["proof"]

        assert result(self.BADGE | {"proof": [self.SEAL, other]}, ONE) == "altered"

    def test_a_whole_proof_of_somebody_else_beside_the_issuers_does_no_harm(self) -> None:
        other = TWO.sign(self.BADGE)["proof"]

        assert result(self.BADGE | {"proof": [self.SEAL, other]}, ONE, TWO) == "issuer_unrecognized"

    def test_a_false_proof_of_somebody_else_beside_the_issuers_is_told(self) -> None:
        other = TWO.sign(self.BADGE | {"name": "Brain surgery"})["proof"]

        assert result(self.BADGE | {"proof": [self.SEAL, other]}, ONE, TWO) == "altered"

    def test_a_whole_proof_of_somebody_else_alone_is_not_the_issuers(self) -> None:
        assert result(TWO.sign(self.BADGE), TWO) == "issuer_key_missing"

    def test_the_proof_from_before_cryptosuites_seals_a_badge(self) -> None:
        badge = self.BADGE | {
            "@context": [*self.BADGE["@context"], "https://w3id.org/security/suites/ed25519-2020/v1"]
        }
        options = {
            "type": proofs.SIGNATURE_2020,
            "created": badges.CREATED,
            "verificationMethod": f"{ONE.did}#{ONE.multikey}",
            "proofPurpose": proofs.ASSERTION,
        }
        signed = proofs.attach(badge, options, ONE.key.sign(proofs.signing_input(badge, options)))

        assert result(signed, ONE) == "issuer_unrecognized"
        assert result(signed | {"name": "Brain surgery"}, ONE) == "altered"
