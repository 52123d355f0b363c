"""What was answered to a fetch, read within a limit."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import httpcore

from issuer.errors import Invalid, Unavailable
from issuer.net.freshness import keep_seconds
from issuer.net.headers import Headers

_OK: Final = 200
_REDIRECTS: Final = range(300, 400)
_FOLLOWED: Final = {301, 302, 303, 307, 308}
_GZIP: Final = {"gzip", "x-gzip"}
_PLAIN: Final = {"", "identity"}
_GZIP_WINDOW: Final = 31


class Unreachable(Unavailable):
    """Nothing usable was answered: no name, no connection, no certificate, too late, or not a 200."""

    code = "unreachable"


class TooLarge(Invalid):
    """The answer is longer than this service reads."""

    code = "response-too-large"


@dataclass(frozen=True)
class Fetched:
    """What was answered: its media type, in lower case and without parameters, and its bytes.

    `url` is where it was found in the end. `keep_seconds` is for how long it may be kept by its own word,
    None where it says nothing; `links` is its Link header.
    """

    url: str
    content_type: str
    body: bytes
    keep_seconds: int | None = None
    links: str = ""


@dataclass(frozen=True)
class Posted:
    """What was answered to something sent: the status, and when to come again by its own word."""

    status: int
    retry_after: str | None = None


@dataclass(frozen=True)
class Answered:
    """What a partner answered, whatever the status: its content within a limit, and its Link header.

    `retry_after` is when to come again by its own word.
    """

    status: int
    body: bytes
    links: str = ""
    retry_after: str | None = None


@dataclass(frozen=True)
class Redirect:
    """An answer that leads elsewhere, and whether that may be followed (RFC 9110 section 15.4)."""

    location: str
    may_be_followed: bool


def posted(response: httpcore.Response) -> Posted:
    """Return what the head of an answer says. Its content is not read."""
    return Posted(response.status, Headers.of(response.headers).joined("retry-after") or None)


def answered(response: httpcore.Response, host: str, max_bytes: int) -> Answered:
    """Return an answer of any status. Raises `Unreachable` or `TooLarge`, which quote nothing of it."""
    headers = Headers.of(response.headers)
    pieces = _unpacked(response.iter_stream(), headers.joined("content-encoding"), host, max_bytes)
    later = headers.joined("retry-after") or None
    return Answered(response.status, _bounded(pieces, host, max_bytes), headers.joined("link"), later)


def read(response: httpcore.Response, host: str, url: str, max_bytes: int) -> Fetched | Redirect:
    """Return the content of a 200, or where a redirect leads. Raises `Unreachable` or `TooLarge`.

    No message quotes anything that was answered.
    """
    headers = Headers.of(response.headers)
    if response.status in _REDIRECTS:
        known = response.status in _FOLLOWED and len(headers.values("location")) == 1
        return Redirect(headers.joined("location"), known)
    if response.status != _OK:
        raise Unreachable(f"{host} answered with status {response.status}")
    pieces = _unpacked(response.iter_stream(), headers.joined("content-encoding"), host, max_bytes)
    return Fetched(
        url=url,
        content_type=headers.joined("content-type").partition(";")[0].strip().lower(),
        body=_bounded(pieces, host, max_bytes),
        keep_seconds=keep_seconds(headers),
        links=headers.joined("link"),
    )


def _unpacked(pieces: Iterable[bytes], encoding: str, host: str, max_bytes: int) -> Iterable[bytes]:
    """Return the content as it was before it was compressed (RFC 9110 section 8.4).

    Plain content is asked for, but some hosts compress whatever they are asked.
    """
    named = encoding.strip().lower()
    if named in _PLAIN:
        return pieces
    if named in _GZIP:
        return _gunzipped(pieces, host, max_bytes)
    raise Unreachable(f"{host} answered in a compressed form that was not asked for")


def _gunzipped(pieces: Iterable[bytes], host: str, max_bytes: int) -> Iterator[bytes]:
    """Yield what one gzip member holds, never more at a time than is one byte too many for the reader."""
    inflater = zlib.decompressobj(_GZIP_WINDOW)
    try:
        for piece in pieces:
            yield inflater.decompress(piece, max_bytes + 1)
            if inflater.unused_data:
                break
    except zlib.error as error:
        raise _broken(host) from error
    if not inflater.eof or inflater.unused_data:
        raise _broken(host)


def _broken(host: str) -> Unreachable:
    return Unreachable(f"{host} answered in a broken compressed form")


def _bounded(pieces: Iterable[bytes], host: str, max_bytes: int) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > max_bytes:
            raise TooLarge(f"{host} answered with more than {max_bytes} bytes")
    return bytes(body)
