"""Identifiers from chance and time that the caller supplies."""

from datetime import datetime
from typing import NewType
from uuid import UUID

from issuer.core.securing import multibase

PublicId = NewType("PublicId", str)
"""The random part of a badge's address: 128 random bits, 22 characters of base58."""

PUBLIC_ID_BYTES = 16
PUBLIC_ID_LENGTH = 22
PUBLIC_ID_PATTERN = f"^[{multibase.ALPHABET}]{{{PUBLIC_ID_LENGTH}}}$"


def public_id(chance: bytes) -> PublicId:
    """Return the 22 characters that stand for 16 random bytes."""
    if len(chance) != PUBLIC_ID_BYTES:
        raise ValueError("a public id is made of 16 bytes")
    digits = multibase.base58_digits(int.from_bytes(chance, "big"))
    return PublicId(digits.rjust(PUBLIC_ID_LENGTH, multibase.ALPHABET[0]))


def uuid7(now: datetime, chance: bytes) -> UUID:
    """Return a UUIDv7 (RFC 9562 section 5.7) of a moment and 10 random bytes.

    Keys of this kind grow with time, which keeps insertion cheap; they also tell the time, so they
    never stand in a public address.
    """
    millis = int(now.timestamp() * 1000) & (2**48 - 1)
    tail = int.from_bytes(chance[:10], "big")
    bits = millis << 80 | 0x7 << 76 | (tail >> 68 & 0xFFF) << 64 | 0b10 << 62 | tail & (2**62 - 1)
    return UUID(int=bits)
