"""A keyed permutation of 0…length-1: indices that look random, from a counter, without a clash.

The standard wants indices assigned at random, so that a look-up tells nothing about when a badge was
issued (Bitstring Status List 1.0, section 5.2). A Feistel network permutes the smallest even number of
bits that holds the list, and is walked until it lands inside.
"""

import hmac
from functools import lru_cache
from hashlib import sha256

KEY_BYTES = 32
_ROUNDS = 6
_MIXED_AT_ONCE = 50_000


def permute(position: int, *, length: int, key: bytes) -> int:
    """Return the index that belongs to a counter's position. A bijection for each key and length."""
    if not 0 <= position < length:
        raise ValueError(f"position {position} is outside a list of {length}")
    half = max(1, ((length - 1).bit_length() + 1) // 2)
    index = _feistel(position, half, key)
    while index >= length:
        index = _feistel(index, half, key)
    return index


def _feistel(value: int, half: int, key: bytes) -> int:
    mask = (1 << half) - 1
    left, right = value >> half, value & mask
    for number in range(_ROUNDS):
        left, right = right, left ^ (_mixed(key, number, right) & mask)
    return left << half | right


@lru_cache(_MIXED_AT_ONCE)
def _mixed(key: bytes, number: int, right: int) -> int:
    """Return what half a value is mixed with in a round: of a list, a few thousand halves in all."""
    message = number.to_bytes(1, "big") + right.to_bytes(8, "big")
    return int.from_bytes(hmac.digest(key, message, sha256)[:8], "big")
