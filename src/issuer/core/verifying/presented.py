"""A presentation in a compact JWS (Securing with JOSE and COSE 1.0, 3.1.2; VCDM 1.1, 6.3.1)."""

from dataclasses import dataclass
from typing import Final

from issuer.core import documents
from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.securing import jose, multibase, proofs
from issuer.core.securing.jose import Jws
from issuer.core.verifying import methods, purposes
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.methods import NoKey
from issuer.core.verifying.purposes import Expected, Given
from issuer.core.verifying.seal import Seal
from issuer.errors import Invalid

_PREFIXES: Final = ("data:application/vp+jwt,", "data:application/jwt,")
_TYPES: Final = frozenset({"JWT", "vp+jwt"})
_PARTS: Final = 3


@dataclass(frozen=True)
class Presented:
    """A presentation, or a credential, and the JWS that it came in."""

    document: Document
    envelope: Jws


def opened(envelope: Document) -> Presented:
    """Return the presentation in an enveloped one, or raise an `Invalid`."""
    address = str(envelope.get("id"))
    prefix = next((each for each in _PREFIXES if address.startswith(each)), None)
    if prefix is None:
        raise documents.MalformedDocument("the enveloped presentation is not a data: address of a JWT")
    jws = _parsed(address.removeprefix(prefix))
    held = jws.payload.get("vp", jws.payload)
    if not isinstance(held, dict):
        raise jose.MalformedJws("the vp claim is not an object")
    return Presented(held, jws)


def seal_of(presented: Presented, given: Given, expected: Expected) -> Seal:
    """Return how the JWS came out: a key for the purpose made it, for this nonce and audience.

    Claims beside the presentation, or the credential, are not held against it here.
    """
    method = jose.key_hint(presented.envelope)
    if method is None:
        return Seal(
            purposes.integrity(Outcome.UNKNOWN, "issuer_key_missing", "Its header names no key."), None
        )
    found = methods.named_key(method, given.library, given.now, expected.purpose)
    if isinstance(found, NoKey):
        message = f"The key of the JWS could not be used: {found.detail}."
        return Seal(purposes.integrity(Outcome.UNKNOWN, found.code, message), None)
    return Seal(_finding(presented.envelope, found, given, expected), found.controller)


def _finding(jws: Jws, key: methods.Key, given: Given, expected: Expected) -> Finding:
    try:
        jose.verify(jws, key.public)
    except proofs.UnsupportedProof as error:
        return purposes.integrity(Outcome.UNKNOWN, "unsupported_seal", error.detail)
    except Invalid as error:
        return purposes.integrity(Outcome.FAILED, "altered", error.detail)
    ends = jose.expires(jws)
    if expected.challenge is not None and jws.payload.get("nonce") != expected.challenge:
        return purposes.integrity(Outcome.FAILED, "wrong_challenge", "The JWS does not answer the challenge.")
    if expected.domain is not None and expected.domain not in listed(jws.payload.get("aud")):
        return purposes.integrity(Outcome.FAILED, "wrong_domain", "The JWS was made for another audience.")
    if ends is not None and ends < given.now:
        return purposes.integrity(Outcome.FAILED, "seal_expired", "The JWS has run out.")
    return purposes.integrity(Outcome.PASSED, "unchanged", "The signature holds.")


def _parsed(text: str) -> Jws:
    parts = text.split(".")
    if len(parts) != _PARTS or len(text) > documents.DEFAULT_LIMITS.size:
        raise jose.MalformedJws("the enveloped presentation is not one compact JWS")
    header, payload = (documents.parse(multibase.decode_base64url(part)) for part in parts[:2])
    if header.get("typ", "JWT") not in _TYPES or not isinstance(header.get("alg"), str) or "crit" in header:
        raise jose.MalformedJws("the header of the JWS is not one of a presentation")
    return Jws(text, header, payload)
