"""The state of a launch that is under way: sealed, so that nothing is stored until it comes back."""

import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from issuer.core.lti.launches import LaunchRefused
from issuer.core.securing import multibase

LIFETIME: Final = timedelta(minutes=10)
NONCE_BYTES: Final = 16

_LABEL: Final = b"lti launch 1\0"
_BODY: Final = struct.Struct(">16sQ")
_SEAL_BYTES: Final = 16
"""Half of SHA-256, as for the links of holders: nobody can guess it at a server."""
_BASE58BTC: Final = "z"


@dataclass(frozen=True)
class State:
    """The nonce that the platform has to sign, and until when."""

    nonce: str
    expires: datetime


def begun(secret: bytes, source_id: str, chance: bytes, now: datetime) -> tuple[str, State]:
    """Return the text of a new state, sealed for one source (HMAC-SHA256, RFC 2104), and the state.

    No cookie holds it: frames of other sites have none. `chance` has `NONCE_BYTES` bytes.
    """
    until = int((now + LIFETIME).timestamp())
    body = _BODY.pack(chance, until)
    text = multibase.encode(body + _seal(secret, source_id, body))[1:]
    return text, _state(chance, until)


def read(secret: bytes, source_id: str, text: str, now: datetime) -> State:
    """Return the state that was begun for a source, or raise `LaunchRefused`."""
    try:
        raw = multibase.decode(_BASE58BTC + text)
    except multibase.InvalidMultibase as error:
        raise _refused() from error
    body, seal = raw[: _BODY.size], raw[_BODY.size :]
    if len(raw) != _BODY.size + _SEAL_BYTES or not hmac.compare_digest(_seal(secret, source_id, body), seal):
        raise _refused()
    found = _state(*_BODY.unpack(body))
    if now >= found.expires:
        raise LaunchRefused("the launch took longer than ten minutes: open the link in the platform again")
    return found


def _state(chance: bytes, until: int) -> State:
    return State(multibase.encode(chance)[1:], datetime.fromtimestamp(until, UTC))


def _seal(secret: bytes, source_id: str, body: bytes) -> bytes:
    return hmac.digest(secret, _LABEL + source_id.encode() + b"\0" + body, sha256)[:_SEAL_BYTES]


def _refused() -> LaunchRefused:
    return LaunchRefused("the launch was not begun here: open the link in the platform again")
