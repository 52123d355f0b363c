"""`POST /v1/verify` against a real server process: our own badge, and a stranger's under did:key."""

import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.bench import serving, verifying

ROUNDS = 5
ASKED = 80
CONNECTIONS = (1, 8)
_WARM_UP = 16


def measure(rounds: int = ROUNDS, asked: int = ASKED) -> dict[str, dict[str, float]]:
    """Return the median rate of interleaved rounds and percentiles of all their answers, for each case.

    With an API key, since the rate of an address is not what is measured. Nothing is fetched.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving.served(folder, f"sqlite:///{folder}/bench.db") as (world, address):
            texts = {
                "own badge": str(world.issue().award[0].secured),
                "did:key badge": verifying.samples()["did:key"].text,
            }
            url = f"{address}/v1/verify"
            for text in texts.values():
                _ask(url, world.headers, text, _WARM_UP, max(CONNECTIONS))
            return _measured(url, world.headers, texts, rounds, asked)


def _measured(
    url: str, headers: dict[str, str], texts: dict[str, str], rounds: int, asked: int
) -> dict[str, dict[str, float]]:
    cases = {
        f"{name}, {connections} at once": (text, connections)
        for name, text in texts.items()
        for connections in CONNECTIONS
    }
    rates: dict[str, list[float]] = {name: [] for name in cases}
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, (text, connections) in cases.items():
            seconds, each = _ask(url, headers, text, asked, connections)
            rates[name].append(len(each) / seconds)
            times[name] += each
    return {name: _summary(rates[name], times[name]) for name in cases}


def _ask(
    url: str, headers: dict[str, str], text: str, count: int, connections: int
) -> tuple[float, list[float]]:
    """Return the seconds that it took to have a badge verified so often, and each answer's time."""

    def ask(times: int) -> list[float]:
        found = []
        with httpx.Client(headers=headers, trust_env=False, timeout=60) as http:
            for _ in range(times):
                started = time.perf_counter()
                answer = http.post(url, content=text, headers={"content-type": "application/json"})
                found.append((time.perf_counter() - started) * 1000)
                if answer.json().get("result") not in verifying.TRUSTED:
                    raise AssertionError(f"it answered {answer.status_code}: {answer.text[:300]}")
        return found

    started = time.perf_counter()
    with ThreadPoolExecutor(connections) as askers:
        parts = list(askers.map(ask, [count // connections] * connections))
    return time.perf_counter() - started, [each for part in parts for each in part]


def _summary(rates: list[float], times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100)
    return {"per_s": statistics.median(rates), "p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98]}
