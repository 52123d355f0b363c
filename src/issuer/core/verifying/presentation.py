"""A Verifiable Presentation: its rules, and whether its holder made it for who asks."""

from collections.abc import Iterator, Mapping
from typing import Final

from issuer.core.credentials.rules import listed, types_of
from issuer.core.documents import Document
from issuer.core.securing.did import DID_KEY
from issuer.core.verifying import general, presented, purposes, values
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.materials import Fetched, Library, Obtained, Want
from issuer.core.verifying.presented import Presented
from issuer.core.verifying.purposes import AUTHENTICATION, Expected, Given
from issuer.core.verifying.seal import Seal
from issuer.errors import Fault

KIND: Final = "VerifiablePresentation"
ENVELOPED: Final = "EnvelopedVerifiablePresentation"
MAX_CREDENTIALS: Final = 20


def faults(document: Document, *, earlier_digests: bool = False) -> list[Fault]:
    """Return all that keeps a document from being a conforming presentation, enveloped or not.

    VCDM 2.0, 4.13. The credentials in it are held to their own rules; their faults name their place in it.
    """
    if ENVELOPED in types_of(document):
        return list(general.enveloped_faults(document, ENVELOPED))
    found = [
        *general.context_faults(document),
        *general.kind_faults(document, KIND),
        *values.url_faults("", document),
        *(general.named_faults(document, "holder") if "holder" in document else ()),
        *general.proof_faults(document),
    ]
    return [*found, *_credential_faults(document, earlier_digests=earlier_digests)]


def holder_of(document: Document) -> str | None:
    """Return the holder's id, whether the holder is written as text or as an object."""
    holder = document.get("holder")
    found = holder.get("id") if isinstance(holder, dict) else holder
    return found if isinstance(found, str) else None


def findings(document: Document, given: Given, *, challenge: str | None, domain: str | None) -> list[Finding]:
    """Return whether each proof was made by the holder, for this challenge and domain (VCDM 2.0, 4.13).

    The credentials inside are not looked at. A presentation need not name its holder: then whoever made the
    proof is all that is known of who presents.
    """
    usable = Given(_for_authentication(given.library), given.now, given.known)
    seals = purposes.seals_of(document, usable, Expected(AUTHENTICATION, challenge, domain))
    return [*(seal.finding for seal in seals), *holder_findings(document, seals)]


def envelope_seal(opened: Presented, given: Given, *, challenge: str | None, domain: str | None) -> Seal:
    """Return how the JWS around a presentation came out, held to the same challenge and domain."""
    usable = Given(_for_authentication(given.library), given.now, given.known)
    return presented.seal_of(opened, usable, Expected(AUTHENTICATION, challenge, domain))


def holder_findings(document: Document, seals: list[Seal]) -> Iterator[Finding]:
    """Yield a finding where the presentation names a holder whose key none of the proofs was made with."""
    holder = holder_of(document)
    if holder is not None and all(seal.controller != holder for seal in seals):
        message = "The proof was made by somebody other than the holder."
        yield Finding("holder", Outcome.FAILED, "holder_key_missing", message, "VCDM 2.0, section 4.13")


def _credential_faults(document: Document, *, earlier_digests: bool) -> Iterator[Fault]:
    held = listed(document.get("verifiableCredential"))
    if len(held) > MAX_CREDENTIALS:
        yield Fault("/verifiableCredential", f"it holds more than {MAX_CREDENTIALS} credentials")
        return
    for index, credential in enumerate(held):
        place = f"/verifiableCredential/{index}"
        if not isinstance(credential, dict):
            yield Fault(place, "it is not a credential, enveloped or not, but a bare value")
            continue
        for fault in general.faults(credential, earlier_digests=earlier_digests):
            yield Fault(place + fault.pointer, fault.detail)


def _for_authentication(library: Library) -> Mapping[Want, Fetched]:
    """Return the library with the keys of did:key usable for authentication too (did:key method, 3.1.2)."""
    return {want: _authenticating(want, found) for want, found in library.items()}


def _authenticating(want: Want, found: Fetched) -> Fetched:
    if not want.key.startswith(DID_KEY) or not isinstance(found, Obtained) or isinstance(found.content, str):
        return found
    return Obtained({**found.content, AUTHENTICATION: found.content.get("assertionMethod")}, found.at)
