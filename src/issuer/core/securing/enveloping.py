"""A credential in a compact JWS, and that in an enveloped credential (Securing with JOSE and COSE, 3.1)."""

import base64
from typing import Final

import orjson

from issuer.core.documents import Document
from issuer.core.securing import contexts

_MEDIA: Final = "application/vc+jwt"


def signing_input(document: Document, method: str) -> bytes:
    """Return the ASCII bytes to sign: the header and the credential in base64url (RFC 7515, 5.1).

    The payload is the credential itself, without claims around it. The key is an Ed25519 one (RFC 8037, 3.1).
    """
    header = {"alg": "EdDSA", "kid": method, "typ": "vc+jwt", "cty": "vc"}
    return _joined(header, document)


def vc_jwt_input(payload: Document, method: str) -> bytes:
    """Return the ASCII bytes to sign for a VC-JWT (Open Badges 3.0, 8.2.1), whose `typ` can only be `JWT`."""
    header = {"alg": "EdDSA", "kid": method, "typ": "JWT"}
    return _joined(header, payload)


def compact(signing: bytes, signature: bytes) -> str:
    """Return the signed JWS in its compact form (RFC 7515, 7.1)."""
    return f"{signing.decode()}.{_part(signature)}"


def enveloped(signing: bytes, signature: bytes) -> Document:
    """Return the enveloped credential whose id is the signed JWS as a data: URL (VCDM 2.0, 4.13.1)."""
    return {
        "@context": contexts.CREDENTIALS_V2,
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:{_MEDIA},{compact(signing, signature)}",
    }


def _joined(header: Document, payload: Document) -> bytes:
    return f"{_part(orjson.dumps(header))}.{_part(orjson.dumps(payload))}".encode()


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
