"""What anybody reads, from a real server process: a badge and a list, beside an answer with nothing in it."""

import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench import peer, serving

ROUNDS = 5
ASKED = 200
CONNECTIONS = (1, 8)
PEER = "bare answer"
_WARM_UP = 40
_OK = 200


@dataclass
class Contestant:
    """An address that is read, and what was measured there, by number of connections."""

    name: str
    url: str
    coding: str = "identity"
    rates: dict[int, list[float]] = field(default_factory=lambda: {count: [] for count in CONNECTIONS})
    times: dict[int, list[float]] = field(default_factory=lambda: {count: [] for count in CONNECTIONS})


def measure(rounds: int = ROUNDS, asked: int = ASKED) -> dict[str, dict[str, float]]:
    """Return the median rate of interleaved rounds, percentiles, and the share of the peer's rate, each."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        world, address = stack.enter_context(serving.served(folder, f"sqlite:///{folder}/bench.db"))
        award = world.issue().award[0]
        badge = f"{address}/b/{award.public_id}"
        running = [
            Contestant(PEER, f"{stack.enter_context(peer.serving())}/hello"),
            Contestant("page", badge),
            Contestant("page, as gzip", badge, "gzip"),
            *(
                Contestant(suffix, badge + suffix)
                for suffix in (".json", ".jwt", ".png", ".svg", "/card.png")
            ),
            Contestant("status list", f"{address}/status/{award.revocation_list_id}"),
        ]
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


def _read(what: Contestant, count: int, connections: int) -> tuple[float, list[float]]:
    """Return the seconds that it took to read so often over kept connections, and each answer's time."""
    place = urlsplit(what.url)

    def read(times: int) -> list[float]:
        found = []
        connection = HTTPConnection(place.netloc, timeout=60)
        for _ in range(times):
            started = time.perf_counter()
            connection.request("GET", place.path, headers={"accept-encoding": what.coding})
            answer = connection.getresponse()
            answer.read()
            found.append((time.perf_counter() - started) * 1000)
            if (answer.status, answer.getheader("content-encoding", "identity")) != (_OK, what.coding):
                raise AssertionError(f"{what.name} answered {answer.status}")
        connection.close()
        return found

    started = time.perf_counter()
    with ThreadPoolExecutor(connections) as readers:
        parts = list(readers.map(read, [count // connections] * connections))
    return time.perf_counter() - started, [each for part in parts for each in part]


def _summary(of: Contestant, bare: Contestant, connections: int) -> dict[str, float]:
    cuts = statistics.quantiles(of.times[connections], n=100)
    rate = statistics.median(of.rates[connections])
    share = rate / statistics.median(bare.rates[connections])
    return {"per_s": rate, "of_peer": share, "p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98]}
