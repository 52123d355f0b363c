"""Proofs held to a purpose, a challenge and a domain, under contexts that the caller names."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from issuer.core import moments
from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts, proofs
from issuer.core.verifying import methods
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.materials import Library, proofs_of
from issuer.core.verifying.methods import NoKey
from issuer.core.verifying.seal import CLOCK_SKEW, MAX_PROOFS, Seal
from issuer.errors import Invalid

AUTHENTICATION: Final = "authentication"
_MALFORMED: Final = (Outcome.FAILED, "malformed")
_VERDICTS: Final = (
    (contexts.UnknownContext, (Outcome.UNKNOWN, "unknown_context")),
    (proofs.UnsupportedProof, (Outcome.UNKNOWN, "unsupported_seal")),
    (canonical.TooComplex, (Outcome.UNKNOWN, "too_complex")),
    (canonical.UnsafeDocument, (Outcome.FAILED, "data_loss")),
    (proofs.InvalidProof, (Outcome.FAILED, "altered")),
)


@dataclass(frozen=True)
class Expected:
    """What a proof must have been made for. What is None is not asked about."""

    purpose: str = proofs.ASSERTION
    challenge: str | None = None
    domain: str | None = None


@dataclass(frozen=True)
class Given:
    """What a check of proofs may look at: documents fetched, the time, and the contexts in force."""

    library: Library
    now: datetime
    known: contexts.ContextSet | None = None


class _Refused(Invalid):
    """A proof that was made for something else, or for another time."""

    code = "refused-proof"

    def __init__(self, finding: str, detail: str) -> None:
        super().__init__(detail)
        self.finding = finding


def seals_of(document: Document, given: Given, expected: Expected) -> list[Seal]:
    """Return how every proof of a document came out (Data Integrity 1.0, 4.4 and 4.5).

    Whether the keys are the issuer's or the holder's is not asked here.
    """
    found = proofs_of(document)
    if not found:
        return [Seal(integrity(Outcome.FAILED, "unsigned", "There is no proof."), None)]
    if len(found) > MAX_PROOFS:
        return [
            Seal(integrity(Outcome.UNKNOWN, "too_complex", f"It has more than {MAX_PROOFS} proofs."), None)
        ]
    return [_seal(document, proof, given, expected) for proof in found]


def mismatches(document: Document, expected: Expected) -> list[Finding]:
    """Return a finding for each proof that was not made for what is expected, whether or not it holds."""
    found = []
    for proof in proofs_of(document):
        try:
            _check_purpose(proof, expected)
        except _Refused as error:
            found.append(_verdict(error))
    return found


def integrity(outcome: Outcome, code: str, message: str) -> Finding:
    """Return a finding about a proof."""
    return Finding("integrity", outcome, code, message, "Data Integrity 1.0, section 4.4")


def _seal(document: Document, proof: Document, given: Given, expected: Expected) -> Seal:
    method = proof.get("verificationMethod")
    if not isinstance(method, str):
        return Seal(integrity(Outcome.FAILED, "malformed", "A proof names no verification method."), None)
    try:
        _check(proof, given.now, expected)
        found = methods.named_key(method, given.library, _made(proof), expected.purpose)
        if isinstance(found, NoKey):
            message = f"The key of the proof could not be used: {found.detail}."
            return Seal(integrity(Outcome.UNKNOWN, found.code, message), methods.document_of(method))
        proofs.verify(document, proof, found.public, given.known, earlier=_earlier(document, proof))
    except Invalid as error:
        return Seal(_verdict(error), methods.document_of(method))
    return Seal(integrity(Outcome.PASSED, "unchanged", "The proof holds."), found.controller)


def _check(proof: Document, now: datetime, expected: Expected) -> None:
    """Refuse a proof for another purpose, domain, challenge or time (Data Integrity 1.0, 4.4)."""
    proofs.suite_of(proof)
    _check_purpose(proof, expected)
    if "created" in proof and moments.parse(str(proof["created"])) > now + CLOCK_SKEW:
        raise _Refused("seal_from_the_future", "the proof claims to have been made in the future")
    if "expires" in proof and moments.parse(str(proof["expires"])) < now:
        raise _Refused("seal_expired", "the proof has run out")


def _check_purpose(proof: Document, expected: Expected) -> None:
    if proof.get("proofPurpose") != expected.purpose:
        raise _Refused("seal_of_another_purpose", f"the proof was not made for {expected.purpose}")
    if expected.domain is not None and expected.domain not in listed(proof.get("domain")):
        raise _Refused("wrong_domain", "the proof was made for another domain")
    if expected.challenge is not None and proof.get("challenge") != expected.challenge:
        raise _Refused("wrong_challenge", "the proof does not answer the challenge")


def _made(proof: Document) -> datetime | None:
    return moments.parse(str(proof["created"])) if "created" in proof else None


def _earlier(document: Document, proof: Document) -> list[Document]:
    """Return the proofs that a link of a chain was made over (Data Integrity 1.0, 4.4 step 2)."""
    wanted = listed(proof.get("previousProof"))
    found = [each for each in proofs_of(document) if each.get("id") in wanted and each is not proof]
    if len(found) != len(wanted):
        raise proofs.InvalidProof("the proof was made over an earlier proof that is not here")
    return found


def _verdict(error: Invalid) -> Finding:
    message = error.detail[:1].upper() + error.detail[1:] + "."
    if isinstance(error, _Refused):
        return integrity(Outcome.FAILED, error.finding, message)
    outcome, code = next((found for kind, found in _VERDICTS if isinstance(error, kind)), _MALFORMED)
    return integrity(outcome, code, message)
