"""A network between the service and PostgreSQL that resets connections in the middle of a commit."""

import random
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from sqlalchemy import make_url

_COMMIT: Final = b"COMMIT"
_NO_LINGER: Final = struct.pack("ii", 1, 0)
"""With no time to linger, closing a socket resets the connection."""


class Cut(Enum):
    """Which half of a commit does not arrive."""

    UNHEARD = "PostgreSQL never hears of it: nothing was committed"
    UNTOLD = "its answer is lost: it was committed, and nobody knows"


@dataclass
class Proxy:
    """Passes connections on to PostgreSQL, and resets a share of those that commit, each way by turns."""

    upstream: str
    share: float
    cuts: list[Cut] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _chance: random.Random = field(default_factory=lambda: random.Random(5))

    def serve(self, listener: socket.socket) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        with socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(self.upstream)
            untold = threading.Event()
            answering = threading.Thread(target=_pass_answers, args=(server, client, untold), daemon=True)
            answering.start()
            self._pass_questions(client, server, untold)
            server.shutdown(socket.SHUT_RDWR)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        client.close()

    def _pass_questions(self, client: socket.socket, server: socket.socket, untold: threading.Event) -> None:
        while sent := client.recv(65536):
            cut = self._decide() if _COMMIT in sent else None
            if cut is Cut.UNHEARD:
                return
            if cut is Cut.UNTOLD:
                untold.set()
            server.sendall(sent)

    def _decide(self) -> Cut | None:
        with self._lock:
            if self._chance.random() >= self.share:
                return None
            self.cuts.append(Cut.UNTOLD if len(self.cuts) % 2 else Cut.UNHEARD)
            return self.cuts[-1]


@contextmanager
def between(database_url: str, share: float) -> Iterator[tuple[Proxy, str]]:
    """Yield a proxy before the PostgreSQL of a URL, and the URL that leads through it."""
    target = make_url(database_url)
    proxy = Proxy(f"{target.query['host']}/.s.PGSQL.5432", share)
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        threading.Thread(target=proxy.serve, args=(listener,), daemon=True).start()
        port = listener.getsockname()[1]
        led = target.set(host="127.0.0.1", port=port, query={"sslmode": "disable", "gssencmode": "disable"})
        try:
            yield proxy, led.render_as_string(hide_password=False)
        finally:
            listener.shutdown(socket.SHUT_RDWR)


def _pass_answers(server: socket.socket, client: socket.socket, untold: threading.Event) -> None:
    """Pass answers on until one is to be kept back; whoever reads from the client then resets it."""
    with suppress(OSError):
        while (answer := server.recv(65536)) and not untold.is_set():
            client.sendall(answer)
    with suppress(OSError):
        client.shutdown(socket.SHUT_RD)
