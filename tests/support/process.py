"""`issuer serve` as an operator runs it: a process of its own, which a test may kill."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.support.forking import Forked
from tests.support.world import World

COMMAND = (sys.executable, "-c", "from issuer.cli import main; main()")
_START_SECONDS = 30


@dataclass
class Process:
    """A served world: where it is, and the process that serves it now."""

    port: int
    environment: dict[str, str]
    options: tuple[str, ...] = ()
    running: subprocess.Popen[bytes] = field(init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [*COMMAND, "serve", "--port", str(self.port), *self.options]
        self.running = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/readyz", trust_env=False, timeout=5).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("the service did not become ready")

    def kill(self) -> None:
        self.running.send_signal(signal.SIGKILL)
        self.running.wait()


@contextmanager
def serving(world: World, *options: str) -> Iterator[Process]:
    """Yield a ready process that serves a world's database and keys, and kill it in the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = Process(port, environment_of(world), options)
    found.start()
    try:
        yield found
    finally:
        found.kill()


def environment_of(world: World) -> dict[str, str]:
    """Return the settings with which a process is of a world."""
    settings = world.context.settings
    return {
        "PATH": os.environ["PATH"],  # noqa: TID251
        "ISSUER_DATABASE_URL": settings.database_url.get_secret_value(),
        "ISSUER_PUBLIC_URL": settings.public_url,
        "ISSUER_KEYS_DIR": str(settings.keys_dir),
        "ISSUER_MODE": "development",
        "ISSUER_LOG_LEVEL": "error",
    }


@contextmanager
def running(world: World, *arguments: str, **settings: str) -> Iterator[Forked]:
    """Yield `issuer` with these arguments as a process of a world, and kill it where it still runs."""
    found = Forked(arguments, environment_of(world) | settings, Path.cwd())
    try:
        yield found
    finally:
        found.close()
