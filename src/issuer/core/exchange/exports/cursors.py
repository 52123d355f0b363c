"""Cursors: how far an agency has read, in a text that only this service can make."""

import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from issuer.core.securing import multibase
from issuer.errors import Conflict, Invalid

LIFETIME: Final = timedelta(days=400)

_BODY: Final = struct.Struct(">IQQ")
_LABEL: Final = b"export cursor 1\0"
_SEAL_BYTES: Final = 12
_BASE58BTC: Final = "z"


class UnusableCursor(Invalid):
    """The cursor was not made here, or is another profile's."""

    code = "unusable-cursor"


class CursorExpired(Conflict):
    """The cursor is so old that what changed since is no longer known."""

    code = "cursor-expired"


@dataclass(frozen=True)
class Cursor:
    """A position in the changes, the version of the profile that was read, and when."""

    version: int
    position: int
    made: datetime


def text(secret: bytes, profile_id: str, cursor: Cursor) -> str:
    """Return a cursor as an agency keeps it: base58, sealed for one profile (HMAC-SHA256)."""
    body = _BODY.pack(cursor.version, cursor.position, int(cursor.made.timestamp()))
    return multibase.encode(body + _seal(secret, profile_id, body))[1:]


def read(secret: bytes, profile_id: str, given: str, now: datetime) -> Cursor:
    """Return the cursor of a text, or raise `UnusableCursor` or `CursorExpired`."""
    try:
        raw = multibase.decode(_BASE58BTC + given)
    except Invalid as error:
        raise _unusable() from error
    body, seal = raw[: _BODY.size], raw[_BODY.size :]
    if not hmac.compare_digest(seal, _seal(secret, profile_id, body)):
        raise _unusable()
    version, position, made = _BODY.unpack(body)
    found = Cursor(version, position, datetime.fromtimestamp(made, UTC))
    if now - found.made > LIFETIME:
        raise CursorExpired(
            f"the cursor is older than {LIFETIME.days} days: load the full export anew, by asking without one"
        )
    return found


def _unusable() -> UnusableCursor:
    return UnusableCursor("the cursor is not one of this profile's: send it as the manifest had it")


def _seal(secret: bytes, profile_id: str, body: bytes) -> bytes:
    return hmac.new(secret, _LABEL + profile_id.encode() + body, sha256).digest()[:_SEAL_BYTES]
