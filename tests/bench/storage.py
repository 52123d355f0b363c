"""What a badge takes on disk, table by table, and what packing its text costs."""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import select, text

from issuer.context import Context
from issuer.core import compacting
from issuer.core.intake import parse
from issuer.db.tables import Credential
from issuer.services import issue
from tests.bench import worlds
from tests.support.world import World

Given = TypeVar("Given")

COUNT: Final = 20_000
ROUNDS: Final = 7
_TEXTS: Final = 200
_RESULTS: Final = [{"criterion": "quality", "level": "proficient"}]


def measure(count: int = COUNT, rounds: int = ROUNDS) -> dict[str, float]:
    """Return the bytes that a badge takes on SQLite, by table, and the microseconds that its text takes."""
    with (
        tempfile.TemporaryDirectory() as name,
        worlds.opened(Path(name), f"sqlite:///{name}/bench.db") as world,
    ):
        world.publish()
        _issue(world, count)
        return {**_bytes(world.context, count), **_times(world.context, rounds)}


def _issue(world: World, count: int) -> None:
    sender = issue.Sender(world.client.id, world.tenant.id, "req_bench")
    for begin in range(0, count, issue.CHUNK):
        events = [
            world.event(assessment={"results": _RESULTS}) for _ in range(min(issue.CHUNK, count - begin))
        ]
        issue.issue_all(world.context, [issue.Sent(sender, parse.received(each, {})) for each in events])


def _bytes(context: Context, count: int) -> dict[str, float]:
    query = text(
        "SELECT s.type, s.name, sum(d.pgsize) FROM dbstat d JOIN sqlite_schema s ON s.name = d.name"
        " GROUP BY s.type, s.name"
    )
    with context.database.read() as session:
        found = [(kind, name, size / count) for kind, name, size in session.execute(query)]
    tables = {f"bytes_{name}": size for kind, name, size in found if kind == "table" and size >= 1}
    totals = {kind: sum(size for each, _, size in found if each == kind) for kind in ("table", "index")}
    return {"bytes_all_tables": totals["table"], "bytes_all_indices": totals["index"], **tables}


def _times(context: Context, rounds: int) -> dict[str, float]:
    with context.database.read() as session:
        rows = session.scalars(select(Credential).limit(_TEXTS)).all()
    wholes = [str(row.secured) for row in rows]
    signed = json.loads(wholes[0])
    shared = compacting.dictionary(signed, signed["proof"]).content
    heads = [whole.partition(',"proof":')[0] for whole in wholes]
    begun = [compacting.begun(head, shared) for head in heads]
    packed = [compacting.continued(*each) for each in zip(begun, wholes, strict=True)]
    return {
        "text_bytes": statistics.mean(len(whole.encode()) for whole in wholes),
        "packed_bytes": statistics.mean(map(len, packed)),
        "begun_us": _microseconds(rounds, heads, lambda head: compacting.begun(head, shared)),
        "continued_us": _microseconds(
            rounds, list(zip(begun, wholes, strict=True)), lambda each: compacting.continued(*each)
        ),
        "unpacked_us": _microseconds(rounds, packed, lambda each: compacting.unpacked(each, shared)),
    }


def _microseconds(rounds: int, given: Sequence[Given], work: Callable[[Given], object]) -> float:
    found = []
    for _ in range(rounds):
        started = time.process_time()
        for each in given:
            work(each)
        found.append((time.process_time() - started) / len(given) * 1_000_000)
    return statistics.median(found)
