"""Places for work that takes long, in threads that nothing else uses."""

from collections import Counter
from collections.abc import Callable
from typing import Final, TypeVar

import anyio

from issuer.errors import Unavailable

WAITING: Final = 8
"""How many may wait or work for each place."""

Answer = TypeVar("Answer")


class TooBusy(Unavailable):
    """More is being asked at this moment than there is room for."""

    code = "too-busy"


class Places:
    """How many may work at once, and how many more may wait: those hold no thread."""

    def __init__(self, at_once: int, about: str, waiting: int = WAITING) -> None:
        self._limiter = anyio.CapacityLimiter(at_once)
        self._about = about
        self._waiting = 0
        self._most_waiting = at_once * waiting

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """Return what the work returns, done in one of the places, or raise `TooBusy`."""
        if self._waiting >= self._most_waiting:
            raise TooBusy(f"too many {self._about} at this moment: try again in a few seconds")
        self._waiting += 1
        try:
            return await anyio.to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._waiting -= 1


class Shares:
    """How many at once each issuer has under way. What one issuer does takes nothing from another."""

    def __init__(self, most: int, about: str) -> None:
        self._most = most
        self._about = about
        self._taken: Counter[str] = Counter()

    def take(self, tenant_id: str) -> Callable[[], None]:
        """Return how to give a share back, once, or raise `TooBusy`."""
        if self._taken[tenant_id] >= self._most:
            raise TooBusy(f"too many {self._about} at this moment: try again in a few seconds")
        self._taken[tenant_id] += 1
        return lambda: self._taken.subtract([tenant_id])
