"""How much is asked of one host at a time, so that one that hangs leaves room for all others."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from issuer.net.answers import Unreachable


class Crowded(Unreachable):
    """So much is being fetched at this moment that nothing more is asked for."""

    code = "fetching-crowded"


class HostPlaces:
    """Places in which something is asked of a host. Threads share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._taken: Counter[str] = Counter()

    @contextmanager
    def one(self, host: str) -> Iterator[None]:
        """Take a place for a host, or raise `Crowded` at once: who waited would hold a thread."""
        with self._lock:
            if self._taken[host] >= self._most:
                raise Crowded(f"{host} was not asked: it has {self._most} questions to answer already")
            self._taken[host] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[host] -= 1
                self._taken += Counter()  # hosts without a place are forgotten
