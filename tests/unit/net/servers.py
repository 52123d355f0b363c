"""Hostile and honest servers on this machine, and a network in which public addresses lead to them."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import httpcore
from typing_extensions import override

LOOPBACK = "127.0.0.1"

Answer = Callable[[socket.socket], None]


@dataclass
class Server:
    port: int
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/"


@contextmanager
def serving(answer: Answer, tls: ssl.SSLContext | None = None, *, listens: bool = True) -> Iterator[Server]:
    """Answer each connection in a thread of its own, once its request was read if the server `listens`."""
    listener = socket.create_server((LOOPBACK, 0))
    server = Server(listener.getsockname()[1])
    threads: list[threading.Thread] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                server.connections += 1
                threads.append(threading.Thread(target=converse, args=[connection]))
                threads[-1].start()

    def converse(connection: socket.socket) -> None:
        connection.settimeout(5)
        with suppress(OSError), connection:
            talk = tls.wrap_socket(connection, server_side=True) if tls else connection
            with talk:
                if listens:
                    server.requests.append(_request(talk))
                answer(talk)

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join()
        for thread in threads:
            thread.join()


def reply(
    body: bytes, *, status: str = "200 OK", content_type: str = "application/json", more: str = ""
) -> Answer:
    head = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\ncontent-type: {content_type}\r\n{more}\r\n"
    return sending(head.encode() + body)


def sending(raw: bytes) -> Answer:
    return lambda connection: connection.sendall(raw)


def silent(connection: socket.socket) -> None:
    """Keep the connection open until the client has had enough."""
    while connection.recv(1_024):
        pass


@dataclass(frozen=True)
class Map(httpcore.NetworkBackend):
    """A network in which the addresses named lead to ports on this machine, and no other leads anywhere.

    From an address that is `lost`, nothing is ever heard.
    """

    places: Mapping[str, int]
    lost: frozenset[str] = frozenset()
    dialled: list[str] = field(default_factory=list)

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        self.dialled.append(host)
        if host in self.lost:
            time.sleep(timeout or 0)
            raise httpcore.ConnectTimeout("lost")
        if host not in self.places:
            raise httpcore.ConnectError("no route")
        return httpcore.SyncBackend().connect_tcp(LOOPBACK, self.places[host], timeout)


def _request(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request and (piece := connection.recv(1_024)):
        request += piece
    return request
