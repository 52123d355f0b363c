"""The RSA keys by which this service shows platforms of LTI who it is."""

from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey

from issuer.core.documents import Document

ALGORITHM: Final = "RS256"

_BITS: Final = 2_048
_EXPONENT: Final = 65_537


@dataclass(frozen=True)
class ToolKey:
    """A private key as PKCS#8. Its id is the thumbprint of its public half (RFC 7638)."""

    raw: bytes = field(repr=False)

    @property
    def public(self) -> Document:
        """The public half as it is published (RFC 7517)."""
        known = RSAKey.import_key(self.raw)
        return {
            **known.as_dict(private=False),
            "kid": known.thumbprint(),
            "use": "sig",
            "alg": ALGORITHM,
        }

    def signed(self, claims: Document) -> str:
        """Return a JWT (RFC 7519) of these claims."""
        known = RSAKey.import_key(self.raw)
        return jwt.encode({"alg": ALGORITHM, "kid": known.thumbprint()}, claims, known, [ALGORITHM])


def generate() -> ToolKey:
    """Return a new key."""
    made = rsa.generate_private_key(_EXPONENT, _BITS)
    return ToolKey(
        made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
