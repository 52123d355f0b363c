"""What is struck under load: the service's processes, PostgreSQL itself, the disk."""

import random
import time
from collections.abc import Callable

from tests.killing.disk import Disk
from tests.killing.fleet import Fleet
from tests.support.postgres import Cluster

_MOMENT = 0.05
_OUTAGE_SECONDS = 0.3
_FULL_SECONDS = 0.7


def one_process(fleet: Fleet, chance: random.Random) -> Callable[[], None]:
    """Return a strike that kills one process of the fleet at some moment, and starts it again."""

    def strike() -> None:
        time.sleep(chance.uniform(0, _MOMENT))
        struck = chance.choice([*fleet.apis, *fleet.workers])
        struck.kill()
        struck.start()

    return strike


def postgresql_itself(cluster: Cluster, chance: random.Random) -> Callable[[], None]:
    """Return a strike that kills every process of a cluster, and starts it again after an outage."""

    def strike() -> None:
        time.sleep(chance.uniform(0, _MOMENT))
        cluster.kill()
        time.sleep(chance.uniform(0, _OUTAGE_SECONDS))
        cluster.start()

    return strike


def full_disk(disk: Disk) -> Callable[[], None]:
    """Return a strike that leaves no room on a disk for a while."""

    def strike() -> None:
        disk.fill()
        time.sleep(_FULL_SECONDS)
        disk.free()

    return strike


def nothing() -> None:
    """Strike nothing: the network between cuts by itself."""
