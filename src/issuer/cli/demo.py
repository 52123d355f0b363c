"""`issuer demo`: the main job on this machine, through the real HTTP server, in a few seconds."""

import json
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import httpx
import typer
import uvicorn
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from issuer import telemetry
from issuer.cli import demo_world, serving, wiring
from issuer.cli.demo_world import Shown
from issuer.db import migrations
from issuer.errors import Unavailable
from issuer.services import clients, tenants
from issuer.settings import Settings

_HOST = "localhost"
_START_SECONDS = 10


class PortTaken(Unavailable):
    """Something else listens on the port."""

    code = "port-taken"


@dataclass(frozen=True)
class Demo:
    """What a demo has to show."""

    seconds: float
    badges: list[Shown]
    api_key: str
    curl: str


def demo(
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 8000,
    *,
    once: Annotated[bool, typer.Option("--once", help="Stop when all is shown, on a free port.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but one JSON object.")] = False,
) -> None:
    """Issue, verify, withdraw and hold real badges on this machine, and serve them until Ctrl-C.

    Everything lives in a temporary folder that is removed at the end.
    """
    started = time.perf_counter()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # or the folder would stay behind
    folder = Path(tempfile.mkdtemp(prefix="issuer-demo-"))
    telemetry.configure("error")
    try:
        with _listening(0 if once else port) as listener, _serving(folder, listener) as (url, api_key):
            badges = demo_world.show(url, api_key)
            found = Demo(
                round(time.perf_counter() - started, 1), badges, api_key, demo_world.curl(url, api_key)
            )
            _print_json(found) if as_json else _print(found)
            if not once:
                _wait(as_json=as_json)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(f"port {port} is taken: choose another with --port") from error
        yield listener


@contextmanager
def _serving(folder: Path, listener: socket.socket) -> Iterator[tuple[str, str]]:
    """Yield the address and an API key of a service that has an issuer and nothing else yet."""
    port = listener.getsockname()[1]
    context = wiring.context(
        Settings(
            public_url=f"http://{_HOST}:{port}",
            origins=(),
            database_url=SecretStr(f"sqlite:///{folder}/demo.db"),
            keys_dir=folder / "keys",
            mode="development",
        )
    )
    migrations.upgrade(context.database)
    tenant = tenants.create(context, "alder", demo_world.PROFILE, default=True)
    tenants.present(context, tenant.id, demo_world.PRESENTATION)
    _, api_key = clients.create(context, tenant, "Demo learning platform", clients.SCOPES[:4])
    server = uvicorn.Server(serving.config(context, _HOST, port))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _await_answer(f"http://{_HOST}:{port}/readyz")
        yield f"http://{_HOST}:{port}", api_key
    finally:
        server.should_exit = True
        thread.join(timeout=_START_SECONDS)
        context.database.engine.dispose()


def _await_answer(url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    raise Unavailable("the demo's server did not start")


def _wait(*, as_json: bool) -> None:
    if not as_json and Console().is_terminal:
        typer.echo("\nServing until Ctrl-C.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        typer.echo("stopped", err=True)


def _print_json(found: Demo) -> None:
    shown = [vars(badge) for badge in found.badges]
    typer.echo(
        json.dumps({"seconds": found.seconds, "badges": shown, "api_key": found.api_key, "curl": found.curl})
    )


def _print(found: Demo) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        for badge in found.badges:
            typer.echo(f"{badge.state}\t{badge.result}\t{badge.url}")
        for name, value in (("api_key", found.api_key), ("curl", found.curl), ("seconds", found.seconds)):
            typer.echo(f"{name}\t{value}")
        return
    table = Table("BADGE", "THE CHECK SAYS", box=None, header_style="bold", pad_edge=False)
    table.add_column("ADDRESS", no_wrap=True, overflow="ignore")
    for badge in found.badges:
        table.add_row(badge.state, badge.result, badge.url)
    console.print(table)
    console.print(f"\nAPI key  {found.api_key}\n\nIssue another one yourself:\n", markup=False)
    console.print(found.curl, markup=False)
    console.print(f"\nDone in {found.seconds} seconds.", markup=False)
