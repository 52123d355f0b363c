"""The real HTTP server, in a thread of the test."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import uvicorn

from issuer.cli import serving as processes
from issuer.context import Context
from tests.support.world import World


@contextmanager
def serving(context: Context, port: int = 0) -> Iterator[httpx.Client]:
    """Yield an HTTP client whose base address is a server with this context."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        port = listener.getsockname()[1]
        server = uvicorn.Server(processes.config(context, "127.0.0.1", port))
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


@contextmanager
def local(world: World) -> Iterator[tuple[World, str]]:
    """Yield a world whose public URL is the server's own address, and that address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    settings = world.context.settings.model_copy(update={"public_url": url})
    here = replace(world, context=replace(world.context, settings=settings))
    here.publish()
    with serving(here.context, port):
        yield here, url
