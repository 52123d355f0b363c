"""`issuer serve`, `worker`, `migrate`, `openapi`, `settings`: run the service."""

import json
import signal
import threading
from datetime import timedelta
from typing import Annotated

import typer
import uvicorn

from issuer import telemetry
from issuer import worker as working
from issuer.cli import printing, wiring
from issuer.context import Context
from issuer.db import migrations
from issuer.services import keys
from issuer.settings import PREFIX, Settings
from issuer.web import app as web

_DRAIN_SECONDS = 10
_KEEP_ALIVE_SECONDS = 75


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    *,
    with_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Also do the background work in this process.")
    ] = True,
) -> None:
    """Serve the API and the public pages."""
    context = wiring.ready_context()
    telemetry.configure(context.settings.log_level)
    keys.check(context)
    stop = threading.Event()
    if with_worker:
        threading.Thread(target=working.run, args=(context, stop), daemon=True).start()
    telemetry.log().info("serving", address=f"http://{host}:{port}")
    try:
        uvicorn.Server(config(context, host, port)).run()
    finally:
        stop.set()


def config(context: Context, host: str, port: int) -> uvicorn.Config:
    """Return how uvicorn serves the application: no log of its own, no name, a bounded farewell."""
    return uvicorn.Config(
        web.create(context),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(context.settings.trusted_proxies),
        forwarded_allow_ips=context.settings.trusted_proxies or None,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )


def worker(
    *, once: Annotated[bool, typer.Option("--once", help="Do what waits now, and stop.")] = False
) -> None:
    """Finish interrupted badges and publish status lists, beside `issuer serve --no-worker`."""
    context = wiring.ready_context()
    telemetry.configure(context.settings.log_level)
    if once:
        typer.echo(f"{working.run_once(context, timedelta(0))} done")
        return
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    working.run(context, stop)


def migrate() -> None:
    """Bring the database's tables up to date."""
    context = wiring.context(Settings())
    migrations.upgrade(context.database)
    migrations.check(context.database)
    typer.echo("the database is up to date")


def openapi() -> None:
    """Print the OpenAPI document of the API."""
    context = wiring.context(Settings(mode="development"))
    typer.echo(json.dumps(web.build(context).openapi(), indent=1, ensure_ascii=False, sort_keys=True))


def settings() -> None:
    """List the settings: environment variables, their defaults, and what each is for."""
    rows = [
        [PREFIX + name.upper(), _default(field.default), " ".join((field.description or "").split())]
        for name, field in Settings.model_fields.items()
    ]
    printing.table(["VARIABLE", "DEFAULT", "MEANING"], rows)


def _default(value: object) -> str:
    shown = getattr(value, "get_secret_value", lambda: value)()
    return "" if shown in (None, ()) else str(shown)
