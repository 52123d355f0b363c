"""A server in a process of its own, to be measured: started, awaited, and stopped."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_START_SECONDS = 30


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def started(
    command: Sequence[str], port: int, folder: Path | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[int]:
    """Yield the process id of a server once it takes connections, and stop it in the end."""
    environment = {"PATH": os.environ["PATH"], **(settings or {})}  # noqa: TID251
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    try:
        _await(process, port)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has had, with all its threads, to the microsecond on Linux."""
    return time.clock_gettime(~pid << 3 | 2)  # what clock_getcpuclockid(3) answers there


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("a server of the benchmark did not start")
