"""Credentials in a compact JWS, signed by PyJWT, and tokens that no library would make."""

import base64
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.core.documents import Document

ED25519: Final = Ed25519PrivateKey.from_private_bytes(sha256(b"a key for tokens").digest())
P256: Final = ec.derive_private_key(
    int.from_bytes(sha256(b"a point for tokens").digest(), "big"), ec.SECP256R1()
)
RSA: Final = rsa.generate_private_key(65_537, 2048)
PRIVATE: Final[dict[str, Any]] = {"EdDSA": ED25519, "ES256": P256, "RS256": RSA}

KID: Final = "did:web:badges.example.org#key-1"
CREDENTIAL: Final[Document] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "https://badges.example.org/badges/1",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "did:web:badges.example.org", "type": ["Profile"], "name": "Alder"},
    "validFrom": "2026-06-12T19:04:00Z",
    "validUntil": "2031-06-12T19:04:00Z",
    "credentialSubject": {"id": "did:example:teacher", "type": ["AchievementSubject"]},
}
CLAIMS: Final[Document] = {
    "iss": "did:web:badges.example.org",
    "sub": "did:example:teacher",
    "jti": "https://badges.example.org/badges/1",
    "nbf": 1_781_291_040,
    "exp": 1_939_057_440,
}
PAYLOAD: Final[Document] = {**CREDENTIAL, **CLAIMS}


def signed(payload: Document = PAYLOAD, algorithm: str = "EdDSA", **header: object) -> str:
    """Return a token as PyJWT makes it. A header of None is left out."""
    return jwt.encode(payload, PRIVATE[algorithm], algorithm, {"kid": KID, **header})


def handmade(
    header: Document | str, payload: Document | str = PAYLOAD, sign: Callable[[bytes], bytes] = ED25519.sign
) -> str:
    """Return a token with exactly this header, whatever a library would say to it."""
    signing = f"{segment(header)}.{segment(payload)}"
    return f"{signing}.{encoded(sign(signing.encode()))}"


def segment(value: Document | str) -> str:
    """Return a part of a token: JSON, or a text that may be none."""
    return encoded((value if isinstance(value, str) else json.dumps(value)).encode())


def encoded(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
