"""Two `issuer issue` processes on one PostgreSQL, beside one: how much faster two are."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from issuer.db.tables import Credential
from tests.bench import worlds
from tests.support import postgres
from tests.support.process import environment_of
from tests.support.world import World

ROUNDS: Final = 5
EVENTS: Final = 3_000
WARM_UP: Final = 500
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Run:
    """What some processes at once took for their events, without starting and warming up."""

    events: int
    seconds: float
    cpu_seconds: float


def measure(rounds: int = ROUNDS, events: int = EVENTS) -> dict[str, float]:
    """Return events per second of one process and of two, each with so many events, and their ratio.

    Medians of interleaved rounds. The processes' CPU time for an event tells what sharing costs: where
    the cores are busy with something else, two cannot be twice as fast.
    """
    found: dict[int, list[Run]] = {1: [], 2: []}
    with _world() as world:
        for _ in range(rounds):
            for count, runs in found.items():
                runs.append(_run(world, count, events))
    one, two = (statistics.median(run.events / run.seconds for run in found[count]) for count in (1, 2))
    cost = {
        count: statistics.median(run.cpu_seconds / run.events for run in found[count]) for count in (1, 2)
    }
    return {
        "one_per_s": one,
        "two_per_s": two,
        "ratio": two / one,
        "one_cpu_ms": cost[1] * 1000,
        "two_cpu_ms": cost[2] * 1000,
        "cpu_ratio": 2 * cost[1] / cost[2],
        "cores": float(os.cpu_count() or 1),
    }


@contextmanager
def _world() -> Iterator[World]:
    with (
        tempfile.TemporaryDirectory() as name,
        postgres.cluster() as cluster,
        worlds.opened(Path(name), cluster.create_database("bench")) as world,
    ):
        world.publish()
        yield world


def _run(world: World, count: int, events: int) -> Run:
    with ExitStack() as stack:
        started = [stack.enter_context(_importing(world)) for _ in range(count)]
        before = _stored(world)
        for each in started:
            _feed(each, WARM_UP)
        while _stored(world) < before + count * WARM_UP:
            time.sleep(0.01)
        cpu, began = sum(map(_cpu_seconds, started)), time.perf_counter()
        with ThreadPoolExecutor(count) as pool:
            used = sum(pool.map(lambda each: _finished(each, events), started))
        return Run(count * events, time.perf_counter() - began, used - cpu)


@contextmanager
def _importing(world: World) -> Iterator[subprocess.Popen[bytes]]:
    """Yield an import that takes events from its standard input, and kill it where it still runs."""
    command = [str(Path(sys.executable).with_name("issuer")), "issue", "--file", "-"]
    with subprocess.Popen(
        command, env=environment_of(world), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def _feed(running: subprocess.Popen[bytes], events: int) -> None:
    assert running.stdin is not None
    for _ in range(events):
        running.stdin.write(_line())
    running.stdin.flush()


def _finished(running: subprocess.Popen[bytes], events: int) -> float:
    """Return the CPU seconds that a process had in all when it ended, after so many more events."""
    _feed(running, events)
    assert running.stdin is not None
    running.stdin.close()
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise AssertionError(f"`issuer issue` ended with {running.returncode}")
    return usage.ru_utime + usage.ru_stime


def _line() -> bytes:
    """Return an approval of somebody whom the issuer has never seen."""
    name = os.urandom(12).hex()
    event = {
        "id": name,
        "type": "submission.approved",
        "achievement": "MC-FEEDBACK",
        "recipient": {"email": f"{name}@alder.example", "name": "Example Teacher"},
        "assessment": {"results": [{"criterion": "quality", "level": "proficient"}]},
    }
    return json.dumps(event).encode() + b"\n"


def _stored(world: World) -> int:
    with world.context.database.read() as session:
        query = select(func.count()).select_from(Credential).where(Credential.secured.is_not(None))
        return session.scalar(query) or 0


def _cpu_seconds(running: subprocess.Popen[bytes]) -> float:
    parts = Path(f"/proc/{running.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / _TICKS
