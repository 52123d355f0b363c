"""What an agency's export takes: everything once, then the changes of a night, from few badges and many."""

import gzip
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple, Self

from sqlalchemy import event

from issuer.core import documents
from issuer.core.intake import parse
from issuer.db import export_changes, exports
from issuer.errors import IssuerError
from issuer.services import issue, revoke
from issuer.services.exports import manifests, profiles
from issuer.services.exports.manifests import Manifest
from issuer.services.exports.profiles import Export
from tests.bench import worlds
from tests.support import exporting
from tests.support.world import World

COUNT: Final = 100_000
FEW: Final = 10_000
CHANGES: Final = 400

_CHUNK: Final = 500
_LOOK_SECONDS: Final = 0.01
_STATUS: Final = Path("/proc/self/status")


def measure(rounds: int = 5, count: int = COUNT, few: int = FEW, changes: int = CHANGES) -> dict[str, float]:
    """Return seconds, bytes and memory of a full export, and of a delta among few badges and among all."""
    with (
        tempfile.TemporaryDirectory() as name,
        worlds.opened(Path(name), f"sqlite:///{name}/bench.db") as world,
    ):
        exporting.agreed(world)
        with world.context.database.read() as session:
            export = profiles.load(session, world.tenant.id, "us-pa")
        awards = _issued(world, few, 0)
        among_few = _deltas(world, export, awards[:changes], rounds)
        awards += _issued(world, count - few, few)
        full = _full(world, export)
        among_all = _deltas(world, export, awards[-changes:], rounds)
        return {
            "rows": float(count),
            "few": float(few),
            **full,
            "changes": float(changes),
            "delta_few_ms": among_few.ms,
            "delta_few_statements": float(among_few.statements),
            "delta_ms": among_all.ms,
            "delta_statements": float(among_all.statements),
            "delta_growth": among_all.ms / among_few.ms,
            "delta_bytes": float(among_all.size),
        }


def _issued(world: World, count: int, first: int) -> list[str]:
    sender = issue.Sender(world.client.id, world.tenant.id, "req_bench")
    found: list[str] = []
    for start in range(first, first + count, _CHUNK):
        numbers = range(start, min(start + _CHUNK, first + count))
        events = [exporting.educator(world, number) for number in numbers]
        for answer in issue.issue_all(
            world.context, [issue.Sent(sender, parse.received(each, {})) for each in events]
        ):
            if isinstance(answer, IssuerError):
                raise answer
            found.append(answer.award.credential.public_id)
    exporting.heard(world)
    return found


def _full(world: World, export: Export) -> dict[str, float]:
    before, started = _memory_kb(), time.perf_counter()
    with _Watch() as watch:
        made = manifests.full(world.context, export, wait=True)
    seconds = time.perf_counter() - started
    limit = _limit(world, export, made)
    return {
        "full_s": seconds,
        "full_mb": sum(each["bytes"] for each in made.document["output"]) / 1e6,
        "files": float(len(made.document["output"])),
        "memory_mb": (watch.peak - before) / 1024,
        "limit_s": limit,
        "of_limit": limit / seconds,
    }


def _limit(world: World, export: Export, made: Manifest) -> float:
    """Return the seconds that the same rows take as JSON text through gzip: what no export can do without."""
    spent = 0.0
    for piece in made.document["output"]:
        with world.context.database.read() as session:
            content = exports.file(session, export.tenant.id, export.id, piece["sha256"]).content
        rows = [json.loads(line) for line in gzip.decompress(content).splitlines()]
        started = time.perf_counter()
        gzip.compress("".join(f"{documents.text(row)}\n" for row in rows).encode(), 6)
        spent += time.perf_counter() - started
    return spent


class Delta(NamedTuple):
    """Median milliseconds of a delta, its bytes, and the statements that it takes."""

    ms: float
    size: int
    statements: int


def _deltas(world: World, export: Export, awards: list[str], rounds: int) -> Delta:
    """Return what a delta of these awards' changes takes."""
    seconds, size = [], 0
    order = revoke.Order("suspend", "other", None, world.client, "req_bench")
    back = revoke.Order("reinstate", None, None, world.client, "req_bench")
    with _counted(world) as statements:
        for number in range(rounds):
            with world.context.database.read() as session:
                position = export_changes.newest(session, world.tenant.id)
            cursor = manifests.cursor_at(world.context, export, position)
            revoke.change_all(world.context, back if number % 2 else order, awards)
            exporting.heard(world)
            statements.clear()
            started = time.perf_counter()
            made = manifests.delta(world.context, export, cursor).document
            seconds.append(time.perf_counter() - started)
            assert made["counts"]["upserts"] == len(awards)
            size = sum(each["bytes"] for each in made["output"])
        return Delta(statistics.median(seconds) * 1000, size, len(statements))


@contextmanager
def _counted(world: World) -> Iterator[list[str]]:
    """Yield the statements that the database is sent, as they are."""
    found: list[str] = []

    def note(*given: object) -> None:
        found.append(str(given[2]))

    engine = world.context.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


class _Watch:
    """How much memory the process had at most while something went on, looked at a hundred times a second."""

    def __init__(self) -> None:
        self.peak = _memory_kb()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(_LOOK_SECONDS):
            self.peak = max(self.peak, _memory_kb())


def _memory_kb() -> int:
    with suppress(OSError):
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1])
    return 0
