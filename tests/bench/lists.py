"""Status lists: what bringing one up to date takes, beside its compression and signature; mass withdrawal."""

import gzip
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from issuer.core.intake import parse
from issuer.core.status import bitstring
from issuer.db.tables import Credential, StatusList
from issuer.errors import IssuerError
from issuer.services import issue, list_text, revoke, status_lists
from tests.bench import worlds
from tests.support.world import World

LENGTHS: Final = (131_072, 1_048_576)
SHARE: Final = 0.05
"""The share of entries that is set: of 1,000,000 badges, 50,000 were withdrawn before."""

ROUNDS: Final = 7
FLIPPED: Final = 10
_CHUNK: Final = 2_000
_SEED: Final = 20261125


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Return milliseconds of CPU for each length, medians of alternating rounds, and each one's limit."""
    found: dict[str, float] = {}
    for length in LENGTHS:
        found |= {f"{name}_{length}": value for name, value in _of_length(length, rounds).items()}
    return found


def measure_withdrawal(issued: int = 20_000, withdrawn: int = 2_000) -> dict[str, float]:
    """Return the seconds that a mass withdrawal takes, with the publication of every list it touches."""
    with _world(LENGTHS[1]) as world:
        _issue(world, issued)
        with world.context.database.read() as session:
            public_ids = [*session.scalars(select(Credential.public_id))]
            lists = [*session.scalars(select(StatusList.id))]
        for number in lists:
            status_lists.published(world.context, number)
        chosen = random.Random(_SEED).sample(public_ids, withdrawn)
        wall, cpu = time.perf_counter(), time.process_time()
        order = revoke.Order("revoke", "issued_in_error", None, world.client, "req_bench")
        for begin in range(0, withdrawn, _CHUNK):
            revoke.change_all(world.context, order, chosen[begin : begin + _CHUNK])
        changed = time.perf_counter()
        for number in lists:
            status_lists.published(world.context, number)
        ended = time.perf_counter()
        return {
            "issued": float(issued),
            "withdrawn": float(withdrawn),
            "withdrawal_s": ended - wall,
            "withdrawal_cpu_s": time.process_time() - cpu,
            "withdrawn_per_s": withdrawn / (ended - wall),
            "publications": float(len(lists)),
            "publication_s": ended - changed,
        }


def _of_length(length: int, rounds: int) -> dict[str, float]:
    with _world(length) as world:
        chance = random.Random(_SEED)
        ones = chance.sample(range(length), int(length * SHARE))
        bits = bitstring.pack(ones, length)
        number = world.issue().award[0].revocation_list_id
        texts = _Texts(world, number, bits)
        key = Ed25519PrivateKey.generate()
        runs: dict[str, Callable[[], object]] = {
            "updated_ms": lambda: texts.updated(chance.sample(range(length), FLIPPED)),
            "packed_anew_ms": lambda: bitstring.encode(bitstring.pack(ones, length)),
            "limit_ms": lambda: (bitstring.encode(bits), key.sign(bits[:64])),
            "gzip_6_ms": lambda: gzip.compress(bits, 6, mtime=0),
        }
        for _ in range(3):  # the plan is made the second time that a shape is met
            texts.updated([0])
        times = {name: [_cpu_ms(run) for _ in range(rounds)] for name, run in runs.items()}
    found = {name: statistics.median(each) for name, each in times.items()}
    by_level = len(gzip.compress(bits, 6)) * 4 / 3
    return {
        **found,
        "of_limit": found["limit_ms"] / found["updated_ms"],
        "characters": float(len(bitstring.encode(bits))),
        "gzip_6_characters": by_level,
    }


class _Texts:
    """The published text of a list, brought up to date time and again: all but the database's own part."""

    def __init__(self, world: World, number: int, bits: bytes) -> None:
        self._world = world
        with world.context.database.read() as session:
            self._found = session.get_one(StatusList, number)
            self._issuer = list_text.issuer_of(world.context, session, world.tenant.id)
        self._text = list_text.signed(world.context, self._issuer, self._found, bits)

    def updated(self, indices: list[int]) -> None:
        bits = list_text.bits_of(self._text)
        bits = bitstring.changed(bits, [(indices, True)])
        self._text = list_text.signed(self._world.context, self._issuer, self._found, bits)


@contextmanager
def _world(length: int) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{name}/bench.db"
        with worlds.opened(Path(name), url, status_list_length=length) as world:
            world.publish()
            yield world


def _issue(world: World, count: int) -> None:
    sender = issue.Sender(world.client.id, world.tenant.id, "req_bench")
    for begin in range(0, count, _CHUNK):
        events = [world.event() for _ in range(min(_CHUNK, count - begin))]
        for answer in issue.issue_all(
            world.context, [issue.Sent(sender, parse.received(event, {})) for event in events]
        ):
            if isinstance(answer, IssuerError):
                raise answer


def _cpu_ms(run: Callable[[], object]) -> float:
    started = time.process_time()
    run()
    return (time.process_time() - started) * 1000
