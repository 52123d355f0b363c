"""The compressed bitstring: bit 0 is the first, most significant bit of the first byte."""

import base64
import binascii
import zlib
from collections.abc import Iterable

from issuer.errors import Invalid

MINIMUM_LENGTH = 131_072
"""The fewest entries a list may have, so that a look-up tells little (Bitstring Status List 1.0, 2.2)."""

_MAX_BYTES = 4_000_000
_AS_GZIP = 31
_MOST_MEMORY = 9
_MULTIBASE_BASE64URL = "u"


class InvalidStatusList(Invalid):
    """The encoded list cannot be read, or is not as the standard wants it."""

    code = "invalid-status-list"


class StatusListTooShort(InvalidStatusList):
    """The list has fewer entries than the standard wants, so a look-up tells too much."""

    code = "status-list-too-short"


class StatusIndexOutOfRange(Invalid):
    """The entry points past the end of its list."""

    code = "status-index-out-of-range"


def pack(indices: Iterable[int], length: int) -> bytes:
    """Return the bits of a list with `length` entries in which exactly `indices` are set."""
    bits = bytearray(length // 8)
    for index in indices:
        bits[index >> 3] |= 0x80 >> (index & 7)
    return bytes(bits)


def changed(bits: bytes, changes: Iterable[tuple[Iterable[int], bool]]) -> bytes:
    """Return the bits after changes: entries, and whether they are set now, one change after another."""
    found = bytearray(bits)
    for indices, is_set_now in changes:
        for index in indices:
            mask = 0x80 >> (index & 7)
            found[index >> 3] = found[index >> 3] | mask if is_set_now else found[index >> 3] & ~mask
    return bytes(found)


def encode(bits: bytes) -> str:
    """Return `encodedList`: multibase base64url of the gzipped bits (section 3.3).

    Set bits lie scattered, so only runs of zeros repeat: to look for nothing else takes a tenth of the time
    of level 6, and less space (`make bench BENCH=lists`).
    """
    packer = zlib.compressobj(wbits=_AS_GZIP, memLevel=_MOST_MEMORY, strategy=zlib.Z_RLE)
    packed = packer.compress(bits) + packer.flush()
    return _MULTIBASE_BASE64URL + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode(encoded: str) -> bytes:
    """Return the bits of an `encodedList` (section 3.4), or raise `InvalidStatusList`. Bounded."""
    if not encoded.startswith(_MULTIBASE_BASE64URL) or "=" in encoded:
        raise InvalidStatusList("the list is not multibase base64url without padding (`u…`)")
    body = encoded[1:]
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidStatusList("the list is not gzip in base64url") from error
    return inflate(packed)


def inflate(packed: bytes) -> bytes:
    """Return the bits in one gzip member, no more than a list may have, or raise `InvalidStatusList`."""
    inflater = zlib.decompressobj(wbits=_AS_GZIP)
    try:
        bits = inflater.decompress(packed, _MAX_BYTES)
    except zlib.error as error:
        raise InvalidStatusList("the list is not gzip in base64url") from error
    if not inflater.eof or inflater.unused_data or inflater.unconsumed_tail:
        raise InvalidStatusList("the list is cut short, too long, or followed by something else")
    if len(bits) * 8 < MINIMUM_LENGTH:
        raise StatusListTooShort(f"the list has fewer than {MINIMUM_LENGTH} entries")
    return bits


def differences(some: bytes, others: bytes) -> list[int]:
    """Return the entries in which two lists differ. What only one has differs where it is set."""
    size = max(len(some), len(others))
    pairs = zip(some.ljust(size, b"\0"), others.ljust(size, b"\0"), strict=True)
    return [
        place * 8 + bit
        for place, (one, other) in enumerate(pairs)
        if one != other
        for bit in range(8)
        if (one ^ other) & 0x80 >> bit
    ]


def value_at(bits: bytes, index: int, size: int = 1) -> int:
    """Return the number at an entry of `size` bits (section 3.2), or raise `StatusIndexOutOfRange`."""
    if not 0 <= index < len(bits) * 8 // size:
        raise StatusIndexOutOfRange(f"the entry {index} is outside a list of {len(bits) * 8 // size}")
    first = index * size
    return sum(is_set(bits, first + offset) << (size - 1 - offset) for offset in range(size))


def is_set(bits: bytes, index: int) -> bool:
    """Return whether the entry is set, or raise `StatusIndexOutOfRange`."""
    if not 0 <= index < len(bits) * 8:
        raise StatusIndexOutOfRange(f"the entry {index} is outside a list of {len(bits) * 8}")
    return bool(bits[index >> 3] & 0x80 >> (index & 7))
