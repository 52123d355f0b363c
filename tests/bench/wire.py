"""HTTP over one kept connection, with as little of the client's own time as can be."""

import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from urllib.parse import urlsplit

_SECONDS = 60
_AT_ONCE = 65_536


@dataclass(frozen=True)
class Connection:
    """A connection to a server that answers in order: with a length, or in chunks."""

    socket: socket.socket
    answers: BufferedReader

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request, and return its answer's status and body."""
        if len(request) <= _AT_ONCE:
            self.socket.sendall(request)
            return self._answer()
        with ThreadPoolExecutor(1) as sender:  # an answer may begin before all of its request was sent
            sender.submit(self.socket.sendall, request)
            return self._answer()

    def _answer(self) -> tuple[int, bytes]:
        status = int(self.answers.readline().split()[1])
        fields = dict(self._fields())
        if fields.get(b"transfer-encoding") == b"chunked":
            return status, b"".join(self._chunks())
        return status, self.answers.read(int(fields[b"content-length"]))

    def _fields(self) -> Iterator[tuple[bytes, bytes]]:
        while line := self.answers.readline().rstrip():
            name, _, value = line.partition(b":")
            yield name.lower(), value.strip()

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.answers.readline(), 16):
            yield self.answers.read(size)
            self.answers.readline()
        self.answers.readline()


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Yield a connection to the server of an address."""
    place = urlsplit(url)
    with socket.create_connection((str(place.hostname), int(place.port or 80)), timeout=_SECONDS) as found:
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with found.makefile("rb") as answers:
            yield Connection(found, answers)


def request(method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Return a request as it is sent."""
    place = urlsplit(url)
    target = f"{place.path}?{place.query}" if place.query else place.path
    fields = {"host": place.netloc, "content-length": str(len(body)), **headers}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body
