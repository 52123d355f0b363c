"""Base58btc, base64url and Multikey: how bytes are written (Controlled Identifiers 1.0, 2.4; RFC 7515, 2)."""

import base64
import binascii
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuer.errors import Invalid

ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES: Final = {digit: value for value, digit in enumerate(ALPHABET)}
_BASE: Final = len(ALPHABET)
_PAIRS: Final = [first + second for first in ALPHABET for second in ALPHABET]
_TWO_DIGITS: Final = _BASE**2
_FOUR_DIGITS: Final = _BASE**4
_EIGHT_DIGITS: Final = _BASE**8
_BASE58BTC: Final = "z"
_ED25519_PUBLIC: Final = b"\xed\x01"
_MAX_LENGTH: Final = 128

_PRIME: Final = 2**255 - 19
_Y_MASK: Final = 2**255 - 1
_SMALL_ORDER_Y: Final = frozenset(
    {
        0,
        1,
        _PRIME - 1,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    }
)
"""The y coordinates of the eight points for which a signature can be made without a key."""


class InvalidMultibase(Invalid):
    """The text is not base58btc multibase in its one correct spelling."""

    code = "invalid-multibase"


class InvalidBase64url(Invalid):
    """The text is not base64url without padding in its one correct spelling."""

    code = "invalid-base-encoding"


class InvalidKey(Invalid):
    """The bytes are not a public key that proves anything."""

    code = "invalid-key"


def encode(raw: bytes) -> str:
    """Return multibase text: `z` and the base58btc digits."""
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return _BASE58BTC + ALPHABET[0] * zeros + base58_digits(int.from_bytes(raw, "big"))


def decode(text: str) -> bytes:
    """Return the bytes that base58btc multibase text stands for, or raise `InvalidMultibase`.

    Each text stands for other bytes: leading zeros are written out, and no digit is left over.
    """
    if not text.startswith(_BASE58BTC) or len(text) > _MAX_LENGTH:
        raise InvalidMultibase("the value is not base58btc multibase (`z…`)")
    number = 0
    try:
        for digit in text[1:]:
            number = number * _BASE + _VALUES[digit]
    except KeyError as error:
        raise InvalidMultibase(f"{error} is not a base58btc digit") from error
    zeros = len(text) - 1 - len(text[1:].lstrip(ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base58_digits(number: int) -> str:
    """Return the base58 digits of a number; nothing for zero.

    Eight digits are split off a large number at once, and written two by two: numbers of that size are
    divided fastest.
    """
    pieces: list[str] = []
    while number:
        number, piece = divmod(number, _EIGHT_DIGITS)
        high, low = divmod(piece, _FOUR_DIGITS)
        pieces += (
            _PAIRS[low % _TWO_DIGITS],
            _PAIRS[low // _TWO_DIGITS],
            _PAIRS[high % _TWO_DIGITS],
            _PAIRS[high // _TWO_DIGITS],
        )
    pieces.reverse()
    return "".join(pieces).lstrip(ALPHABET[0])


def encode_base64url(raw: bytes) -> str:
    """Return base64url text without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_base64url(text: str) -> bytes:
    """Return the bytes of base64url text without padding, or raise `InvalidBase64url`.

    A second spelling of the same bytes is refused: foreign characters, padding, and bits left over.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidBase64url("the text is not base64url without padding") from error
    if encode_base64url(raw) != text:
        raise InvalidBase64url("the text is not base64url in its one correct spelling")
    return raw


def multikey(public: bytes) -> str:
    """Return the Multikey text (`z6Mk…`) of an Ed25519 public key (Controlled Identifiers 1.0, 2.2.2)."""
    return encode(_ED25519_PUBLIC + public)


def public_key(text: str) -> Ed25519PublicKey:
    """Return the Ed25519 key in a Multikey, or raise `InvalidMultibase` or `InvalidKey`.

    Keys of small order, and second spellings of a key, are refused: with some of them one signature
    fits every message.
    """
    raw = decode(text)
    if not raw.startswith(_ED25519_PUBLIC) or len(raw) != len(_ED25519_PUBLIC) + 32:
        raise InvalidKey("the key is not an Ed25519 Multikey (`z6Mk…`)")
    y = int.from_bytes(raw[2:], "little") & _Y_MASK
    if y >= _PRIME or y in _SMALL_ORDER_Y:
        raise InvalidKey("the key is one for which anybody can make signatures")
    return Ed25519PublicKey.from_public_bytes(raw[2:])
