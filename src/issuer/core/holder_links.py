"""The tokens of private links: to all badges of a person, to one that is private, to stop letters."""

import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final, Literal, TypeAlias
from uuid import UUID

from issuer.core.securing import multibase
from issuer.errors import NotFound

Purpose: TypeAlias = Literal["holder", "share", "stop", "evidence"]

LIFETIME: Final = timedelta(days=30)

_PURPOSES: Final[dict[Purpose, bytes]] = {"holder": b"h", "share": b"s", "stop": b"u", "evidence": b"e"}
_LABEL: Final = b"private link 1\0"
_BODY: Final = struct.Struct(">c16sQQ")
_SEAL_BYTES: Final = 16
"""Half of SHA-256: 128 bits, which nobody can guess at a server, and as little as RFC 2104 (section 5)
lets stand. The link stays short enough to be sent as text."""
_BASE58BTC: Final = "z"
_MILLISECOND: Final = timedelta(milliseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class UnusableLink(NotFound):
    """The private link has expired, was stopped, or is not right."""

    code = "unusable-link"


@dataclass(frozen=True)
class Link:
    """What a token says: what it is for, whose or which it is, and the time that it is good for."""

    purpose: Purpose
    subject: UUID
    issued: datetime
    expires: datetime


def link(purpose: Purpose, subject: UUID, now: datetime) -> Link:
    """Return a new link, good for `LIFETIME` from the millisecond in which it is made."""
    issued = to_millisecond(now)
    return Link(purpose, subject, issued, issued + LIFETIME)


def badge(public_id: str) -> UUID:
    """Return the subject of a link to one badge: the 128 bits of its public id."""
    return UUID(int=int.from_bytes(multibase.decode(_BASE58BTC + public_id), "big"))


def evidence(public_id: str, number: int) -> UUID:
    """Return the subject of a link to one piece of a badge's evidence."""
    return UUID(bytes=sha256(f"{public_id}#{number}".encode()).digest()[:16])


def token(secret: bytes, made: Link) -> str:
    """Return the token of a link, sealed with its tenant's secret (HMAC-SHA256, RFC 2104).

    Base58, as every address here: no sign that a message's line end could cut off. Nothing is stored.
    """
    moments = (_milliseconds(made.issued), _milliseconds(made.expires))
    body = _BODY.pack(_PURPOSES[made.purpose], made.subject.bytes, *moments)
    return multibase.encode(body + _seal(secret, body))[1:]


def subject_of(text: str) -> UUID:
    """Return whose token it says to be, so that the secret can be found that it is read with.

    Nothing of it is known to be true. Raises `UnusableLink` for what is no token.
    """
    return UUID(bytes=_BODY.unpack(_parts(text)[0])[1])


def read(secret: bytes, text: str, purpose: Purpose, *, now: datetime, since: datetime | None) -> Link:
    """Return the link of a token, or raise `UnusableLink`, which never says why.

    `since` is when the person's links were stopped: what was made before is dead.
    """
    body, seal = _parts(text)
    sealed = hmac.compare_digest(_seal(secret, body), seal)
    kind, subject, issued, expires = _BODY.unpack(body)
    if not sealed or kind != _PURPOSES[purpose]:
        raise _unusable()
    found = Link(purpose, UUID(bytes=subject), _moment(issued), _moment(expires))
    if now >= found.expires or (since is not None and found.issued < since):
        raise _unusable()
    return found


def to_millisecond(moment: datetime) -> datetime:
    """Return the beginning of the millisecond that a moment is in: tokens know no less."""
    return _moment(_milliseconds(moment))


def after(moment: datetime) -> datetime:
    """Return the millisecond after a moment: links made up to the moment are older."""
    return to_millisecond(moment) + _MILLISECOND


def _parts(text: str) -> tuple[bytes, bytes]:
    try:
        raw = multibase.decode(_BASE58BTC + text)
    except multibase.InvalidMultibase as error:
        raise _unusable() from error
    if len(raw) != _BODY.size + _SEAL_BYTES:
        raise _unusable()
    return raw[: _BODY.size], raw[_BODY.size :]


def _seal(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, _LABEL + body, sha256)[:_SEAL_BYTES]


def _unusable() -> UnusableLink:
    return UnusableLink("this link has expired or is not right: ask the platform for a new one")


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND
