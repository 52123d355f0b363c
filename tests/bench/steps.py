"""Where the time of a report goes, in microseconds: `python -m tests.bench.steps`."""

import itertools
import statistics
import sys
import time
from collections.abc import Iterator

from issuer.core.verifying import findings, opening, report, seal, structure
from issuer.core.verifying.materials import Materials
from tests.bench import verifying
from tests.support import badges

_TURNS = 4_000


def steps(badge: verifying.Badge) -> Iterator[tuple[str, float]]:
    """Yield the name of each step of a report in order, and the moment at which it was done."""
    yield "begin", time.perf_counter()
    document = opening.opened_text(badge.text).document
    materials = Materials(document=document, now=badges.NOW, library=badge.library)
    yield "parse", time.perf_counter()
    sound = structure.known(document)
    yield "find the shape", time.perf_counter()
    examined = report.Examined(materials, tuple(seal.seals_of(materials)), sound)
    yield "verify the proof", time.perf_counter()
    found = []
    for check in report.CHECKS:
        found.append(check.run(examined).cited(check.citation))
        yield f"check {check.id}", time.perf_counter()
    findings.headline(found)
    yield "sum up", time.perf_counter()


def measure(turns: int = _TURNS) -> dict[str, float]:
    """Return the median microseconds of each step for our own badge, of a shape that was seen."""
    made = itertools.cycle([verifying.samples(number)["own"] for number in range(8)])
    taken: dict[str, list[float]] = {}
    for _ in range(turns):
        for (_, before), (name, after) in itertools.pairwise(steps(next(made))):
            taken.setdefault(name, []).append((after - before) * 1e6)
    return {name: statistics.median(each) for name, each in taken.items()}


if __name__ == "__main__":
    for step, microseconds in measure().items():
        sys.stdout.write(f"{step:20}{microseconds:8.1f}\n")
