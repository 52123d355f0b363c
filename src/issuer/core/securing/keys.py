"""Public keys that strangers publish: from a verification method or a JWK to a key that can verify."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from issuer.core.documents import Document
from issuer.core.securing import multibase
from issuer.core.securing.multibase import InvalidKey

PublicKey: TypeAlias = Ed25519PublicKey | RSAPublicKey | EllipticCurvePublicKey
"""Ed25519, RSA or P-256: what Open Badges 3.0 and its official validator ask a verifier to know."""

RSA_BITS: Final = range(2048, 8193)
"""Fewer are too weak (RFC 7518 section 3.3); more only make verifying slow."""

_KEYS: Final = 1_000
"""How many keys of a kind are remembered, each by all that it was made from: those used last."""

_RSA_EXPONENTS: Final = range(65_537, 2**32, 2)
_COORDINATE_BYTES: Final = 32
_P256_PUBLIC: Final = b"\x80\x24"
_OTHER_KINDS: Final = (b"\x81\x24", b"\x82\x24", b"\xe7\x01", b"\xeb\x01")
"""How Multikeys begin on P-384, P-521, secp256k1 and BLS12-381: sound, but not verified with here."""

_PRIVATE: Final = frozenset(
    {"d", "p", "q", "dp", "dq", "qi", "oth", "k", "secretKeyMultibase", "secretKeyJwk"}
    | {f"privateKey{kind}" for kind in ("Multibase", "Jwk", "Base58", "Pem", "Hex")}
)
"""Members that give a private key away, in a JWK (RFC 7518 section 6) or in a verification method."""


class UnsupportedKey(InvalidKey):
    """The key is of a kind that this service does not verify with."""

    code = "unsupported-key"


def public_key_of(method: Document) -> PublicKey:
    """Return the key of a verification method (Controlled Identifiers 1.0, 2.2).

    Raises `InvalidKey` or `InvalidMultibase` where there is none, where two forms of it differ, and where the
    private half is published with it.
    """
    refuse_private(method)
    found = [read(method[name]) for name, read in _readers().items() if name in method]
    if not found:
        raise InvalidKey("the verification method has no publicKeyMultibase and no publicKeyJwk")
    if any(key != found[0] for key in found):
        raise InvalidKey("publicKeyMultibase and publicKeyJwk of the verification method are two keys")
    return found[0]


def public_key_of_multikey(text: object) -> Ed25519PublicKey | EllipticCurvePublicKey:
    """Return the Ed25519 or P-256 key in a Multikey (Controlled Identifiers 1.0, 2.2.2).

    Raises `InvalidMultibase` or `InvalidKey`.
    """
    if not isinstance(text, str):
        raise InvalidKey("publicKeyMultibase is not text")
    return _multikey(text)


def public_key_of_jwk(jwk: object) -> PublicKey:
    """Return the key in a JWK (RFC 7517, RFC 7518 section 6, RFC 8037 section 2), or raise `InvalidKey`.

    Ed25519, P-256 and RSA are read. Every number must stand in its one correct spelling.
    """
    if not isinstance(jwk, dict):
        raise InvalidKey("the JWK is not an object")
    refuse_private(jwk)
    key = _read_jwk(jwk)
    _check_purpose(jwk, key)
    return key


def refuse_private(document: Document) -> None:
    """Raise `InvalidKey` if a private key is published: then anybody can sign with it."""
    shown = sorted(_PRIVATE & document.keys())
    if shown:
        raise InvalidKey(f"the key shows its private half ({shown[0]}): its owner must replace it")


def algorithms_of(key: PublicKey) -> tuple[str, ...]:
    """Return the JOSE algorithms that a key is for, our own name for it first.

    RFC 7518 section 3.1 for RSA and P-256; RFC 9864 section 2.2 and RFC 8037 section 3.1 for Ed25519.
    """
    if isinstance(key, Ed25519PublicKey):
        return ("Ed25519", "EdDSA")
    if isinstance(key, RSAPublicKey):
        return ("RS256",)
    return ("ES256",) if isinstance(key.curve, ec.SECP256R1) else ()


def _readers() -> dict[str, Callable[[object], PublicKey]]:
    return {"publicKeyMultibase": public_key_of_multikey, "publicKeyJwk": public_key_of_jwk}


@lru_cache(_KEYS)
def _multikey(text: str) -> Ed25519PublicKey | EllipticCurvePublicKey:
    raw = multibase.decode(text)
    if raw.startswith(_OTHER_KINDS):
        raise UnsupportedKey("a Multikey of that kind is not read here: only Ed25519 and P-256 are")
    if not raw.startswith(_P256_PUBLIC):
        return multibase.public_key(text)
    point = raw.removeprefix(_P256_PUBLIC)
    if len(point) != 1 + _COORDINATE_BYTES:
        raise InvalidKey("the key is not a P-256 Multikey (`zDn…`)")
    return _p256(point)


def _read_jwk(jwk: Document) -> PublicKey:
    match jwk.get("kty"), jwk.get("crv"):
        case "OKP", "Ed25519":
            return multibase.public_key(multibase.multikey(_coordinate(jwk, "x")))
        case "EC", "P-256":
            return _p256(b"\x04" + _coordinate(jwk, "x") + _coordinate(jwk, "y"))
        case "RSA", None:
            return _rsa(_number(jwk, "n"), _number(jwk, "e"))
    kind = f"{str(jwk.get('kty'))[:20]} {str(jwk.get('crv', ''))[:20]}".strip()
    raise UnsupportedKey(f"a key of the kind {kind!r} is not read here: only Ed25519, P-256 and RSA are")


@lru_cache(_KEYS)
def _p256(point: bytes) -> EllipticCurvePublicKey:
    try:
        return EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise InvalidKey("the key is not a point of the curve P-256") from error


@lru_cache(_KEYS)
def _rsa(modulus: int, exponent: int) -> RSAPublicKey:
    if modulus.bit_length() not in RSA_BITS or modulus % 2 == 0:
        raise InvalidKey(f"the RSA key does not have {RSA_BITS[0]} to {RSA_BITS[-1]} bits")
    if exponent not in _RSA_EXPONENTS:
        raise InvalidKey(f"the exponent of the RSA key is not odd and at least {_RSA_EXPONENTS[0]}")
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


def _coordinate(jwk: Document, name: str) -> bytes:
    raw = _octets(jwk, name)
    if len(raw) != _COORDINATE_BYTES:
        raise InvalidKey(f"{name} of the JWK does not have {_COORDINATE_BYTES} bytes")
    return raw


def _number(jwk: Document, name: str) -> int:
    """Return a number written with no byte more than it needs (RFC 7518 section 2, Base64urlUInt)."""
    raw = _octets(jwk, name)
    if not raw or raw[0] == 0:
        raise InvalidKey(f"{name} of the JWK is empty, or begins with a zero byte")
    return int.from_bytes(raw, "big")


def _octets(jwk: Document, name: str) -> bytes:
    value = jwk.get(name)
    if not isinstance(value, str):
        raise InvalidKey(f"{name} of the JWK is not text")
    try:
        return multibase.decode_base64url(value)
    except multibase.InvalidBase64url as error:
        raise InvalidKey(f"{name} of the JWK is not base64url without padding") from error


def _check_purpose(jwk: Document, key: PublicKey) -> None:
    """Refuse a key that its owner keeps for something else (RFC 7517 sections 4.2 to 4.4)."""
    operations = jwk.get("key_ops", ["verify"])
    if jwk.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations:
        raise InvalidKey("the JWK is not meant for signatures (use, key_ops)")
    if "alg" in jwk and jwk["alg"] not in algorithms_of(key):
        raise InvalidKey(f"the JWK is meant for {str(jwk['alg'])[:20]!r}, not for {algorithms_of(key)[0]}")
