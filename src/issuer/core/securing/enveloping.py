"""A credential in a compact JWS, and that in an enveloped credential (Securing with JOSE and COSE, 3.1)."""

import base64
from functools import lru_cache
from typing import Final

import orjson

from issuer.core.documents import Document
from issuer.core.securing import contexts

_HEADERS_AT_ONCE: Final = 256
_MEDIA: Final = "application/vc+jwt"


def signing_input(document: Document, method: str) -> bytes:
    """Return the ASCII bytes to sign: the header and the credential in base64url (RFC 7515, 5.1).

    The payload is the credential itself, without claims around it. The key is an Ed25519 one (RFC 8037, 3.1).
    """
    return _header(method, ("typ", "vc+jwt"), ("cty", "vc")) + _part(orjson.dumps(document))


def vc_jwt_input(payload: Document, method: str) -> bytes:
    """Return the ASCII bytes to sign for a VC-JWT (Open Badges 3.0, 8.2.1), whose `typ` can only be `JWT`."""
    return _header(method, ("typ", "JWT")) + _part(orjson.dumps(payload))


def compact(signing: bytes, signature: bytes) -> str:
    """Return the signed JWS in its compact form (RFC 7515, 7.1)."""
    return f"{signing.decode()}.{_part(signature).decode()}"


def enveloped(signing: bytes, signature: bytes) -> Document:
    """Return the enveloped credential whose id is the signed JWS as a data: URL (VCDM 2.0, 4.13.1)."""
    return {
        "@context": contexts.CREDENTIALS_V2,
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:{_MEDIA},{compact(signing, signature)}",
    }


@lru_cache(_HEADERS_AT_ONCE)
def _header(method: str, *members: tuple[str, str]) -> bytes:
    """Return the header and the dot behind it."""
    return _part(orjson.dumps({"alg": "EdDSA", "kid": method, **dict(members)})) + b"."


def _part(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
