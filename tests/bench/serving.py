"""`POST /v1/events` against a real server process, beside the same server's cheapest answer."""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from issuer.db import migrations
from tests.support import postgres, process
from tests.support.world import Clock, World, make_context, make_world

EVENTS = 300


def measure(events: int = EVENTS) -> dict[str, dict[str, float]]:
    """Return latencies in milliseconds and events per second, for each database and connection count."""
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name, postgres.cluster() as cluster:
        for kind in ("sqlite", "postgresql"):
            folder = Path(name) / kind
            folder.mkdir()
            url = f"sqlite:///{folder}/bench.db" if kind == "sqlite" else cluster.create_database("bench")
            with _served(folder, url) as (world, address):
                for connections in (1, 8):
                    found[f"{kind}, {connections} at once"] = _post(world, address, events, connections)
                found[f"{kind}, bare answer"] = _bare(address, events)
    return found


@contextmanager
def _served(folder: Path, database_url: str) -> Iterator[tuple[World, str]]:
    clock = Clock(datetime.now(UTC))  # noqa: TID251 - the served process has the real clock
    context = make_context(folder, database_url, clock)
    migrations.upgrade(context.database)
    world = make_world(context, clock)
    world.publish()
    try:
        with process.serving(world) as served:
            yield world, served.url
    finally:
        context.database.engine.dispose()


def _post(world: World, address: str, events: int, connections: int) -> dict[str, float]:
    def send(count: int) -> list[float]:
        times = []
        with httpx.Client(base_url=address, headers=world.headers, trust_env=False, timeout=60) as http:
            for event in [world.event(id=os.urandom(12).hex()) for _ in range(count)]:
                event["recipient"] = {"email": f"{event['id']}@alder.example", "name": "Example Teacher"}
                started = time.perf_counter()
                http.post("/v1/events", json=event).raise_for_status()
                times.append((time.perf_counter() - started) * 1000)
        return times

    started = time.perf_counter()
    with ThreadPoolExecutor(connections) as platform:
        parts = list(platform.map(send, [events // connections] * connections))
    seconds = time.perf_counter() - started
    return _summary([each for part in parts for each in part], seconds)


def _bare(address: str, requests: int) -> dict[str, float]:
    times = []
    started = time.perf_counter()
    with httpx.Client(base_url=address, trust_env=False) as http:
        for _ in range(requests):
            before = time.perf_counter()
            http.get("/healthz").raise_for_status()
            times.append((time.perf_counter() - before) * 1000)
    return _summary(times, time.perf_counter() - started)


def _summary(times: list[float], seconds: float) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100)
    return {"per_s": len(times) / seconds, "p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98]}
