"""`POST /v1/events` against real server processes, beside a peer that only echoes the same events."""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from issuer.core.documents import Document
from issuer.db import migrations
from tests.bench import peer
from tests.support import postgres, process
from tests.support.world import Clock, World, make_context, make_world

ROUNDS = 5
EVENTS = 80
CONNECTIONS = (1, 8)
PEER = "peer"
_WARM_UP = 8


@dataclass
class Contestant:
    """An address that takes events, and what was measured there, by number of connections."""

    name: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    rates: dict[int, list[float]] = field(default_factory=lambda: {count: [] for count in CONNECTIONS})
    times: dict[int, list[float]] = field(default_factory=lambda: {count: [] for count in CONNECTIONS})


def measure(rounds: int = ROUNDS, events: int = EVENTS) -> dict[str, dict[str, float]]:
    """Return the median rate of interleaved rounds, and percentiles of all their answers, for each case.

    A machine for which there is no PostgreSQL measures SQLite alone.
    """
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        running = [_peer(stack), _sqlite(stack, Path(name))]
        with suppress(pytest.skip.Exception):  # what `cluster` raises where it has no binaries
            running.append(_postgresql(stack, Path(name)))
        for each in running:
            _send(each, _WARM_UP, 1)
        for _ in range(rounds):
            for each in running:
                for connections in CONNECTIONS:
                    seconds, times = _send(each, events, connections)
                    each.rates[connections].append(len(times) / seconds)
                    each.times[connections] += times
    return {
        f"{each.name}, {connections} at once": _summary(each, connections)
        for each in running
        for connections in CONNECTIONS
    }


def _peer(stack: ExitStack) -> Contestant:
    return Contestant(PEER, f"{stack.enter_context(peer.serving())}/echo")


def _sqlite(stack: ExitStack, folder: Path) -> Contestant:
    place = folder / "sqlite"
    place.mkdir()
    return _issuer(stack, "sqlite", place, f"sqlite:///{place}/bench.db")


def _postgresql(stack: ExitStack, folder: Path) -> Contestant:
    cluster = stack.enter_context(postgres.cluster())
    place = folder / "postgresql"
    place.mkdir()
    return _issuer(stack, "postgresql", place, cluster.create_database("bench"))


def _issuer(stack: ExitStack, name: str, folder: Path, database_url: str) -> Contestant:
    world, address = stack.enter_context(served(folder, database_url))
    return Contestant(name, f"{address}/v1/events", world.headers)


@contextmanager
def served(folder: Path, database_url: str) -> Iterator[tuple[World, str]]:
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


def _send(to: Contestant, events: int, connections: int) -> tuple[float, list[float]]:
    """Return the seconds that it took to send events over kept connections, and each answer's time."""

    def send(count: int) -> list[float]:
        times = []
        with httpx.Client(headers=to.headers, trust_env=False, timeout=60) as http:
            for event in [_event() for _ in range(count)]:
                started = time.perf_counter()
                answer = http.post(to.url, json=event)
                times.append((time.perf_counter() - started) * 1000)
                if answer.status_code != httpx.codes.CREATED:
                    raise AssertionError(f"{to.name} answered {answer.status_code}: {answer.text[:300]}")
        return times

    started = time.perf_counter()
    with ThreadPoolExecutor(connections) as platform:
        parts = list(platform.map(send, [events // connections] * connections))
    return time.perf_counter() - started, [each for part in parts for each in part]


def _event() -> Document:
    """Return an approval of somebody whom the issuer has never seen."""
    name = os.urandom(12).hex()
    return {
        "id": name,
        "type": "submission.approved",
        "achievement": "MC-FEEDBACK",
        "recipient": {"email": f"{name}@alder.example", "name": "Example Teacher"},
        "assessment": {"results": [{"criterion": "quality", "level": "proficient"}]},
    }


def _summary(of: Contestant, connections: int) -> dict[str, float]:
    cuts = statistics.quantiles(of.times[connections], n=100)
    rate = statistics.median(of.rates[connections])
    return {"per_s": rate, "p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98]}
