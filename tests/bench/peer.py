"""The peer: FastAPI routes that only answer, served as the service is. `python -m tests.bench.peer PORT`."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

_START_SECONDS = 30

app = FastAPI(openapi_url=None)


@app.post("/echo", status_code=201)
def echo(body: dict[str, Any]) -> dict[str, Any]:
    return body


@app.get("/hello")
def hello() -> str:
    return "hello"


@contextmanager
def serving() -> Iterator[str]:
    """Yield the address of a running peer, and stop it in the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {"PATH": os.environ["PATH"]}  # noqa: TID251
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.peer", str(port)], env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        _await(f"{address}/echo")
        yield address
    finally:
        process.terminate()
        process.wait()


def _await(url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.post(url, json={}, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError("the peer did not start")


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
