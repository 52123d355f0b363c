"""Events over HTTP against real server processes, beside limits and a peer, all in one run."""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from operator import truediv
from pathlib import Path
from typing import Final

import pytest

from issuer.core.documents import Document
from tests.bench import peer, processes, signing_service, storing, wire, worlds
from tests.support import postgres, process
from tests.support.process import Process
from tests.support.world import World

ROUNDS: Final = 5
EVENTS: Final = 120
"""How many are sent alone in a round. A crowd sends four times as many."""

CROWD: Final = 16
LINES: Final = 500
"""How many events a batch has. Each round sends two batches, one after the other."""

PEER: Final = "hello"
SERVICE: Final = "signing service"
_BATCHES: Final = 2
_SLOW: Final = 4
"""How many times fewer the signing service is asked, or it would have most of the time."""

_OK, _CREATED = 200, 201


@dataclass(frozen=True)
class Load:
    """How much is sent at once, and in a round: requests, and events in each."""

    connections: int
    requests: int
    events: int = 1


@dataclass
class Found:
    """What was measured under one load, round by round."""

    rates: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Contestant:
    """A served address, what it is asked under which loads, and what a good answer has.

    `limit` names the contestant whose rate is the limit of its own.
    """

    name: str
    url: str
    loads: tuple[Load, ...]
    make: Callable[[Load], bytes]
    good: Callable[[int, bytes, Load], bool]
    pid: int | None = None
    limit: str | None = None
    found: dict[Load, Found] = field(default_factory=dict)


def measure(rounds: int = ROUNDS, events: int = EVENTS, lines: int = LINES) -> dict[str, dict[str, float]]:
    """Return for each case the median rate of interleaved rounds, percentiles of all answers, and ratios.

    `of_hello` is the share of the server's bare answer, `of_stored` that of a route that only stores,
    `of_service` how many times the signing service's rate: medians of what each round found. `cpu_ms` is the
    server's CPU time for an event (not PostgreSQL's own), and `…_by_cpu` a share of events for a second of
    it, which holds where the cores are busy with something else. A machine for which there is no PostgreSQL
    measures SQLite alone, and one without the signing service leaves it out.
    """
    alone, crowd, batch = Load(1, events), Load(CROWD, events * 4), Load(1, _BATCHES, lines)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        running = [_hello(stack, (alone, crowd))]
        running += _issuers(stack, Path(name), (alone, crowd), batch)
        running += _service(stack, Path(name), (Load(1, events // _SLOW), Load(CROWD, events)))
        for each in running:
            _warm_up(each)
        for _ in range(rounds):
            for each in running:
                for load in each.loads:
                    _send(each, load)
    return _summaries(running)


@contextmanager
def served(folder: Path, database_url: str) -> Iterator[tuple[World, str]]:
    """Yield a world with one achievement, and the address of a process that serves it."""
    with _running(folder, database_url) as (world, running):
        yield world, running.url


def _hello(stack: ExitStack, loads: tuple[Load, ...]) -> Contestant:
    url = f"{stack.enter_context(peer.serving())}/hello"
    text = wire.request("GET", url, {})
    return Contestant(PEER, url, loads, lambda _: text, lambda status, *_: status == _OK)


def _issuers(stack: ExitStack, folder: Path, loads: tuple[Load, ...], batch: Load) -> Iterator[Contestant]:
    """Yield on each database what only stores, what issues single events, and what issues batches."""
    yield from _on(stack, folder / "sqlite", lambda name: f"sqlite:///{folder}/{name}.db", loads, batch)
    with suppress(pytest.skip.Exception):  # what `cluster` raises where it has no binaries
        cluster = stack.enter_context(postgres.cluster())
        yield from _on(stack, folder / "postgresql", cluster.create_database, loads, batch)


def _on(
    stack: ExitStack, folder: Path, database: Callable[[str], str], loads: tuple[Load, ...], batch: Load
) -> Iterator[Contestant]:
    folder.mkdir()
    name, store = folder.name, f"{folder.name} only stored"
    stored, pid = stack.enter_context(storing.serving(folder, database("stored")))
    yield Contestant(store, stored, loads, lambda _: _single(stored, {}), _is_created, pid)
    world, running = stack.enter_context(_running(folder, database("bench")))
    url, headers, pid = f"{running.url}/v1/events", world.headers, running.running.pid
    yield Contestant(name, url, loads, lambda _: _single(url, headers), _is_created, pid, store)
    lines = f"{url}/batch"
    made = (lambda load: _lines(lines, headers, load), _are_created)
    yield Contestant(f"{name} batch", lines, (batch,), *made, pid)


def _service(stack: ExitStack, folder: Path, loads: tuple[Load, ...]) -> list[Contestant]:
    """Return the signing service, which signs a badge that we issued for such an event."""
    at = stack.enter_context(signing_service.serving())
    if at is None:
        return []
    url, pid = at
    text = wire.request("POST", url, _JSON, json.dumps(_badge(folder / "badge")).encode())
    return [Contestant(SERVICE, url, loads, lambda _: text, _is_signed, pid)]


@contextmanager
def _running(folder: Path, database_url: str) -> Iterator[tuple[World, Process]]:
    with _world(folder, database_url) as world, process.serving(world) as running:
        yield world, running


@contextmanager
def _world(folder: Path, database_url: str) -> Iterator[World]:
    with worlds.opened(folder, database_url) as world:
        world.publish()
        yield world


def _badge(folder: Path) -> Document:
    """Return a badge such as the events lead to, before it was signed."""
    folder.mkdir()
    with _world(folder, f"sqlite:///{folder}/badge.db") as world:
        signed: Document = json.loads(str(world.send(_event()).award.credential.secured))
    return {name: value for name, value in signed.items() if name != "proof"}


def _warm_up(each: Contestant) -> None:
    """Let plans be compiled, and connections to the database be made, before anything counts."""
    for load in each.loads:
        _send(each, load)
    each.found.clear()


def _send(to: Contestant, load: Load) -> None:
    """Send one round of a load over kept connections, and note what was found."""
    made = [
        [to.make(load) for _ in range(load.requests // load.connections)] for _ in range(load.connections)
    ]
    found = to.found.setdefault(load, Found())
    cpu = processes.cpu_seconds(to.pid) if to.pid else 0.0
    with ThreadPoolExecutor(load.connections) as platform:
        started = time.perf_counter()
        parts = list(platform.map(lambda requests: _ask_all(to, load, requests), made))
        seconds = time.perf_counter() - started
    times = [each for part in parts for each in part]
    found.rates.append(len(times) * load.events / seconds)
    found.times += times
    if to.pid:
        found.cpu.append((processes.cpu_seconds(to.pid) - cpu) / (len(times) * load.events) * 1000)


def _ask_all(to: Contestant, load: Load, requests: list[bytes]) -> list[float]:
    """Return the milliseconds that each answer took."""
    times = []
    with wire.connected(to.url) as connection:
        for request in requests:
            started = time.perf_counter()
            status, body = connection.ask(request)
            times.append((time.perf_counter() - started) * 1000)
            if not to.good(status, body, load):
                raise AssertionError(f"{to.name} answered {status}: {body[:300].decode()}")
    return times


def _single(url: str, headers: dict[str, str]) -> bytes:
    return wire.request("POST", url, headers | _JSON, json.dumps(_event()).encode())


def _lines(url: str, headers: dict[str, str], load: Load) -> bytes:
    body = b"".join(json.dumps(_event()).encode() + b"\n" for _ in range(load.events))
    return wire.request("POST", url, headers | {"content-type": "application/x-ndjson"}, body)


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


def _is_created(status: int, _body: bytes, _load: Load) -> bool:
    return status == _CREATED


def _are_created(status: int, body: bytes, load: Load) -> bool:
    return status == _OK and body.count(b'"status":201') == load.events


def _is_signed(status: int, body: bytes, _load: Load) -> bool:
    return status == _OK and b'"eddsa-rdfc-2022"' in body


def _summaries(running: list[Contestant]) -> dict[str, dict[str, float]]:
    """Return a row for each contestant under each load, with its shares of what had as many connections."""
    found = {(each.name, load.connections): each.found[load] for each in running for load in each.loads}
    limits = {each.name: each.limit for each in running}
    rows = {}
    for (name, connections), own in found.items():
        row = _row(own)
        for share, beside in (("of_hello", PEER), ("of_stored", limits[name]), ("of_service", SERVICE)):
            if beside is not None and (beside, connections) in found:
                row |= _shares(share, own, found[beside, connections])
        rows[f"{name}, {connections} at once"] = row
    return rows


def _shares(name: str, own: Found, beside: Found) -> dict[str, float]:
    """Return the median share of the other's rate in the same round, and of its events for a CPU second."""
    found = {name: statistics.median(map(truediv, own.rates, beside.rates))}
    if own.cpu and beside.cpu:
        found[f"{name}_by_cpu"] = statistics.median(map(truediv, beside.cpu, own.cpu))
    return found


def _row(found: Found) -> dict[str, float]:
    cuts = statistics.quantiles(found.times, n=100)
    row = {
        "per_s": statistics.median(found.rates),
        "p50_ms": cuts[49],
        "p95_ms": cuts[94],
        "p99_ms": cuts[98],
    }
    return row | ({"cpu_ms": statistics.median(found.cpu)} if found.cpu else {})


_JSON: Final = {"content-type": "application/json"}
