"""A network backend that connects to addresses checked beforehand, within one deadline for everything.

httpcore takes a backend as a documented argument of its connection pool, so no private attribute is
touched. httpx has no such argument (one would have to replace `transport._pool`), and what it adds over
httpcore is what this client must not do: redirects, cookies, proxies from the environment, decompression.
"""

import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass

import httpcore
from typing_extensions import override


@dataclass(frozen=True)
class Deadline:
    """The moment, on the monotonic clock, at which everything must be over."""

    ends: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """Return the deadline that many seconds from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Return the seconds that are left, or raise `TimeoutError` when none are."""
        seconds = self.ends - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the deadline has passed")
        return seconds


class Unproven(httpcore.ConnectError):
    """There was a connection, but the other end did not prove by TLS that it is the host named."""


@dataclass(frozen=True)
class PinnedBackend(httpcore.NetworkBackend):
    """Connects to `addresses` whatever name it is asked for; the name is never looked up again.

    `max_read` bounds all that is read from one connection, so that headers, interim answers and chunk
    framing are bounded too.
    """

    addresses: tuple[str, ...]
    deadline: Deadline
    max_read: int
    network: httpcore.NetworkBackend

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to the first address that takes one. Each gets its share of the time."""
        failure: Exception = httpcore.ConnectError("there is no address to connect to")
        for tried, address in enumerate(self.addresses):
            share = self.deadline.left() / (len(self.addresses) - tried)
            try:
                stream = self.network.connect_tcp(address, port, timeout=share)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _BoundedStream(stream, self.deadline, self.max_read)
        raise failure


class _BoundedStream(httpcore.NetworkStream):
    """A connection whose every step ends with the deadline: a time-out per read would not stop a drip."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline, max_read: int) -> None:
        self._stream = stream
        self._deadline = deadline
        self._unread = max_read

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        piece = self._stream.read(max_bytes, timeout=self._deadline.left())
        self._unread -= len(piece)
        if self._unread < 0:
            raise httpcore.RemoteProtocolError("more was sent than its content accounts for")
        return piece

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=self._deadline.left())

    @override
    def close(self) -> None:
        self._stream.close()

    @override
    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            inner = self._stream.start_tls(ssl_context, server_hostname, timeout=self._deadline.left())
        except httpcore.ConnectError as error:
            raise Unproven("the handshake failed") from error
        return _BoundedStream(inner, self._deadline, self._unread)

    @override
    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
