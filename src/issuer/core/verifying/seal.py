"""Checks on the seal: whether every proof is whole, and its key may speak for the issuer."""

from datetime import datetime, timedelta

from issuer.core import moments
from issuer.core.credentials import rules
from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts, multibase, proofs
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.materials import Materials, Unfetched, controller_of, issuer_of, proofs_of
from issuer.errors import Invalid

CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of ours another issuer's clock may be."""

_MAX_PROOFS = 4


def check_integrity(materials: Materials) -> Finding:
    """Return whether every proof holds over the document as it came (Data Integrity 1.0, 4.4)."""
    found = proofs_of(materials.document)
    if not found:
        return _integrity(Outcome.FAILED, "unsigned", "There is no seal: anyone could have made this file.")
    if len(found) > _MAX_PROOFS:
        return _integrity(Outcome.UNKNOWN, "too_complex", f"It has more than {_MAX_PROOFS} seals.")
    if len(found) != len(rules.listed(materials.document["proof"])):
        return _integrity(Outcome.FAILED, "malformed", "Something stands beside its seals that is none.")
    results = [_proof_finding(materials, proof) for proof in found]
    failed = [finding for finding in results if finding.outcome is not Outcome.PASSED]
    return failed[0] if failed else results[0]


def check_issuer(materials: Materials) -> Finding:
    """Return whether the keys are the issuer's, and whether we know the issuer.

    Controlled Identifiers 1.0, 3.3; Open Badges 3.0, 9.1 step 2. A proof by somebody else's key is
    whole, and worth nothing.
    """
    issuer = issuer_of(materials.document)
    for proof in proofs_of(materials.document):
        controller = controller_of(proof)
        if controller is None or controller != issuer:
            return _issuer(
                Outcome.FAILED, "issuer_key_missing", "The seal was made by somebody other than the issuer."
            )
        listed = materials.controllers.get(controller, Unfetched("it was not looked up"))
        if isinstance(listed, Unfetched):
            return _issuer(
                Outcome.UNKNOWN, "could_not_check", f"The issuer's keys could not be had: {listed.reason}."
            )
        if _method(listed, proof, controller) is None:
            return _issuer(
                Outcome.FAILED, "issuer_key_missing", "The issuer does not list the key of this seal."
            )
    if not proofs_of(materials.document):
        return _issuer(Outcome.SKIPPED, "no_seal", "Without a seal, nobody is known to have issued it.")
    if materials.recognized_by is None:
        return _issuer(Outcome.UNKNOWN, "issuer_unrecognized", "The issuer is not one that we know.")
    return _issuer(Outcome.PASSED, "recognized", f"The issuer is known from {materials.recognized_by}.")


def _proof_finding(materials: Materials, proof: Document) -> Finding:
    try:
        _check_times(proof, materials.now)
        controller = controller_of(proof)
        listed = materials.controllers.get(controller or "", Unfetched("it was not looked up"))
        if controller is None or isinstance(listed, Unfetched):
            _refuse_unsupported(proof)
            reason = listed.reason if isinstance(listed, Unfetched) else "the proof names no key"
            return _integrity(
                Outcome.UNKNOWN, "could_not_check", f"The key of the seal could not be had: {reason}."
            )
        key = _method(listed, proof, controller)
        if key is None:
            return _integrity(
                Outcome.UNKNOWN, "issuer_key_missing", "The key of the seal is not in its owner's list."
            )
        _verify(materials.document, proof, key)
    except Invalid as error:
        return _integrity(*_verdict(error))
    return _integrity(Outcome.PASSED, "unchanged", "It has not been changed since it was issued.")


def _verdict(error: Invalid) -> tuple[Outcome, str, str]:
    message = error.detail[:1].upper() + error.detail[1:] + "."
    match error:
        case proofs.UnsupportedProof() | contexts.UnknownContext():
            return Outcome.UNKNOWN, "unsupported", message
        case canonical.TooComplex():
            return Outcome.UNKNOWN, "too_complex", message
        case proofs.InvalidProof():
            return Outcome.FAILED, "altered", message
        case _:
            return Outcome.FAILED, "malformed", message


def _refuse_unsupported(proof: Document) -> None:
    if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") not in proofs.CRYPTOSUITES:
        raise proofs.UnsupportedProof(
            f"a proof of the kind {str(proof.get('cryptosuite'))[:60]!r} cannot be checked here"
        )


def _verify(document: Document, proof: Document, key: str) -> None:
    """Verify under the contexts in force; under the superseded text only where the two differ."""
    public = multibase.public_key(key)
    try:
        proofs.verify(document, proof, public)
    except (proofs.InvalidProof, canonical.UnsafeDocument):
        if not _uses_reworded_terms(document):
            raise
        proofs.verify(document, proof, public, contexts.superseded())


def _uses_reworded_terms(document: Document) -> bool:
    subject = document.get("credentialSubject")
    parts = [document, subject if isinstance(subject, dict) else {}]
    return any(contexts.REWORDED_TERMS & set(part) for part in parts)


def _check_times(proof: Document, now: datetime) -> None:
    """Refuse a proof from the future, or one that says itself that it has run out (4.2, 4.4)."""
    if proof.get("proofPurpose") != proofs.ASSERTION:
        raise proofs.InvalidProof("the seal was not made to vouch for a badge (proofPurpose)")
    if "created" in proof and moments.parse(str(proof["created"])) > now + CLOCK_SKEW:
        raise proofs.InvalidProof("the seal claims to have been made in the future")
    if "expires" in proof and moments.parse(str(proof["expires"])) < now:
        raise proofs.InvalidProof("the seal has run out")


def _method(listed: Document, proof: Document, controller: str) -> str | None:
    """Return the Multikey of a proof's method if its controller lists it for assertions, or None."""
    wanted = proof.get("verificationMethod")
    asserted = listed.get("assertionMethod")
    inline = [item for item in asserted if isinstance(item, dict)] if isinstance(asserted, list) else []
    named = [item for item in asserted if isinstance(item, str)] if isinstance(asserted, list) else []
    methods = listed.get("verificationMethod")
    candidates = inline + [m for m in (methods if isinstance(methods, list) else []) if isinstance(m, dict)]
    if listed.get("id") != controller:
        return None
    for method in candidates:
        allowed = wanted in named or method in inline
        if method.get("id") == wanted and allowed and _usable(method, proof, controller):
            return str(method["publicKeyMultibase"])
    return None


def _usable(method: Document, proof: Document, controller: str) -> bool:
    """Return whether a method is a key of its controller that was good when the proof was made."""
    if method.get("controller") != controller or not isinstance(method.get("publicKeyMultibase"), str):
        return False
    if "revoked" in method:
        return False
    if "expires" not in method:
        return True
    try:
        return moments.parse(str(proof.get("created"))) <= moments.parse(str(method["expires"]))
    except moments.InvalidMoment:
        return False


def _integrity(outcome: Outcome, code: str, message: str) -> Finding:
    return Finding("integrity", outcome, code, message)


def _issuer(outcome: Outcome, code: str, message: str) -> Finding:
    return Finding("issuer", outcome, code, message)
