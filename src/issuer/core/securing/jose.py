"""Credentials in a compact JWS: read, verified, and held against the claims beside them.

Open Badges 3.0 section 8.2 (VC-JWT, for both versions of the data model), and Securing Verifiable Credentials
using JOSE and COSE 1.0 section 3.1.1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc import jws as joserfc
from joserfc.jwk import ECKey, OKPKey, RSAKey

from issuer.core import documents, moments
from issuer.core.documents import DEFAULT_LIMITS, Document, DocumentTooLarge, Limits, MalformedDocument
from issuer.core.securing import keys, multibase
from issuer.core.securing.keys import PublicKey
from issuer.core.securing.proofs import InvalidProof, UnsupportedProof
from issuer.errors import Fault, Invalid

ALGORITHMS: Final = frozenset({"EdDSA", "Ed25519", "ES256", "RS256"})

_COMPACT = re.compile(r"\s*e[wy][A-Za-z0-9_-]{10,}={0,2}\.[A-Za-z0-9_=-]*\.[A-Za-z0-9_=.~-]*\s*", re.ASCII)
"""`ey` and `ew` begin the base64 of every JSON object; what is wrong behind them, `parse` says."""

_PARTS: Final = 3
_SPACE: Final = " \t\r\n"
_HEADERS: Final[dict[str, type]] = {"alg": str, "kid": str, "jwk": dict, "typ": str, "cty": str}
_VC_JWT: Final = frozenset({"jwt"})
_VC_JOSE: Final = frozenset({"vc+jwt", "vc+ld+jwt", "vc+ld+json+jwt"})
"""`vc+jwt`, and its names in the drafts from which badges were issued."""

_CLAIMS: Final = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})
_MEMBERS: Final = frozenset(
    {"@context", "type", "id", "issuer", "credentialSubject", "credentialStatus", "credentialSchema"}
    | {"validFrom", "validUntil", "issuanceDate", "expirationDate", "proof"}
)
_TIMES: Final = {
    "nbf": ("validFrom", "issuanceDate"),
    "exp": ("validUntil", "expirationDate"),
    "iat": (),
}
_DID_URL = r"did:[a-z0-9]+:[A-Za-z0-9._:%-]+#[A-Za-z0-9._~:%=+/-]{1,2000}"
_HTTPS_URL = r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][!-~]{0,2000})?"
_URL_OF_A_KEY = re.compile(f"{_DID_URL}|{_HTTPS_URL}")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST: Final = datetime(1900, 1, 1, tzinfo=UTC).timestamp()
_END: Final = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
_SECOND: Final = timedelta(seconds=1)


class MalformedJws(Invalid):
    """The text is not one compact JWS with a credential in it that every reader understands alike."""

    code = "malformed-jws"


@dataclass(frozen=True)
class Jws:
    """A compact JWS as it came, with its header and payload as parsed. Nothing in it is verified yet."""

    text: str
    header: Document
    payload: Document


def looks_compact(text: str) -> bool:
    """Return whether the text is meant as a compact JWS, well formed or not. JSON never looks so."""
    return _COMPACT.fullmatch(text) is not None


def parse(text: str, limits: Limits = DEFAULT_LIMITS) -> Jws:
    """Return the JWS in a text (RFC 7515 section 7.1), or raise `MalformedJws` or `DocumentTooLarge`.

    Only the header parameters of Open Badges 3.0 section 8.2.1 and `cty` are accepted: any other could change
    what is verified or with which key.
    """
    if len(text) > limits.size:
        raise DocumentTooLarge(f"the JWS has more than {limits.size} characters")
    compact = text.strip(_SPACE)
    parts = compact.split(".")
    if len(parts) != _PARTS:
        raise MalformedJws(f"a signed credential has three parts with dots between, this has {len(parts)}")
    header, payload = _object(parts[0], "header", limits), _object(parts[1], "payload", limits)
    _decoded(parts[2], "signature")
    _check_header(header)
    return Jws(compact, header, payload)


def verify(jws: Jws, key: PublicKey) -> None:
    """Raise `InvalidProof` unless the key made this signature, and `UnsupportedProof` for other algorithms.

    The key alone decides the algorithm (RFC 8725 section 3.1). It does not say whose key it is.
    """
    named, fitting = str(jws.header["alg"]), keys.algorithms_of(key)
    if named.lower() == "none":
        raise InvalidProof("the JWS says itself that it is not signed (alg none)")
    if named not in ALGORITHMS:
        raise UnsupportedProof(f"a JWS with the algorithm {named[:20]!r} cannot be checked here")
    if named not in fitting:
        raise InvalidProof(f"the key is of another kind than the algorithm {named}")
    if not _holds(jws, key, fitting[0]):
        raise InvalidProof("the signature does not match the JWS")


def credential_of(jws: Jws) -> Document:
    """Return the credential that a JWS stands for, without the claims beside it.

    It is the `vc` claim in version 1.1 of the data model (VCDM 1.1, 6.3.1), and else the payload itself.
    Raises `MalformedJws` where both are there: readers would differ on which was signed.
    """
    if "vp" in jws.payload:
        raise MalformedJws("the JWS holds a presentation (vp): send the credentials in it")
    if "vc" not in jws.payload:
        return {name: value for name, value in jws.payload.items() if name not in _CLAIMS}
    beside = sorted(_MEMBERS & jws.payload.keys())
    if beside or _is_vc_jose(jws):
        raise MalformedJws(
            f"the JWS holds a vc claim, and {beside[0] if beside else 'its typ'} says otherwise"
        )
    if not isinstance(jws.payload["vc"], dict):
        raise MalformedJws("the vc claim is not an object")
    return dict(jws.payload["vc"])


def claim_faults(jws: Jws, document: Document) -> list[Fault]:
    """Return each way in which the claims contradict the credential (Open Badges 3.0, 8.2.4).

    A VC-JWT must have `iss`, `jti` and `nbf`. It should have `sub`, but the official validator's own samples
    do without. A `vc+jwt` needs none, and its times are the signature's own (VC-JOSE-COSE 3.1.3): they may be
    wider than the credential's.
    """
    return [*_name_faults(jws, document), *_time_faults(jws, document)]


def expires(jws: Jws) -> datetime | None:
    """Return the moment after which the JWT itself does not count (`exp`); None if it names none."""
    return _moment(jws.payload.get("exp"))


def not_before(jws: Jws) -> datetime | None:
    """Return the moment before which the JWT itself does not count (`nbf`); None if it names none."""
    return _moment(jws.payload.get("nbf"))


def key_hint(jws: Jws) -> str | None:
    """Return the address of the key (`kid`) if it is one: a DID URL with its fragment, or an https URL."""
    kid = jws.header.get("kid")
    return kid if isinstance(kid, str) and _URL_OF_A_KEY.fullmatch(kid) else None


def embedded_key(jws: Jws) -> Document | None:
    """Return the JWK in the header, which proves nothing until the issuer lists the same key."""
    jwk = jws.header.get("jwk")
    return jwk if isinstance(jwk, dict) else None


def _object(segment: str, name: str, limits: Limits) -> Document:
    try:
        return documents.parse(_decoded(segment, name), limits)
    except MalformedDocument as error:
        raise MalformedJws(f"the {name} of the JWS cannot be read: {error.detail}", error.faults) from error


def _decoded(segment: str, name: str) -> bytes:
    try:
        return multibase.decode_base64url(segment)
    except multibase.InvalidBase64url as error:
        raise MalformedJws(f"the {name} of the JWS cannot be read: {error.detail}") from error


def _check_header(header: Document) -> None:
    for name, value in header.items():
        if name not in _HEADERS or not isinstance(value, _HEADERS[name]):
            raise MalformedJws(f"the header of the JWS holds {name[:40]!r}, which is not accepted")
    if "alg" not in header:
        raise MalformedJws("the header of the JWS names no algorithm")
    if _type_of(header) not in _VC_JWT | _VC_JOSE:
        raise MalformedJws(f"a JWS of the type {header['typ'][:40]!r} is not a credential")
    try:
        keys.refuse_private(header.get("jwk", {}))
    except multibase.InvalidKey as error:
        raise MalformedJws(f"the header of the JWS is not usable: {error.detail}") from error


def _type_of(header: Document) -> str:
    """Return `typ` as RFC 7515 section 4.1.9 compares it: without case, and without `application/`."""
    return str(header.get("typ", "JWT")).lower().removeprefix("application/")


def _is_vc_jose(jws: Jws) -> bool:
    return _type_of(jws.header) in _VC_JOSE


def _holds(jws: Jws, key: PublicKey, algorithm: str) -> bool:
    """Let joserfc check the signature under the key's own algorithm, over the segments as they came.

    It is given no header: its limit on headers is below a JWK, and it warns of the name `EdDSA`.
    """
    header, payload, signature = jws.text.encode().split(b".")
    signed = joserfc.CompactSignature({"alg": algorithm}, b"")
    signed.segments = {"header": header, "payload": payload, "signature": signature}
    return joserfc.validate_compact(signed, _library_key(key), [algorithm])


def _library_key(key: PublicKey) -> OKPKey | RSAKey | ECKey:
    match key:
        case Ed25519PublicKey():
            return OKPKey.import_key(key)
        case RSAPublicKey():
            return RSAKey.import_key(key)
    return ECKey.import_key(key)


def _name_faults(jws: Jws, document: Document) -> Iterator[Fault]:
    subject = document.get("credentialSubject")
    only = subject[0] if isinstance(subject, list) and len(subject) == 1 else subject
    names = {"iss": _id_of(document.get("issuer")), "jti": document.get("id")}
    names["sub"] = only.get("id") if isinstance(only, dict) else None
    for claim, stated in names.items():
        if claim in jws.payload:
            if not isinstance(stated, str) or jws.payload[claim] != stated:
                yield _fault(claim, "is not what the credential says")
        elif claim != "sub" and not _is_vc_jose(jws):
            yield _fault(claim, "is missing, which a VC-JWT must have")


def _id_of(issuer: object) -> object:
    return issuer.get("id") if isinstance(issuer, dict) else issuer


def _time_faults(jws: Jws, document: Document) -> Iterator[Fault]:
    for claim, members in _TIMES.items():
        required = claim == "nbf" and not _is_vc_jose(jws)
        stated = [document[name] for name in members if name in document] or [None] * required
        claimed = _moment(jws.payload.get(claim))
        if claim not in jws.payload:
            if required:
                yield _fault(claim, "is missing, which a VC-JWT must have")
        elif claimed is None:
            yield _fault(claim, "is not a time in seconds (NumericDate)")
        elif not all(_agree(jws, claim, claimed, each) for each in stated):
            yield _fault(claim, "is not what the credential says")


def _agree(jws: Jws, claim: str, claimed: datetime, stated: object) -> bool:
    """Return whether a claim is the credential's own time to the second, or wider in a `vc+jwt`."""
    try:
        ahead = claimed - moments.parse(str(stated))
    except moments.InvalidMoment:
        return False
    wider = ahead < timedelta() if claim == "nbf" else ahead > timedelta()
    return abs(ahead) < _SECOND or (wider and _is_vc_jose(jws))


def _moment(value: object) -> datetime | None:
    """Return the moment that a NumericDate names (RFC 7519 section 2); None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not _FIRST <= value < _END:
        return None
    return _EPOCH + timedelta(seconds=value)


def _fault(claim: str, detail: str) -> Fault:
    return Fault(documents.pointer(claim), f"{claim} {detail}")
