"""What was found out before of lists of withdrawn badges: the proofs that held, and the bits in them.

A list is read for every badge in it, and is the same for all of them until it is published anew. What is
remembered goes by a hash of all that it was worked out from, so that no list can speak for another. Whose
the key is, and how long the list may be believed, is asked each time.
"""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Final, Literal

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.remembering import Memory
from issuer.core.verifying import seal
from issuer.core.verifying.methods import Key

_MOST_PROOFS: Final = 10_000
_MOST_BYTES: Final = 32_000_000


def verify_proof(document: Document, proof: Document, key: Key) -> None:
    """Do as `seal.verify_proof` does, unless this very proof of this document held under this key before."""

    def verified() -> Literal[True]:
        seal.verify_proof(document, proof, key)
        return True

    _proofs().recall(_fingerprint(document, proof, key), verified, weigh=lambda _: 1)


def bits(encoded: str, decode: Callable[[str], bytes]) -> bytes:
    """Return what `decode` returns for the text of a list, or raise what it raises."""
    key = decode, sha256(_bytes(encoded)).digest()
    return _bits().recall(key, lambda: decode(encoded), weigh=len)


def _fingerprint(document: Document, proof: Document, key: Key) -> bytes:
    public = key.public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    whole = (documents.text(document), documents.text(proof), public.hex())
    return sha256(_bytes("\0".join(whole))).digest()  # JSON has no such character outside of escapes


@cache
def _proofs() -> Memory[bytes, Literal[True]]:
    return Memory(_MOST_PROOFS)


@cache
def _bits() -> Memory[tuple[Callable[[str], bytes], bytes], bytes]:
    return Memory(_MOST_BYTES)


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
