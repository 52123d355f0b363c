"""Checks on the seal: whether every proof is whole, and its key may speak for the issuer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from issuer.core import moments
from issuer.core.addresses import is_for_trials
from issuer.core.credentials import kinds, rules
from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts, jose, proofs
from issuer.core.securing.keys import algorithms_of
from issuer.core.verifying import findings, methods
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.materials import Materials, issuer_of, proofs_of
from issuer.core.verifying.methods import Key, NoKey
from issuer.errors import Invalid

CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of ours another issuer's clock may be."""

MAX_PROOFS = 4
_MAX_KEYS = 16

Verify: TypeAlias = Callable[[Document, Document, Key], None]
"""Raises an `Invalid` unless a proof of a document was made with a key."""


class _Refused(Invalid):
    """A seal that is whole in itself, but not one that vouches for this credential now."""

    code = "refused-seal"

    def __init__(self, finding: str, detail: str) -> None:
        super().__init__(detail)
        self.finding = finding


@dataclass(frozen=True)
class Seal:
    """One seal of a credential: how it came out, and the controller of the key that made it."""

    finding: Finding
    controller: str | None


def verify_proof(document: Document, proof: Document, key: Key) -> None:
    """Verify under the contexts in force; under the superseded text only where the two differ.

    Raises what `proofs.verify` raises.
    """
    earlier = _earlier(document, proof)
    try:
        proofs.verify(document, proof, key.public, earlier=earlier)
    except (proofs.InvalidProof, canonical.UnsafeDocument):
        if not _uses_reworded_terms(document):
            raise
        proofs.verify(document, proof, key.public, contexts.superseded(), earlier=earlier)


def seals_of(materials: Materials, verify: Verify = verify_proof) -> list[Seal]:
    """Return every seal of a credential as it came out: the JWS around it, or each of its proofs."""
    if materials.envelope is not None:
        return [_envelope_seal(materials, materials.envelope)]
    found = proofs_of(materials.document)
    if not found:
        return [
            Seal(_integrity(Outcome.FAILED, "unsigned", "There is no seal: anyone could have made it."), None)
        ]
    if len(found) > MAX_PROOFS:
        return [
            Seal(_integrity(Outcome.UNKNOWN, "too_complex", f"It has more than {MAX_PROOFS} seals."), None)
        ]
    if len(found) != len(rules.listed(materials.document["proof"])):
        beside = "Something stands beside its seals that is none."
        return [Seal(_integrity(Outcome.FAILED, "malformed", beside), None)]
    return [_proof_seal(materials, proof, verify) for proof in found]


def check_integrity(seals: Sequence[Seal], issuer: str | None) -> Finding:
    """Return whether every proof of the issuer holds over the document as it came (Data Integrity 1.0, 4.4).

    A seal that somebody else added must not be false either, but whether it can be checked is no matter.
    """
    own = [seal.finding for seal in seals if seal.controller == issuer]
    others = [seal.finding for seal in seals if seal.controller != issuer]
    false = [seal.finding for seal in seals if seal.finding.outcome is Outcome.FAILED]
    unsure = [finding for finding in others if finding.outcome is not Outcome.PASSED]
    if false or own or unsure:
        return findings.worst(false or own or unsure)
    message = "It carries a whole seal, but none of its issuer."
    return _integrity(Outcome.UNKNOWN, "issuer_key_missing", message)


def check_issuer(materials: Materials, seals: Sequence[Seal]) -> Finding:
    """Return whether the keys are the issuer's, and whether we know the issuer.

    Controlled Identifiers 1.0, 3.3; Open Badges 3.0, 9.1 step 2. A proof by somebody else's key is
    whole, and worth nothing.
    """
    if any(seal.finding.code == "unsigned" for seal in seals):
        return _issuer(Outcome.SKIPPED, "no_seal", "Without a seal, nobody is known to have issued it.")
    doubt = _doubt(materials, seals)
    if doubt is not None:
        return doubt
    if is_for_trials(issuer_of(materials.document) or ""):
        return _issuer(Outcome.SKIPPED, "test", "It was issued to try the service out, and is no real award.")
    if materials.recognized_by is None:
        return _issuer(Outcome.UNKNOWN, "issuer_unrecognized", "The issuer is not one that we know.")
    return _issuer(Outcome.PASSED, "recognized", f"The issuer is known from {materials.recognized_by}.")


def _doubt(materials: Materials, seals: Sequence[Seal]) -> Finding | None:
    """Return why the seals are not known to be the issuer's, or None where they are."""
    own = [seal.finding for seal in seals if seal.controller == issuer_of(materials.document)]
    asked = own or [seal.finding for seal in seals]
    silent = next((finding for finding in asked if finding.code == "could_not_check"), None)
    if silent is not None:
        return _issuer(Outcome.UNKNOWN, "could_not_check", silent.message)
    if not own:
        message = "The seal was made by somebody other than the issuer."
        return _issuer(Outcome.FAILED, "issuer_key_missing", message)
    if any(finding.code == "issuer_key_missing" for finding in own):
        message = "The issuer does not list the key of this seal."
        return _issuer(Outcome.FAILED, "issuer_key_missing", message)
    return None


def _proof_seal(materials: Materials, proof: Document, verify: Verify) -> Seal:
    method = proof.get("verificationMethod")
    if not isinstance(method, str):
        return Seal(_integrity(Outcome.FAILED, "malformed", "A seal names no key."), None)
    named = methods.document_of(method)
    try:
        proofs.suite_of(proof)
        _know_contexts(materials.document)
        _check_times(proof, materials.now)
        found = methods.named_key(method, materials.library, _made(proof.get("created")))
        if isinstance(found, NoKey):
            return Seal(_no_key(found), named)
        verify(materials.document, proof, found)
    except Invalid as error:
        return Seal(_verdict(error), named)
    return Seal(_unchanged(), found.controller)


def _envelope_seal(materials: Materials, envelope: jose.Jws) -> Seal:
    """Return how a JWS came out (Open Badges 3.0, 8.2; Securing with JOSE 1.0, 3.1)."""
    issuer = issuer_of(materials.document)
    try:
        _know_contexts(materials.document)
        keys = _envelope_keys(materials, envelope, issuer)
        if isinstance(keys, NoKey):
            return Seal(_no_key(keys), issuer)
        _verify_by_any(envelope, keys)
        _check_claims(envelope, materials)
    except Invalid as error:
        return Seal(_verdict(error), issuer)
    return Seal(_unchanged(), keys[0].controller)


def _envelope_keys(materials: Materials, envelope: jose.Jws, issuer: str | None) -> list[Key] | NoKey:
    used = _made(materials.document.get(kinds.start_member(materials.document)))
    method, jwk = jose.key_hint(envelope), jose.embedded_key(envelope)
    if method is not None:
        found = methods.named_key(method, materials.library, used)
        return found if isinstance(found, NoKey) else [found]
    if issuer is None:
        return NoKey("issuer_key_missing", "the credential names no issuer")
    kid = envelope.header.get("kid")
    return methods.matching_key(
        issuer, materials.library, used, jwk=jwk, kid=kid if isinstance(kid, str) else None
    )


def _verify_by_any(envelope: jose.Jws, keys: list[Key]) -> None:
    failure: Invalid | None = None
    fitting = [key for key in keys if envelope.header.get("alg") in algorithms_of(key.public)] or keys
    if len(fitting) > _MAX_KEYS:
        raise canonical.TooComplex("the JWT names none of its issuer's many keys")
    for key in fitting:
        try:
            jose.verify(envelope, key.public)
        except proofs.InvalidProof as error:
            failure = error
        else:
            return
    raise failure or proofs.InvalidProof("no key of the issuer made this signature")


def _check_claims(envelope: jose.Jws, materials: Materials) -> None:
    issued = envelope.payload.get("iat")
    if isinstance(issued, int | float) and issued > (materials.now + CLOCK_SKEW).timestamp():
        raise _Refused("seal_from_the_future", "the JWT claims to have been made in the future")
    for fault in jose.claim_faults(envelope, materials.document):
        raise _Refused("claims_differ", f"the JWT's claims contradict the credential: {fault.detail}")


def _no_key(found: NoKey) -> Finding:
    if found.code == "could_not_check":
        message = f"The key of the seal could not be had: {found.detail}."
    elif found.code == "unsupported_seal":
        message = f"The key of the seal cannot be used here: {found.detail}."
    else:
        message = f"The key of the seal is not in its owner's list: {found.detail}."
    return _integrity(Outcome.UNKNOWN, found.code, message)


def _verdict(error: Invalid) -> Finding:
    message = error.detail[:1].upper() + error.detail[1:] + "."
    match error:
        case _Refused():
            return _integrity(Outcome.FAILED, error.finding, message)
        case contexts.UnknownContext():
            return _integrity(Outcome.UNKNOWN, "unknown_context", message)
        case proofs.UnsupportedProof():
            return _integrity(Outcome.UNKNOWN, "unsupported_seal", message)
        case canonical.TooComplex():
            return _integrity(Outcome.UNKNOWN, "too_complex", message)
        case proofs.InvalidProof():
            return _integrity(Outcome.FAILED, "altered", message)
        case _:
            return _integrity(Outcome.FAILED, "malformed", message)


def _know_contexts(document: Document) -> None:
    """Raise `UnknownContext` for a context that is not held, under seals that do not read it as well."""
    for url in rules.listed(document.get("@context")):
        if isinstance(url, str):
            contexts.in_force().load(url)


def _earlier(document: Document, proof: Document) -> list[Document]:
    """Return the proofs that a link of a chain was made over (Data Integrity 1.0, 4.4 step 2)."""
    wanted = rules.listed(proof.get("previousProof"))
    found = [each for each in proofs_of(document) if each.get("id") in wanted and each is not proof]
    if len({str(each["id"]) for each in found}) != len(found) or len(found) != len(wanted):
        raise proofs.InvalidProof("the seal was made over an earlier seal that is not here")
    return found


def _uses_reworded_terms(document: Document) -> bool:
    subject = document.get("credentialSubject")
    parts = [document, subject if isinstance(subject, dict) else {}]
    return any(contexts.REWORDED_TERMS & set(part) for part in parts)


def _check_times(proof: Document, now: datetime) -> None:
    """Refuse a proof from the future, or one that says itself that it has run out (4.2, 4.4)."""
    if proof.get("proofPurpose") != proofs.ASSERTION:
        raise _Refused("seal_of_another_purpose", "the seal was not made to vouch for a badge (proofPurpose)")
    if "created" in proof and moments.parse(str(proof["created"])) > now + CLOCK_SKEW:
        raise _Refused("seal_from_the_future", "the seal claims to have been made in the future")
    if "expires" in proof and moments.parse(str(proof["expires"])) < now:
        raise _Refused("seal_expired", "the seal has run out")


def _made(stamp: object) -> datetime | None:
    try:
        return moments.parse(str(stamp))
    except moments.InvalidMoment:
        return None


def _unchanged() -> Finding:
    return _integrity(Outcome.PASSED, "unchanged", "It has not been changed since it was issued.")


def _integrity(outcome: Outcome, code: str, message: str) -> Finding:
    return Finding("integrity", outcome, code, message)


def _issuer(outcome: Outcome, code: str, message: str) -> Finding:
    return Finding("issuer", outcome, code, message)
