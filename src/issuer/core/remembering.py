"""What was worked out before, kept within a bound."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Memory(Generic[Key, Value]):
    """Remembers values up to a weight in all, what was used longest ago being forgotten first.

    Threads may share it. Of several who want the same at once, one works it out and the others wait.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._weight = 0
        self._under_way: dict[Key, _Turn[Value]] = {}

    @property
    def weight(self) -> int:
        """What all that is kept weighs: never more than the bound."""
        return self._weight

    def recall(
        self,
        key: Key,
        make: Callable[[], Value],
        *,
        weigh: Callable[[Value], int | None],
        fresh: Callable[[Value], bool] = lambda _: True,
    ) -> Value:
        """Return what is kept under a key while it is fresh, or what `make` returns, and keep that.

        What `weigh` gives no weight, and what is heavier than the bound, is given to those who waited for it
        and not kept. Raises what `make` raises; whoever waited for that tries again.
        """
        found = self.find(key, fresh)
        if found is None:
            turn = self._queued(key)
            try:
                with turn.lock:
                    found = self.find(key, fresh) if turn.found is None else turn.found
                    if found is None:
                        found = make()
                        self.keep(key, found, weigh(found))
                    turn.found = found
            finally:
                self._left(key, turn)
        return found

    def find(self, key: Key, fresh: Callable[[Value], bool] = lambda _: True) -> Value | None:
        """Return what is kept under a key while it is fresh, or None."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or not fresh(kept[0]):
                return None
            self._kept.move_to_end(key)
            return kept[0]

    def keep(self, key: Key, value: Value, weight: int | None) -> None:
        """Keep a value in place of what was kept under its key. See `recall` for what is not kept."""
        with self._lock:
            self._weight -= self._kept.pop(key, (value, 0))[1]
            if weight is None or weight > self._most:
                return
            self._kept[key] = value, weight
            self._weight += weight
            while self._weight > self._most:
                self._weight -= self._kept.popitem(last=False)[1][1]

    def _queued(self, key: Key) -> "_Turn[Value]":
        with self._lock:
            turn = self._under_way.setdefault(key, _Turn())
            turn.waiting += 1
            return turn

    def _left(self, key: Key, turn: "_Turn[Value]") -> None:
        """End a turn: whoever comes now takes what is kept, or begins another one."""
        with self._lock:
            turn.waiting -= 1
            is_over = turn.found is not None or not turn.waiting
            if is_over and self._under_way.get(key) is turn:
                del self._under_way[key]


@dataclass
class _Turn(Generic[Value]):
    """Several who want the same. What was made is for all who were waiting, kept or not."""

    lock: Lock = field(default_factory=Lock)
    waiting: int = 0
    found: Value | None = None
