"""The coding of answers: what is sent smaller to those who can read that (RFC 9110, section 8.4)."""

import zlib
from http import HTTPStatus
from typing import Final

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuer.web import negotiation

GZIP: Final = "gzip"
_LEVEL: Final = 5
"""A tenth less work than the usual 6, and on a page of 20 kB no more than ten bytes more."""
_LEAST: Final = 500
"""Below this many bytes the header costs as much as is saved."""
_MUCH: Final = 100_000
"""From this many bytes on, other requests would wait too long: a thread does it."""
_TEXT: Final = ("text/", "application/")
_PACKED: Final = (
    *("application/pdf", "application/zip"),
    *("application/gzip", "application/zstd", "application/vnd.apache.parquet"),
)
_SVG: Final = "image/svg+xml"
_GZIP_FORMAT: Final = 16 + zlib.MAX_WBITS
_END: Final = f'-{GZIP}"'


def uncoded(tags: bytes) -> bytes:
    """Return tags as the application knows them: there they have no coding."""
    return tags.replace(_END.encode(), b'"')


class Compression:
    """An ASGI layer that sends text as gzip to whoever accepts it.

    Only what GET answers to everybody is coded. An answer that is `no-store`, as all are that hold a
    person's link, and one to what somebody posted stay as they are: the length of a coded answer tells
    how alike a secret in it and the words of a stranger are.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        accepts = _accepts(headers.get("accept-encoding"))
        if accepts:
            scope["headers"] = [_uncoded(*each) for each in scope["headers"]]
        known = ",".join(headers.getlist("if-none-match"))
        await self._app(scope, receive, _Answer(send, known, accepts=accepts).send)


class _Answer:
    """One answer on its way out. Its start waits for its body, whose length decides."""

    def __init__(self, send: Send, known: str, *, accepts: bool) -> None:
        self._send = send
        self._known = known
        self._accepts = accepts
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        """Send a part of the answer, or keep it until the next one."""
        if message["type"] == "http.response.start":
            await self._begin(message)
            return
        start, self._start = self._start, None
        if start is not None:
            body = message.get("body", b"")
            if self._accepts and not message.get("more_body") and len(body) >= _LEAST:
                message = {**message, "body": await _coded(body)}
                _describe(MutableHeaders(raw=start["headers"]), len(message["body"]))
            await self._send(start)
        await self._send(message)

    async def _begin(self, start: Message) -> None:
        headers = MutableHeaders(raw=start["headers"])
        if start["status"] == HTTPStatus.NOT_MODIFIED and self._accepts:
            self._name_what_is_known(headers)
        if start["status"] != HTTPStatus.OK or not _can_be_coded(headers):
            await self._send(start)
            return
        if "accept-encoding" not in headers.get("vary", "").lower():
            headers.add_vary_header("Accept-Encoding")
        self._start = start

    def _name_what_is_known(self, headers: MutableHeaders) -> None:
        """Name the tag that the reader has, which of its copies is the good one (RFC 9111, section 4.3.4)."""
        coded = _coded_tag(headers.get("etag", ""))
        if coded in self._known:
            headers["etag"] = coded


def _accepts(header: str | None) -> bool:
    """Return whether gzip is asked for by its name: a weight of 0 refuses it (RFC 9110, section 12.5.3)."""
    return bool(header) and negotiation.choose(header, [GZIP]) is not None


def _uncoded(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Return a header as the application knows it."""
    return (name, uncoded(value)) if name == b"if-none-match" else (name, value)


def _coded_tag(tag: str) -> str:
    """Return the tag of the coded form: other bytes are under another one (RFC 9110, section 8.8.3.3)."""
    return tag[:-1] + _END


def _can_be_coded(headers: Headers) -> bool:
    media = headers.get("content-type", "").partition(";")[0]
    is_text = media == _SVG or (media.startswith(_TEXT) and media not in _PACKED)
    return (
        is_text and "content-encoding" not in headers and "no-store" not in headers.get("cache-control", "")
    )


def _describe(headers: MutableHeaders, length: int) -> None:
    headers["content-encoding"] = GZIP
    headers["content-length"] = str(length)
    if "etag" in headers:
        headers["etag"] = _coded_tag(headers["etag"])


async def _coded(body: bytes) -> bytes:
    return await anyio.to_thread.run_sync(_compress, body) if len(body) >= _MUCH else _compress(body)


def _compress(body: bytes) -> bytes:
    """Return the gzip form, in which no time stands: the same bytes give the same ones."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_FORMAT)
    return packer.compress(body) + packer.flush()
