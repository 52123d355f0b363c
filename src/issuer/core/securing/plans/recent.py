"""Which plans are kept: those used last, up to a weight, of shapes that were met more than once."""

import sys
import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

ENOUGH: Final = 2
"""How often a shape is met before it is worth a plan: many are met once and never again."""

_AFTER_FORGETTING: Final = 8
"""How often it is met again before a plan is made that was thrown out already: there are more than fit."""

_MOST_MET: Final = 10_000

Item = TypeVar("Item")


class Recent(Generic[Item]):
    """Items by key, up to a weight in all; of other keys, how often they were met. Threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        self._items: OrderedDict[Hashable, tuple[Item, int, Hashable]] = OrderedDict()
        self._met: OrderedDict[int, int] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def weight(self) -> int:
        """What all that is kept weighs: never more than the bound."""
        return self._weight

    def get(self, key: Hashable) -> Item | None:
        """Return what is kept under a key, which counts as used."""
        try:
            item, _, kept = self._items[key]
            self._items.move_to_end(kept)  # the very key that is there: an equal one is compared again
        except KeyError:  # never there, or thrown out by another thread between the two
            return None
        return item

    def is_worth_it(self, key: Hashable) -> bool:
        """Return whether something should be made for a key that has nothing yet, which counts as met."""
        with self._lock:
            times = self._met.pop(hash(key), 0) + 1
            self._remember(key, times)
            return times >= ENOUGH

    def postpone(self, key: Hashable) -> None:
        """Let a key be met some times more before anything is made for it."""
        with self._lock:
            self._remember(key, ENOUGH - _AFTER_FORGETTING)

    def keep(self, key: Hashable, item: Item, weight: int) -> None:
        """Keep an item, and throw out those not used for longest where all weigh too much together."""
        with self._lock:
            self._weight += weight - self._items.pop(key, (item, 0, key))[1]
            self._items[key] = item, weight, key
            while self._weight > self._most:
                oldest, (_, freed, _) = self._items.popitem(last=False)
                self._weight -= freed
                self._remember(oldest, ENOUGH - _AFTER_FORGETTING)

    def _remember(self, key: Hashable, times: int) -> None:
        self._met[hash(key)] = times
        if len(self._met) > _MOST_MET:
            self._met.popitem(last=False)


def weight(key: object) -> int:
    """Return how many bytes a key takes with all in it: a stranger chose the names, numbers and texts."""
    if isinstance(key, type):
        return 0
    return sys.getsizeof(key) + (sum(map(weight, key)) if isinstance(key, tuple) else 0)
