"""Identifiers from chance and time that the caller supplies."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NewType
from uuid import UUID

from issuer.core.securing import multibase

PublicId = NewType("PublicId", str)
"""The random part of a badge's address: 128 random bits, 22 characters of base58."""

PUBLIC_ID_BYTES = 16
PUBLIC_ID_LENGTH = 22
_VARIANTS: Final = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
PUBLIC_ID_PATTERN = f"^[{multibase.ALPHABET}]{{{PUBLIC_ID_LENGTH}}}$"


def public_id(chance: bytes) -> PublicId:
    """Return the 22 characters that stand for 16 random bytes."""
    if len(chance) != PUBLIC_ID_BYTES:
        raise ValueError("a public id is made of 16 bytes")
    digits = multibase.base58_digits(int.from_bytes(chance, "big"))
    return PublicId(digits.rjust(PUBLIC_ID_LENGTH, multibase.ALPHABET[0]))


UUID7_BYTES = 8
"""How many random bytes each of many keys takes."""


def uuid7s(now: datetime, chance: bytes) -> Iterator[str]:
    """Yield texts of UUIDv7 from a moment on, each larger than the one before it: one for 8 random bytes.

    The 12 bits after the version count (RFC 9562 section 6.2, method 1); then the next millisecond begins.
    """
    digits, width = chance.hex(), 2 * UUID7_BYTES
    for number in range(len(digits) // width):
        millis, random = f"{_millis(now) + (number >> 12):012x}", digits[number * width :]
        head, variant = f"{millis[:8]}-{millis[8:]}-7{number & 0xFFF:03x}", _VARIANTS[random[0]]
        yield f"{head}-{variant}{random[1:4]}-{random[4:16]}"


def uuid7(now: datetime, chance: bytes) -> UUID:
    """Return a UUIDv7 (RFC 9562 section 5.7) of a moment and 10 random bytes.

    Keys of this kind grow with time, which keeps insertion cheap; they also tell the time, so they
    never stand in a public address.
    """
    tail = int.from_bytes(chance[:10], "big")
    bits = _millis(now) << 80 | 0x7 << 76 | (tail >> 68 & 0xFFF) << 64 | 0b10 << 62 | tail & (2**62 - 1)
    return UUID(int=bits)


def _millis(now: datetime) -> int:
    return int(now.timestamp() * 1000) & (2**48 - 1)
