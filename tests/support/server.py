"""The real HTTP server, in a thread of the test."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from issuer.cli import serve
from issuer.context import Context


@contextmanager
def serving(context: Context) -> Iterator[httpx.Client]:
    """Yield an HTTP client whose base address is a server with this context."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = uvicorn.Server(serve.config(context, "127.0.0.1", port))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as http:
                yield http
        finally:
            server.should_exit = True
            thread.join(timeout=15)
