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

import httpx

from tests.support.world import World

_START_SECONDS = 30


@dataclass
class Process:
    """A served world: where it is, and the process that serves it now."""

    port: int
    environment: dict[str, str]
    running: subprocess.Popen[bytes] = field(init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [
            sys.executable,
            "-c",
            "from issuer.cli import main; main()",
            "serve",
            "--port",
            str(self.port),
        ]
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
def serving(world: World) -> Iterator[Process]:
    """Yield a ready process that serves a world's database and keys, and kill it in the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = world.context.settings
    environment = {
        "PATH": os.environ["PATH"],  # noqa: TID251
        "ISSUER_DATABASE_URL": settings.database_url.get_secret_value(),
        "ISSUER_PUBLIC_URL": settings.public_url,
        "ISSUER_KEYS_DIR": str(settings.keys_dir),
        "ISSUER_MODE": "development",
        "ISSUER_LOG_LEVEL": "error",
    }
    found = Process(port, environment)
    found.start()
    try:
        yield found
    finally:
        found.kill()
