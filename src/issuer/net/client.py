"""The guarded client: one GET to a checked address, within limits of time and size."""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import BoundedSemaphore

import httpcore

from issuer.errors import Invalid, Unavailable
from issuer.net import names, targets
from issuer.net.addresses import LOOPBACK, forbidden_reason
from issuer.net.pinned import Deadline, PinnedBackend, Unproven
from issuer.net.targets import RefusedAddress, Target

_AT_ONCE = 20
_FRAMING = 128 * 1024  # what headers and chunk sizes may take beside the content
_OK = 200
_REDIRECTS = range(300, 400)


class Unreachable(Unavailable):
    """Nothing usable was answered: no name, no connection, no certificate, too late, or not a 200."""

    code = "unreachable"


class TooLarge(Invalid):
    """The answer is longer than this service reads."""

    code = "response-too-large"


@dataclass(frozen=True)
class Fetched:
    """What was answered: its media type, in lower case and without parameters, and its bytes."""

    url: str
    content_type: str
    body: bytes


@dataclass(frozen=True)
class GuardedClient:
    """Fetches from the public internet only. Every field but the first four is for tests to replace.

    A name is looked up once, every address it has is checked, and the connection goes to one of those:
    a name that leads elsewhere the second time gains nothing. No proxy, cookie or password is ever used.
    """

    timeout_seconds: float = 5.0
    """For one whole fetch: waiting for a free place, looking up, connecting, TLS, and the last byte."""

    max_bytes: int = 1_000_000
    """The longest content that is read."""

    allow_loopback: bool = False
    """Whether localhost, 127.0.0.1 and [::1] may be asked, over plain http too and at any port."""

    ports: frozenset[int] = frozenset({443})
    """The ports that may be asked anywhere else."""

    ssl_context: ssl.SSLContext = field(default_factory=httpcore.default_ssl_context)
    addresses_of: names.LookUp = names.system_addresses
    network: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)
    places: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_AT_ONCE))

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Return what is at the address, or raise `RefusedAddress`, `Unreachable` or `TooLarge`.

        A redirect is refused: whoever wrote the address can write the final one. Messages name the host,
        never what it answered nor the address it was found at, or they would tell of inner networks.
        """
        target = targets.target(url, ports=self.ports, allow_loopback=self.allow_loopback)
        deadline = Deadline.after(self.timeout_seconds)
        if not self.places.acquire(timeout=self.timeout_seconds):
            raise Unreachable(f"{target.host} was not asked: too much is being fetched at this moment")
        try:
            addresses = self._checked_addresses(target, deadline)
            return self._exchange(target, addresses, deadline, url=url, accept=accept)
        except _FAILURES as error:
            raise Unreachable(f"{target.host} {_what_failed(error)}") from error
        finally:
            self.places.release()

    def _checked_addresses(self, target: Target, deadline: Deadline) -> tuple[str, ...]:
        """Return the host's addresses if every one may be asked: one bad one spoils the name."""
        found = names.look_up(self.addresses_of, target.host, target.port, seconds=deadline.left())
        for address in found:
            reason = forbidden_reason(address)
            if reason != (LOOPBACK if target.loopback else None):
                refusal = RefusedAddress(f"{target.host} does not lead to an address that may be asked")
                refusal.add_note(f"{address}: {reason}")
                raise refusal
        return found

    def _exchange(
        self, target: Target, addresses: tuple[str, ...], deadline: Deadline, *, url: str, accept: str
    ) -> Fetched:
        backend = PinnedBackend(addresses, deadline, self.max_bytes + _FRAMING, self.network)
        headers: dict[bytes | str, bytes | str] = {
            "Host": target.authority,
            "Accept": accept,
            "Accept-Encoding": "identity",
            "User-Agent": "open-badge-issuer",
            "Connection": "close",
        }
        with (
            httpcore.ConnectionPool(ssl_context=self.ssl_context, network_backend=backend) as pool,
            pool.stream("GET", target.url, headers=headers) as response,
        ):
            _refuse_unless_plain(response, target)
            media_type = _header(response, b"content-type").partition(";")[0].strip().lower()
            return Fetched(url, media_type, _body(response.iter_stream(), self.max_bytes, target))


_FAILURES = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.RemoteProtocolError,
    OSError,
)


def _what_failed(error: Exception) -> str:
    if isinstance(error, httpcore.TimeoutException | TimeoutError):
        return "did not answer in time"
    if isinstance(error, httpcore.RemoteProtocolError):
        return "did not answer in proper HTTP"
    if isinstance(error, httpcore.ReadError | httpcore.WriteError):
        return "broke the connection off"
    if isinstance(error, Unproven):
        return "does not prove by TLS that it has that name"
    if isinstance(error, httpcore.ConnectError):
        return "takes no connection"
    return "is not known by that name"


def _refuse_unless_plain(response: httpcore.Response, target: Target) -> None:
    if response.status in _REDIRECTS:
        host = targets.host_of_redirect(_header(response, b"location"), target)
        raise RefusedAddress(
            f"{target.host} redirects to {host}, which is not followed: name the final address"
        )
    if response.status != _OK:
        raise Unreachable(f"{target.host} answered with status {response.status}")
    if _header(response, b"content-encoding").strip().lower() not in {"", "identity"}:
        raise Unreachable(f"{target.host} answered in a compressed form that was not asked for")


def _header(response: httpcore.Response, name: bytes) -> str:
    """Return a header's values as one text, empty where there is none (RFC 9110 section 5.3)."""
    return b",".join(value for key, value in response.headers if key.lower() == name).decode("latin-1")


def _body(pieces: Iterable[bytes], max_bytes: int, target: Target) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > max_bytes:
            raise TooLarge(f"{target.host} answered with more than {max_bytes} bytes")
    return bytes(body)
