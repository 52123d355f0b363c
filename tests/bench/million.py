"""A million badges in one database: how fast they come, what they take, and what reading costs then."""

import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import select, text

from issuer.context import Context
from issuer.core import documents
from issuer.core.intake import parse
from issuer.db.tables import Credential, StatusList
from issuer.errors import IssuerError
from issuer.services import issue, revoke, standing, status_lists
from tests.bench import worlds
from tests.support.world import World

COUNT: Final = 1_000_000
CHUNK: Final = 500
STRETCH: Final = 20_000
"""How many badges one rate is taken over: the first so many, and the last."""

_FIRST_READ: Final = 1_000
_READS: Final = 2_000
_SEED: Final = 20261125
_STATUS: Final = Path("/proc/self/status")


@dataclass
class Issuing:
    """What was seen of a run: CPU seconds of each stretch, and the ids of some badges to read."""

    seconds: list[float] = field(default_factory=list)
    wall: float = 0.0
    public_ids: list[str] = field(default_factory=list)
    read_early_ms: float = 0.0
    memory_early: int = 0


def measure(rounds: int = 1, count: int = COUNT) -> dict[str, float]:
    """Return rates per CPU second, milliseconds, and bytes a badge, of so many events taken from NDJSON.

    There is one round: what is compared are its beginning and its end.
    """
    del rounds
    with (
        tempfile.TemporaryDirectory() as name,
        worlds.opened(Path(name), f"sqlite:///{name}/bench.db") as world,
    ):
        world.publish()
        return _measured(world, count)


def _measured(world: World, count: int) -> dict[str, float]:
    seen = _issued(world, count)
    memory = _memory()
    first, last = _rate(seen.seconds[0]), _rate(seen.seconds[-1])
    sizes = _sizes(world.context)
    read = _read_p50_ms(world.context, seen.public_ids)
    return {
        "badges": float(count),
        "cpu_seconds": sum(seen.seconds),
        "wall_seconds": seen.wall,
        "per_cpu_s": count / sum(seen.seconds),
        "first_per_cpu_s": first,
        "last_per_cpu_s": last,
        "last_of_first": last / first,
        "read_at_1000_p50_ms": seen.read_early_ms,
        "read_p50_ms": read,
        "memory_early_mb": seen.memory_early / 1024,
        "memory_mb": memory / 1024,
        "memory_growth": memory / seen.memory_early - 1,
        "table_bytes_a_badge": sizes["table"] / count,
        "index_bytes_a_badge": sizes["index"] / count,
        **_withdrawn(world),
    }


def _issued(world: World, count: int) -> Issuing:
    """Issue badges to as many people, and return what was seen meanwhile."""
    seen, chance = Issuing(), random.Random(_SEED)
    started = time.monotonic()
    for stretch in range(0, count, STRETCH):
        until = min(stretch + STRETCH, count)
        cpu = time.process_time()
        for begin in range(stretch, until, CHUNK):
            kept = chance.random() < _READS / (count / CHUNK)
            _take(world, begin, min(begin + CHUNK, until), seen if kept or begin < _FIRST_READ else None)
            if begin + CHUNK == _FIRST_READ:
                seen.read_early_ms = _read_p50_ms(world.context, seen.public_ids)
        seen.seconds.append(time.process_time() - cpu)
        seen.memory_early = seen.memory_early or _memory()
    seen.wall = time.monotonic() - started
    return seen


def _take(world: World, begin: int, end: int, seen: Issuing | None) -> None:
    """Issue one chunk, from lines of JSON on, as the import does."""
    sender = issue.Sender(world.client.id, world.tenant.id, "req_bench")
    events = [documents.parse(line) for line in _lines(begin, end)]
    sent = [issue.Sent(sender, parse.received(event, {})) for event in events]
    for answer in issue.issue_all(world.context, sent):
        if isinstance(answer, IssuerError):
            raise answer
        if seen is not None:
            seen.public_ids.append(answer.award[0].public_id)


def _withdrawn(world: World) -> dict[str, float]:
    """Withdraw every tenth badge, publish the lists that this changed, and return the seconds of both."""
    with world.context.database.read() as session:
        numbers = [*session.scalars(select(StatusList.id))]
        ids = [*session.scalars(select(Credential.public_id).where(Credential.revocation_index % 10 == 0))]
    for number in numbers:
        status_lists.published(world.context, number)
    order = revoke.Order("revoke", "issued_in_error", None, world.client, "req_bench")
    started = time.monotonic()
    for begin in range(0, len(ids), CHUNK):
        revoke.change_all(world.context, order, ids[begin : begin + CHUNK])
    changed = time.monotonic()
    for number in numbers:
        status_lists.published(world.context, number)
    ended = time.monotonic()
    return {
        "withdrawn": float(len(ids)),
        "withdrawal_s": ended - started,
        "publication_s": ended - changed,
        "publications": float(len(numbers)),
    }


def _lines(begin: int, end: int) -> Iterator[bytes]:
    for number in range(begin, end):
        event = {
            "id": f"event-{number}",
            "type": "submission.approved",
            "achievement": "MC-FEEDBACK",
            "recipient": {"email": f"teacher{number}@alder.example", "name": f"Teacher {number}"},
            "assessment": {"results": [{"criterion": "quality", "level": "proficient"}]},
        }
        yield json.dumps(event).encode()


def _rate(seconds: float) -> float:
    return STRETCH / seconds


def _read_p50_ms(context: Context, public_ids: list[str]) -> float:
    """Return the median time to read the signed text of one of these badges from the database."""
    times = []
    for public_id in random.Random(_SEED).choices(public_ids, k=_READS):
        started = time.perf_counter()
        standing.public_badge(context, public_id, context.settings.public_url)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def _sizes(context: Context) -> dict[str, int]:
    """Return the bytes that tables and that indices take, as SQLite counts its pages."""
    query = text(
        "SELECT s.type, sum(d.pgsize) FROM dbstat d JOIN sqlite_schema s ON s.name = d.name GROUP BY s.type"
    )
    with context.database.read() as session:
        return {str(kind): int(size) for kind, size in session.execute(query)}


def _memory() -> int:
    """Return the kilobytes that this process holds in memory now."""
    [line] = [each for each in _STATUS.read_text().splitlines() if each.startswith("VmRSS")]
    return int(line.split()[1])
