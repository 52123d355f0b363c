"""Whether what a credential says of related resources is well formed, and true of those that we hold."""

import base64
import binascii
from collections.abc import Iterator
from functools import cache
from hashlib import new
from importlib import resources
from typing import Final

from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.securing import contexts, multibase
from issuer.core.verifying import values
from issuer.errors import Fault, Invalid

_MEMBER: Final = "relatedResource"
_FOLDER: Final = "issuer.core.securing"
_ORIGINALS: Final = {contexts.CREDENTIALS_V2: "credentials-v2.json", contexts.OPEN_BADGES: "ob-3.0.3.json"}
"""The contexts that are packaged as they are published, to the byte: of others a digest tells nothing."""

_SRI: Final = {"sha256": 32, "sha384": 48, "sha512": 64}
_MULTIHASH: Final = {b"\x12\x20": "sha256", b"\x20\x30": "sha384", b"\x13\x40": "sha512"}

EARLIER: Final = {
    contexts.CREDENTIALS_V2: frozenset(
        {
            ("sha256", "24a18c90e9856d526111f29376e302d970b2bd10182e33959995b0207d7043b9"),
            (
                "sha384",
                "35239c36999d2155312091af194a1edb61634d6ad789a5e5b19f2aebdd762dd9d1dcaada40eda7ef921c6b8c0ae107a0",
            ),
        }
    )
}
"""Digests of the context as the Candidate Recommendation had it: the public suites still send them."""


def faults(document: Document, *, earlier: bool = False) -> Iterator[Fault]:
    """Yield what is wrong with a credential's related resources (VCDM 2.0, 5.3).

    With `earlier`, digests of a text that a context once had count as true. Nothing is fetched: of resources
    that are not packaged here, only the form is judged.
    """
    known: list[object] = []
    for index, resource in enumerate(listed(document.get(_MEMBER))):
        place = f"/{_MEMBER}/{index}"
        if not isinstance(resource, dict):
            yield Fault(place, "it is not an object")
            continue
        yield from values.url_faults(place, resource, required=True)
        if resource.get("id") in known:
            yield Fault(f"{place}/id", "it stands twice")
        known.append(resource.get("id"))
        yield from _digest_faults(place, resource, earlier=earlier)


def holds(resource: Document, content: bytes) -> bool:
    """Return whether bytes have every digest that a well-formed entry names (VCDM 2.0, 5.3)."""
    named = [_sri(resource["digestSRI"])] if "digestSRI" in resource else []
    if "digestMultibase" in resource:
        named.append(_multibase(resource["digestMultibase"]))
    return bool(named) and all(new(algorithm, content).digest() == digest for algorithm, digest in named)


def _digest_faults(place: str, resource: Document, *, earlier: bool) -> Iterator[Fault]:
    named = [name for name in ("digestSRI", "digestMultibase") if name in resource]
    if not named:
        yield Fault(place, "it has neither a digestSRI nor a digestMultibase")
    for name in named:
        try:
            claimed = _sri(resource[name]) if name == "digestSRI" else _multibase(resource[name])
        except (Invalid, binascii.Error, ValueError):
            yield Fault(f"{place}/{name}", "it is not a digest")
            continue
        if not _is_true(str(resource.get("id")), *claimed, earlier=earlier):
            yield Fault(f"{place}/{name}", "it is not the digest of that resource")


def _is_true(url: str, algorithm: str, digest: bytes, *, earlier: bool) -> bool:
    original = _original(url)
    if original is None or new(algorithm, original).digest() == digest:
        return True
    return earlier and (algorithm, digest.hex()) in EARLIER.get(url, frozenset())


def _sri(value: object) -> tuple[str, bytes]:
    """Return the algorithm and digest of one Subresource Integrity text (SRI, 3.5)."""
    algorithm, _, encoded = str(value).partition("-")
    digest = base64.b64decode(encoded, altchars=None, validate=True)
    if len(digest) != _SRI.get(algorithm):
        raise ValueError(algorithm)
    return algorithm, digest


def _multibase(value: object) -> tuple[str, bytes]:
    """Return the algorithm and digest of a multihash, or of bare SHA-256, in multibase (CID 1.0, 2.4)."""
    text = str(value)
    if text.startswith("u"):
        raw = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
    else:
        raw = multibase.decode(text)
    algorithm = _MULTIHASH.get(raw[:2])
    if algorithm is not None and len(raw) == 2 + _SRI[algorithm]:
        return algorithm, raw[2:]
    if len(raw) != _SRI["sha256"]:
        raise ValueError(algorithm)
    return "sha256", raw


@cache
def _original(url: str) -> bytes | None:
    name = _ORIGINALS.get(url)
    return resources.files(_FOLDER).joinpath("contexts", name).read_bytes() if name else None
