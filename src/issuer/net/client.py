"""The guarded client: one request to a checked address, within limits of time and size."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore

import httpcore

from issuer.net import answers, names, targets
from issuer.net.addresses import LOOPBACK, forbidden_reason
from issuer.net.answers import Answered, Fetched, Posted, Redirect, Unreachable
from issuer.net.crowding import Crowded, HostPlaces
from issuer.net.pinned import Deadline, PinnedBackend, Unproven
from issuer.net.targets import RefusedAddress, Target

_AT_ONCE = 20
_OF_A_HOST = 10
_FRAMING = 128 * 1024  # what headers and chunk sizes may take beside the content


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
    of_a_host: HostPlaces = field(default_factory=lambda: HostPlaces(_OF_A_HOST))

    def fetch(self, url: str, *, accept: str, redirects: int = 0) -> Fetched:
        """Return what is at the address, or raise `RefusedAddress`, `Unreachable` or `TooLarge`.

        A redirect is refused unless some are allowed: whoever wrote the address can write the final one.
        One that is followed is checked like any other address, and all have the time of one fetch together.
        Messages name the host, never what it answered nor the address it was found at, or they would tell
        of inner networks.
        """
        target = self._target(url)
        with self._place(target) as deadline:
            return self._followed(target, deadline, url=url, accept=accept, redirects=redirects)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
        """Send a body, and return the status of the answer, of which nothing but the head is read.

        Raises `RefusedAddress` or `Unreachable`. A redirect is an answer like any other: it is not followed.
        """
        target = self._target(url)
        with self._streamed(target, _FRAMING, headers, body) as response:
            return answers.posted(response)

    def ask(self, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answered:
        """Return what a partner answers, of any status: to a GET, or to a POST where there is a body.

        Raises `RefusedAddress`, `Unreachable` or `TooLarge`. What is sent may hold a secret: a redirect is an
        answer like any other, and is not followed. A host that hangs keeps ten who ask it, and nobody else.
        """
        target, most = self._target(url), self.max_bytes + _FRAMING
        sent = {**headers, "Accept-Encoding": "identity"}
        with self.of_a_host.one(target.host), self._streamed(target, most, sent, body) as response:
            return answers.answered(response, target.host, self.max_bytes)

    @contextmanager
    def _streamed(
        self, target: Target, most: int, headers: Mapping[str, str], body: bytes | None
    ) -> Iterator[httpcore.Response]:
        """Yield the answer to one request, of which at most so many bytes are read."""
        method = "GET" if body is None else "POST"
        with self._place(target) as deadline:
            try:
                backend = PinnedBackend(
                    self._checked_addresses(target, deadline), deadline, most, self.network
                )
                with (
                    httpcore.ConnectionPool(ssl_context=self.ssl_context, network_backend=backend) as pool,
                    pool.stream(method, target.url, headers=_sent(target, headers), content=body) as response,
                ):
                    yield response
            except _FAILURES as error:
                raise Unreachable(f"{target.host} {_what_failed(error)}") from error

    @contextmanager
    def _place(self, target: Target) -> Iterator[Deadline]:
        """Take one of the places in which something is asked at a time, until the deadline."""
        deadline = Deadline.after(self.timeout_seconds)
        if not self.places.acquire(timeout=self.timeout_seconds):
            raise Crowded(f"{target.host} was not asked: too much is being fetched at this moment")
        try:
            yield deadline
        finally:
            self.places.release()

    def check(self, url: str) -> None:
        """Raise `RefusedAddress` if the address as it is written may not be asked. Nothing is looked up."""
        self._target(url)

    def _target(self, url: str) -> Target:
        return targets.target(url, ports=self.ports, allow_loopback=self.allow_loopback)

    def _followed(
        self, target: Target, deadline: Deadline, *, url: str, accept: str, redirects: int
    ) -> Fetched:
        """Return the answer of the host, or of where it redirects to while that is allowed."""
        answer = self._asked(target, deadline, url=url, accept=accept)
        if isinstance(answer, Fetched):
            return answer
        following = targets.redirected(url, answer.location) if answer.may_be_followed and redirects else None
        if following is None:
            raise _refused_redirect(answer, target)
        onwards = self._target(following)
        if onwards.loopback and not target.loopback:
            raise _refused_redirect(answer, target)
        return self._followed(onwards, deadline, url=following, accept=accept, redirects=redirects - 1)

    def _asked(self, target: Target, deadline: Deadline, *, url: str, accept: str) -> Fetched | Redirect:
        try:
            addresses = self._checked_addresses(target, deadline)
            return self._exchange(target, addresses, deadline, url=url, accept=accept)
        except _FAILURES as error:
            raise Unreachable(f"{target.host} {_what_failed(error)}") from error

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
    ) -> Fetched | Redirect:
        backend = PinnedBackend(addresses, deadline, self.max_bytes + _FRAMING, self.network)
        headers = _sent(target, {"Accept": accept, "Accept-Encoding": "identity"})
        with (
            httpcore.ConnectionPool(ssl_context=self.ssl_context, network_backend=backend) as pool,
            pool.stream("GET", target.url, headers=headers) as response,
        ):
            return answers.read(response, target.host, url, self.max_bytes)


_FAILURES = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.RemoteProtocolError,
    OSError,
)


def _sent(target: Target, others: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    own = {"User-Agent": "open-badge-issuer", "Connection": "close"}
    found = {"Host": target.authority, **others, **own}
    return [(name.encode(), value.encode()) for name, value in found.items()]


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


def _refused_redirect(answer: Redirect, target: Target) -> RefusedAddress:
    host = targets.host_of_redirect(answer.location, target)
    return RefusedAddress(f"{target.host} redirects to {host}, which is not followed: name the final address")
