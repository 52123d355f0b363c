"""Where the time of issuing goes, by function: `python -m tests.bench.parts_of_issuing [chunk|alone]`."""

import cProfile
import pstats
import sys
import tempfile
from pathlib import Path

from issuer.services import issue
from issuer.services.issue import Sent
from tests.bench import issuing
from tests.support.world import World

_EVENTS = 3_000
_ALONE = 300
_SHOWN = 30


def profiled(world: World, groups: list[list[Sent]]) -> pstats.Stats:
    """Return the profile of issuing these events, group by group, after some that warm up."""
    profile = cProfile.Profile()
    issue.issue_all(world.context, groups[0])
    profile.enable()
    for group in groups[1:]:
        issue.issue_all(world.context, group)
    profile.disable()
    return pstats.Stats(profile)


def main(kind: str) -> None:
    """Print the functions that take longest by themselves, over all events."""
    size, count = (1, _ALONE) if kind == "alone" else (issue.CHUNK, _EVENTS)
    with (
        tempfile.TemporaryDirectory() as name,
        issuing.opened(Path(name), f"sqlite:///{name}/bench.db") as world,
    ):
        sent = issuing.events(world)
        groups = [[next(sent) for _ in range(size)] for _ in range(count // size + 1)]
        profiled(world, groups).sort_stats("tottime").print_stats(_SHOWN)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "chunk")
