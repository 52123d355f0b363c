"""What the service asks of a store of pictures. A picture's name is its digest: SHA-256, in hexadecimal."""

import re
from hashlib import sha256
from typing import Final, Protocol

from issuer.errors import IssuerError, NotFound, Unavailable

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class ArtworkStore(Protocol):
    """Where the bytes of uploaded pictures are kept."""

    def put(self, digest: str, content: bytes) -> None:
        """Keep a picture for ever: once this returns, a power cut does not lose it.

        The same picture a second time changes nothing. Raises `StoreUnavailable`.
        """
        ...

    def get(self, digest: str) -> bytes:
        """Return a picture whose bytes have that digest.

        Raises `NotStored`, `StoreUnavailable`, or `DamagedArtwork` where other bytes are kept.
        """
        ...


class NotStored(NotFound):
    """The store holds no picture of that digest."""

    code = "not-stored"


class StoreUnavailable(Unavailable):
    """The store of pictures does not answer at this moment, or takes nothing in."""

    code = "artwork-store-unavailable"


class DamagedArtwork(IssuerError):
    """The store holds other bytes than those that were put into it."""

    code = "damaged-artwork"


class MisnamedArtwork(IssuerError):
    """A name was asked for that is no digest, or content given that has another."""

    code = "misnamed-artwork"


def check_name(digest: str) -> None:
    """Raise `MisnamedArtwork` unless it is a digest: any other name could lead anywhere in a store."""
    if not _DIGEST.fullmatch(digest):
        raise MisnamedArtwork("a picture is named by its SHA-256 digest in 64 hexadecimal digits")


def check_given(digest: str, content: bytes) -> None:
    """Raise `MisnamedArtwork` unless the digest is that of the content."""
    check_name(digest)
    if sha256(content).hexdigest() != digest:
        raise MisnamedArtwork(f"the content has another digest than {digest}")


def checked(digest: str, content: bytes) -> bytes:
    """Return the content, or raise `DamagedArtwork` where its digest is another."""
    if sha256(content).hexdigest() != digest:
        raise DamagedArtwork(f"the picture {digest} is damaged in the store: restore it from a backup")
    return content


class NoStore:
    """A store that there is not, for a process without one."""

    def put(self, digest: str, content: bytes) -> None:
        """Raise `StoreUnavailable`."""
        check_given(digest, content)
        raise StoreUnavailable("this service keeps no pictures: set ISSUER_ARTWORK")

    def get(self, digest: str) -> bytes:
        """Raise `NotStored`."""
        raise NotStored(f"there is no picture {digest}")
