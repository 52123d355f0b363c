"""A learning platform that is asked: a real HTTP server in a thread, which answers as it is told."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

from typing_extensions import override


@dataclass
class Asked:
    """What came: the method, the path with its query, the headers in lower case, the body."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


Answer: TypeAlias = tuple[int, object] | tuple[int, object, dict[str, str]]
"""A status, and what is sent as JSON, or bytes as they are; and headers beside."""


@dataclass
class Lms:
    """A platform. `answers` are by path, with its query or without; what is not among them is 404."""

    url: str
    answers: dict[str, Answer | Callable[[Asked], Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        alone = self.answers.get(asked.path.partition("?")[0], (404, {"detail": "nothing here"}))
        found = self.answers.get(asked.path, alone)
        return found(asked) if callable(found) else found


@contextmanager
def running() -> Iterator[Lms]:
    """Yield a platform on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, said, *others = found.answer(Asked(self.command, self.path, headers, body))
            raw = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            for name, value in (others[0] if others else {}).items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        @override
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Lms(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
