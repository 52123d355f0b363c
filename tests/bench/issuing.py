"""How many events become stored badges, beside the bare signature and beside rows that are only stored."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Column, MetaData, String, Table, Text, insert
from sqlalchemy.event import listen, remove

from issuer.core.documents import Document
from issuer.core.intake import parse
from issuer.errors import IssuerError
from issuer.services import issue
from issuer.services.issue import Issued, Sent
from tests.bench import worlds
from tests.support import postgres
from tests.support.world import World

ROUNDS: Final = 5
_CHUNK: Final = issue.CHUNK
_ALONE: Final = 100
_WARM: Final = 3
"""Chunks before anything is measured: plans are compiled, and files have grown."""

_STORED = Table("bench_stored", MetaData(), Column("id", String(36), primary_key=True), Column("text", Text))


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Return events per CPU second of this process, medians of rounds: in chunks, alone, and the limits.

    On PostgreSQL too where one can be started; what its own processes take is not in these figures.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = _measured(folder, f"sqlite:///{folder}/bench.db", rounds)
        found |= _on_postgresql(folder, rounds)
    return found


def _on_postgresql(folder: Path, rounds: int) -> dict[str, float]:
    try:
        with postgres.cluster() as cluster:
            found = _measured(folder, cluster.create_database("bench"), rounds)
    except pytest.skip.Exception:
        return {}
    return {f"postgresql_{name}": value for name, value in found.items() if name != "limit_per_s"}


def _measured(folder: Path, url: str, rounds: int) -> dict[str, float]:
    with opened(folder, url) as world:
        sent = events(world)
        issued: list[Issued] = []
        for _ in range(_WARM):
            issued = _issue(world, sent, _CHUNK)
        texts = [str(each.award.credential.secured) for each in issued]
        rates: dict[str, list[float]] = {}
        for number in range(rounds):
            for key, rate in _round(world, sent, texts, number).items():
                rates.setdefault(key, []).append(rate)
        found = {key: statistics.median(values) for key, values in rates.items()}
        found["chunk_statements"] = _statements(world, sent, _CHUNK)
        found["alone_statements"] = _statements(world, sent, 1)
    return {
        **found,
        "ratio_to_limit": found["chunk_per_s"] / found["limit_per_s"],
        "ratio_to_store": found["chunk_per_s"] / found["store_per_s"],
    }


def _round(world: World, sent: Iterator[Sent], texts: list[str], number: int) -> dict[str, float]:
    alone = [next(sent) for _ in range(_ALONE)]
    chunk = [next(sent) for _ in range(_CHUNK)]
    times: list[float] = []

    def one_by_one() -> None:
        for each in alone:
            started = time.perf_counter()
            issue.issue_all(world.context, [each])
            times.append(time.perf_counter() - started)

    return {
        "chunk_per_s": _CHUNK / _seconds(lambda: issue.issue_all(world.context, chunk)),
        "store_per_s": _CHUNK / _seconds(lambda: _store(world, texts, number)),
        "limit_per_s": _CHUNK / _seconds(lambda: _sign(texts)),
        "alone_per_s": _ALONE / _seconds(one_by_one),
        "alone_p50_ms": statistics.median(times) * 1000,
    }


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _store(world: World, texts: list[str], number: int) -> None:
    """Store as many rows of the size of a draft, and of a badge, in as many transactions as issuing takes."""
    for part in ("draft", "badge"):
        rows = [
            {"id": f"{part}-{number}-{place:05}-{'0' * 20}", "text": text} for place, text in enumerate(texts)
        ]
        with world.context.database.write.begin() as session:
            session.connection().execute(insert(_STORED), rows)


def _sign(texts: list[str]) -> None:
    """Sign, and hash about as many bytes as the canonical forms have: three times those of the text."""
    key = Ed25519PrivateKey.from_private_bytes(sha256(b"bench").digest())
    for text in texts:
        body = (text * 3).encode()
        key.sign(sha256(body[:430]).digest() + sha256(body).digest())


def _statements(world: World, sent: Iterator[Sent], count: int) -> float:
    seen: list[object] = []

    def note(*found: object) -> None:
        seen.append(found[2])

    events = [next(sent) for _ in range(count)]
    listen(world.context.database.engine, "before_cursor_execute", note)
    issue.issue_all(world.context, events)
    remove(world.context.database.engine, "before_cursor_execute", note)
    return float(len(seen))


def _issue(world: World, sent: Iterator[Sent], count: int) -> list[Issued]:
    answers = issue.issue_all(world.context, [next(sent) for _ in range(count)])
    for answer in answers:
        if isinstance(answer, IssuerError):
            raise answer
    return [answer for answer in answers if isinstance(answer, Issued)]


@contextmanager
def opened(folder: Path, url: str) -> Iterator[World]:
    """Yield an issuer on a fresh database, with what is measured published."""
    with worlds.opened(folder, url) as world:
        _STORED.metadata.create_all(world.context.database.engine)
        world.publish("MC-BENCH", **_DEFINITION)
        yield world


def events(world: World) -> Iterator[Sent]:
    """Yield events as a platform sends them, each of another person, parsed as an edge parses them."""
    sender = issue.Sender(world.client.id, world.tenant.id, "req_bench")
    number = 0
    while True:
        number += 1
        person = {"email": f"teacher{number}@alder.example", "name": f"Example Teacher {number}"}
        event: Document = {**_EVENT, "id": f"event-{number}", "recipient": person}
        yield Sent(sender, parse.received(event, {}))


_LEVELS = [{"id": name, "name": name.title()} for name in ("developing", "proficient", "distinguished")]
_DEFINITION: Final[Document] = {
    "criteria": {"narrative": 'Submit a *plan*, six "samples" and a reflection.\n\n1. Plan\n2. Teach'},
    "tag": ["feedback", "assessment", "writing"],
    "alignment": [
        {
            "targetName": name,
            "targetUrl": f"https://frameworks.example.org/items/{name.lower()}",
            "targetFramework": "A framework of teaching",
            "targetCode": name[:3],
        }
        for name in ("Assessment", "Instruction", "Reflection")
    ],
    "resultDescription": [
        {
            "id": "quality",
            "name": "Quality of feedback",
            "resultType": "RubricCriterionLevel",
            "requiredLevel": "proficient",
            "rubricCriterionLevel": _LEVELS,
        },
        {
            "id": "reflection",
            "name": "Written reflection",
            "resultType": "Result",
            "allowedValue": ["not yet", "meets", "exceeds"],
            "requiredValue": "meets",
        },
    ],
}
_EVENT: Final[Document] = {
    "type": "submission.approved",
    "achievement": "MC-BENCH",
    "activity": {"startDate": "2026-01-12", "endDate": "2026-06-05"},
    "assessment": {
        "results": [
            {"criterion": "quality", "level": "proficient"},
            {"criterion": "reflection", "value": "meets"},
        ]
    },
    "evidence": [{"name": "Lesson plan", "genre": "document"}, {"name": "Six samples", "genre": "portfolio"}],
    "narrative": "Students revised after every round of feedback.",
}
