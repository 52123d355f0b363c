"""What anybody reads, from a real server process: badges and a list, beside an answer with nothing in it."""

import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from issuer.core.intake import parse
from issuer.services import issue
from issuer.services.issue import Issued
from tests.bench import peer, serving, wire
from tests.support.world import World

ROUNDS = 5
ASKED = 400
CONNECTIONS = (1, 8)
PEER = "bare answer"
_WARM_UP = 40
_OK = 200
_FORMS = (".json", ".jwt", ".png", ".svg", "/card.png")


@dataclass
class Contestant:
    """Addresses that are read in turn, and what was measured there, by number of connections."""

    name: str
    urls: Iterator[str]
    coding: str = "identity"
    rates: dict[int, list[float]] = field(default_factory=lambda: {count: [] for count in CONNECTIONS})
    times: dict[int, list[float]] = field(default_factory=lambda: {count: [] for count in CONNECTIONS})


def measure(rounds: int = ROUNDS, asked: int = ASKED) -> dict[str, dict[str, float]]:
    """Return the median rate of interleaved rounds, percentiles, and the share of the peer's rate, each."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        running = [_peer(stack), *_public(stack, Path(name), _WARM_UP + rounds * len(CONNECTIONS) * asked)]
        for each in running:
            _read(each, _WARM_UP, 1)
        for _ in range(rounds):
            for each in running:
                for connections in CONNECTIONS:
                    seconds, times = _read(each, asked, connections)
                    each.rates[connections].append(len(times) / seconds)
                    each.times[connections] += times
    return {
        f"{each.name}, {connections} at once": _summary(each, running[0], connections)
        for each in running
        for connections in CONNECTIONS
    }


def _peer(stack: ExitStack) -> Contestant:
    return Contestant(PEER, itertools.repeat(f"{stack.enter_context(peer.serving())}/hello"))


def _public(stack: ExitStack, folder: Path, count: int) -> list[Contestant]:
    """Return what is read of one badge again and again, and the files of so many others, each once."""
    world, address = stack.enter_context(serving.served(folder, f"sqlite:///{folder}/bench.db"))
    award = world.issue().award[0]
    badge = f"{address}/b/{award.public_id}"
    others = iter([f"{address}/b/{public_id}.json" for public_id in _issued(world, count)])
    return [
        Contestant("page", itertools.repeat(badge)),
        Contestant("page, as gzip", itertools.repeat(badge), "gzip"),
        *(Contestant(form, itertools.repeat(badge + form)) for form in _FORMS),
        Contestant("status list", itertools.repeat(f"{address}/status/{award.revocation_list_id}")),
        Contestant(".json, each once", others),
    ]


def _issued(world: World, count: int) -> list[str]:
    sender = issue.Sender(world.client.id, world.tenant.id, "req_bench")
    sent = [issue.Sent(sender, parse.received(world.event(), {})) for _ in range(count)]
    answers = issue.issue_all(world.context, sent)
    return [each.award.credential.public_id for each in answers if isinstance(each, Issued)]


def _read(what: Contestant, count: int, connections: int) -> tuple[float, list[float]]:
    """Return the seconds that it took to read so often over kept connections, and each answer's time."""
    urls = list(itertools.islice(what.urls, count // connections * connections))
    asked = [wire.request("GET", url, {"accept-encoding": what.coding}) for url in urls]

    def read(requests: list[bytes]) -> list[float]:
        found = []
        with wire.connected(urls[0]) as connection:
            for each in requests:
                started = time.perf_counter()
                status, _ = connection.ask(each)
                found.append((time.perf_counter() - started) * 1000)
                if status != _OK:
                    raise AssertionError(f"{what.name} answered {status}")
        return found

    started = time.perf_counter()
    with ThreadPoolExecutor(connections) as readers:
        parts = list(readers.map(read, [asked[first::connections] for first in range(connections)]))
    return time.perf_counter() - started, [each for part in parts for each in part]


def _summary(of: Contestant, bare: Contestant, connections: int) -> dict[str, float]:
    cuts = statistics.quantiles(of.times[connections], n=100)
    rate = statistics.median(of.rates[connections])
    share = rate / statistics.median(bare.rates[connections])
    return {"per_s": rate, "of_peer": share, "p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98]}
