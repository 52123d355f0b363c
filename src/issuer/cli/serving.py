"""Serve the application: in this process, or in several that share a port."""

import multiprocessing
import os
import signal
import tempfile
import threading
import time
from typing import Final

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override
from uvicorn.supervisors import Multiprocess

from issuer import telemetry, worker
from issuer.cli import wiring
from issuer.context import Context
from issuer.settings import Settings
from issuer.web import app as web

_DRAIN_SECONDS: Final = 7
_HAND_BACK_SECONDS: Final = 2.0
_STOP_SECONDS: Final = _DRAIN_SECONDS + _HAND_BACK_SECONDS
"""All in all a process ends within ten seconds: with what a signal takes to be noticed."""

_ANSWER_SECONDS: Final = 8
_KEEP_ALIVE_SECONDS: Final = 75


def alone(context: Context, host: str, port: int, *, with_worker: bool) -> None:
    """Serve in this very process until it is told to stop."""
    uvicorn.Server(config(context, host, port, with_worker=with_worker)).run()


def together(settings: Settings, host: str, port: int, *, workers: int, with_worker: bool) -> None:
    """Serve in several processes until told to stop. One that ends is started again.

    Each reads the settings of the environment anew. What they count is added up, in files of this folder.
    """
    application = "application_with_worker" if with_worker else "application"
    shared = _config(f"{__name__}:{application}", settings, host, port, workers)
    with tempfile.TemporaryDirectory(prefix="issuer-metrics-") as folder:
        os.environ[telemetry.SHARED_COUNTS] = folder  # noqa: TID251 - read before any setting, by a library
        _Processes(shared, [shared.bind_socket()]).run()


def config(context: Context, host: str, port: int, *, with_worker: bool = False) -> uvicorn.Config:
    """Return how uvicorn serves a context: no log of its own, no name, a bounded farewell."""
    app = web.create(context)
    return _config(_beside_worker(app, context) if with_worker else app, context.settings, host, port)


def application() -> ASGIApp:
    """Return the application of one of several processes, from the environment's settings."""
    return web.create(_context_of_many())


def application_with_worker() -> ASGIApp:
    """Return the same, with a worker that begins and ends with it."""
    context = _context_of_many()
    return _beside_worker(web.create(context), context)


def _config(app: ASGIApp | str, settings: Settings, host: str, port: int, workers: int = 1) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        host=host,
        port=port,
        workers=workers,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_worker_healthcheck=_ANSWER_SECONDS,
    )


def _context_of_many() -> Context:
    """Return a context. The database is not asked: a process may start again while it does not answer."""
    settings = Settings()
    telemetry.configure(settings.log_level)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return wiring.context(settings)


def _end_with_parent() -> None:
    """Stop when the process that watches over this one was killed: nobody would ever stop this one."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _beside_worker(app: ASGIApp, context: Context) -> ASGIApp:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(context, stop), daemon=True)

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        async def watched(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                thread.start()
            elif message["type"] == "lifespan.shutdown.complete":
                stop.set()
                thread.join(_HAND_BACK_SECONDS)
            await send(message)

        await app(scope, receive, watched if scope["type"] == "lifespan" else send)

    return both


class _Processes(Multiprocess):
    """uvicorn's processes, of which none may outlast the farewell."""

    @override
    def join_all(self) -> None:
        deadline = time.monotonic() + _STOP_SECONDS
        for each in self.processes:
            each.process.join(max(0.0, deadline - time.monotonic()))
            each.process.kill()
            each.process.join()
