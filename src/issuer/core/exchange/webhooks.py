"""Sign and check the webhooks that a receiver is sent, as Standard Webhooks 1.0.0 has it."""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuer.errors import Forbidden, Invalid

SECRET_BYTES: Final = 32
TOLERANCE: Final = timedelta(minutes=5)
"""How far a receiver's clock may be from the one that signed: what is older was overheard."""

_SECRET: Final = "whsec_"  # noqa: S105 - the prefix by which secrets are recognised, not one of them
_PUBLIC: Final = "whpk_"
_SHORTEST: Final = 24


class BadSignature(Forbidden):
    """A webhook was not signed by whom it should be, or too long ago."""

    code = "bad-webhook-signature"


class InvalidSecret(Invalid):
    """A webhook's secret or public key is not written as it must be."""

    code = "invalid-webhook-secret"


@dataclass(frozen=True)
class Key:
    """What webhooks are checked with: a shared secret (`v1`) or an Ed25519 public key (`v1a`)."""

    version: str
    raw: bytes


def secret_text(secret: bytes) -> str:
    """Return a shared secret as receivers are shown it: `whsec_` and base64."""
    return _SECRET + _base64(secret)


def public_text(public: bytes) -> str:
    """Return an Ed25519 public key as receivers are shown it: `whpk_` and base64."""
    return _PUBLIC + _base64(public)


def key(text: str) -> Key:
    """Return the key in a text as receivers were shown it, or raise `InvalidSecret`."""
    prefix = _PUBLIC if text.startswith(_PUBLIC) else _SECRET
    try:
        raw = base64.b64decode(text.removeprefix(prefix), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidSecret(f"after {prefix} comes base64: copy it again") from error
    if len(raw) < _SHORTEST:
        raise InvalidSecret(f"a secret has at least {_SHORTEST} bytes: copy all of it")
    return Key("v1a" if prefix == _PUBLIC else "v1", raw)


def content(message_id: str, sent: datetime, body: bytes) -> bytes:
    """Return the bytes that are signed ("Signature scheme"): id, seconds and body, joined by full stops."""
    return f"{message_id}.{seconds(sent)}.".encode() + body


def seconds(moment: datetime) -> int:
    """Return a moment as the header has it: whole seconds since 1970."""
    return int(moment.timestamp())


def shared_signature(secret: bytes, signed: bytes) -> str:
    """Return the `v1` signature: HMAC-SHA-256 (RFC 2104)."""
    return "v1," + _base64(hmac.digest(secret, signed, sha256))


def public_signature(signature: bytes) -> str:
    """Return an Ed25519 signature as the header has it: `v1a`."""
    return "v1a," + _base64(signature)


def headers(message_id: str, sent: datetime, signatures: Iterable[str]) -> dict[str, str]:
    """Return the three headers ("Webhook headers"). During a rotation there are several signatures."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds(sent)),
        "webhook-signature": " ".join(signatures),
    }


def verify(body: bytes, given: Mapping[str, str], keys: Sequence[Key], now: datetime) -> str:
    """Return the id of a webhook that one of the keys signed, or raise `BadSignature`.

    The body is the bytes that came, not what they were parsed into. Who saw the id before ignores it.
    """
    found = {name.lower(): value for name, value in given.items()}
    message_id, stamp = found.get("webhook-id", ""), found.get("webhook-timestamp", "")
    if not (message_id and stamp.isascii() and stamp.isdigit() and len(stamp) <= len("10000000000")):
        raise BadSignature("the headers webhook-id and webhook-timestamp are not there")
    if abs(int(stamp) - seconds(now)) > TOLERANCE.total_seconds():
        raise BadSignature("it was signed too long ago, or a clock is wrong")
    signed = f"{message_id}.{stamp}.".encode() + body
    signatures = found.get("webhook-signature", "").split(" ")
    if not any(_is_signed(each, one, signed) for each in keys for one in signatures):
        raise BadSignature("no signature is by a key that is known here")
    return message_id


def _is_signed(by: Key, signature: str, signed: bytes) -> bool:
    if by.version == "v1":
        return hmac.compare_digest(shared_signature(by.raw, signed).encode(), signature.encode())
    version, _, text = signature.partition(",")
    if version != by.version:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(by.raw).verify(base64.b64decode(text, validate=True), signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
