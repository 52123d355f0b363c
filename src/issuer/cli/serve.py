"""`issuer serve`, `worker`, `migrate`, `openapi`, `settings`: run the service."""

import json
import os
import signal
import threading
from datetime import timedelta
from typing import Annotated

import typer

from issuer import telemetry
from issuer import worker as working
from issuer.cli import printing, serving, wiring
from issuer.db import migrations
from issuer.errors import Conflict
from issuer.services import keys
from issuer.settings import PREFIX, Settings
from issuer.web import app as web

_STOP_SECONDS = 8.0


class OneProcess(Conflict):
    """The database is for one serving process."""

    code = "one-process"


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[
        int, typer.Option(help="How many processes share the port, on PostgreSQL.", min=1, max=64)
    ] = 1,
    *,
    with_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Also do the background work in each process.")
    ] = True,
) -> None:
    """Serve the API and the public pages."""
    context = wiring.ready_context()
    if workers > 1 and context.database.engine.dialect.name == "sqlite":
        raise OneProcess(
            "SQLite is for one serving process: leave out --workers, or set ISSUER_DATABASE_URL to PostgreSQL"
        )
    telemetry.configure(context.settings.log_level)
    keys.check(context)
    telemetry.log().info("serving", address=f"http://{host}:{port}", count=workers)
    if workers == 1:
        serving.alone(context, host, port, with_worker=with_worker)
        return
    context.database.engine.dispose()
    serving.together(context.settings, host, port, workers=workers, with_worker=with_worker)


def worker(
    *, once: Annotated[bool, typer.Option("--once", help="Do what waits now, and stop.")] = False
) -> None:
    """Finish interrupted badges and publish status lists, beside `issuer serve --no-worker`.

    Any number may run, on as many machines, against one PostgreSQL: they share the work.
    """
    context = wiring.ready_context()
    telemetry.configure(context.settings.log_level)
    if once:
        typer.echo(f"{working.run_once(context, timedelta(0))} done")
        return
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _stop_soon(stop))
    working.run(context, stop)


def _stop_soon(stop: threading.Event) -> None:
    """Stop after what is in hand, at once where that hangs. Others take over what was claimed."""
    stop.set()
    last_resort = threading.Timer(_STOP_SECONDS, os._exit, (1,))
    last_resort.daemon = True
    last_resort.start()


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
