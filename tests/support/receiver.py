"""A receiver of webhooks: a real HTTP server in a thread, which answers as it is told and keeps what came."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from typing_extensions import override

from issuer.core.exchange import webhooks
from tests.support.world import World


@dataclass
class Received:
    """What came: the headers in lower case, and the bytes of the body."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """Where webhooks arrive. `answers` are given in turn, then 204."""

    url: str
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.received]

    def verified(self, world: World, *secrets: str) -> list[str]:
        """Return the ids of all that came, each checked as a receiver does."""
        keys = [webhooks.key(each) for each in secrets]
        return [webhooks.verify(each.body, each.headers, keys, world.clock.now) for each in self.received]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Yield a receiver on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            found.received.append(Received(headers, body))
            status, others = found.answers.pop(0) if found.answers else (204, {})
            self.send_response(status)
            for name, value in others.items():
                self.send_header(name, value)
            self.end_headers()

        @override
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Receiver(f"http://127.0.0.1:{server.server_address[1]}/hooks")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
