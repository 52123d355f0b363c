"""The real HTTP server, in a thread of the test."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final

import httpx
import uvicorn
from typing_extensions import override

from issuer.cli import serving as processes
from issuer.context import Context
from tests.support.world import World

_LOOK_SECONDS = 0.005
TRUST: Final = ssl.create_default_context()
"""What no client here needs, and each would take longer to make than to ask."""


class _Server(uvicorn.Server):  # which has flags to look at, and no event to wait for: hence ASYNC110
    """uvicorn's server, which looks for its end more often than ten times a second, and takes no pause in it.

    Nobody asks any more by then: a client here is closed before its server is.
    """

    @override
    async def main_loop(self) -> None:
        while not await self.on_tick(0):  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_SECONDS)

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                await self._wait_until_idle()
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()

    async def _wait_until_idle(self) -> None:
        while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_SECONDS)


@contextmanager
def serving(context: Context, port: int = 0) -> Iterator[httpx.Client]:
    """Yield an HTTP client whose base address is a server with this context."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        port = listener.getsockname()[1]
        server = _Server(processes.config(context, "127.0.0.1", port))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(_LOOK_SECONDS)
        try:
            url = f"http://127.0.0.1:{port}"
            with httpx.Client(base_url=url, timeout=60, trust_env=False, verify=TRUST) as http:
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
