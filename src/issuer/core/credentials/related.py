"""Resources that a badge names with the digest of their bytes, so that nobody can exchange them later."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from issuer.core.documents import Document
from issuer.core.securing import multibase

CREDENTIAL: Final = "application/vc"
RULE: Final = "application/json"
_SHA2_256: Final = b"\x12\x20"
"""Multihash, section 2.1: the hash function, and how many bytes follow."""


@dataclass(frozen=True)
class Related:
    """A resource: its address or `urn:`, the SHA-256 of its bytes, and what they are."""

    id: str
    sha256: bytes
    media_type: str | None = None


def of_text(address: str, text: str, media_type: str) -> Related:
    """Return the resource at an address that answers with this text."""
    return Related(address, sha256(text.encode()).digest(), media_type)


def documents(found: Iterable[Related]) -> list[Document]:
    """Return `relatedResource` entries (VCDM 2.0, section 5.3), each with its `digestMultibase`."""
    return [
        {
            "id": each.id,
            **({"mediaType": each.media_type} if each.media_type else {}),
            "digestMultibase": digest(each.sha256),
        }
        for each in found
    ]


def digest(sha256_bytes: bytes) -> str:
    """Return a SHA-256 as a multihash in multibase, base64url (`u…`), as VCDM 2.0 shows it."""
    return "u" + multibase.encode_base64url(_SHA2_256 + sha256_bytes)


def matches(text: str, digest_multibase: str) -> bool:
    """Return whether a text has the digest that an entry of ours names."""
    return digest(sha256(text.encode()).digest()) == digest_multibase
