"""What was fetched a short time ago, kept within bounds of time, number and size."""

import sys
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final

from issuer.core import documents
from issuer.core.verifying.materials import Fetched, Obtained, Unfetched, Want
from issuer.net.flights import Flights
from issuer.net.newest import Newest

MOST_ENTRIES: Final = 1_000
MOST_BYTES: Final = 64_000_000


@dataclass(frozen=True)
class Kept:
    """What a fetch came to, and the moment from which it is to be fetched again."""

    found: Fetched
    until: datetime


class Cache:
    """Remembers what was fetched, what was used longest ago being forgotten first. Threads may share it.

    Documents are handed out as they are kept: nobody may change them.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        most_entries: int = MOST_ENTRIES,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.newest = Newest()
        self._clock = clock
        self._most_entries = most_entries
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._entries: OrderedDict[Want, _Entry] = OrderedDict()
        self._bytes = 0
        self._flights: Flights[Want, Fetched] = Flights()

    def obtain(self, want: Want, fetch: Callable[[], Kept], *, seconds: float) -> Fetched:
        """Return what is kept, or what `fetch` gets. Who wants the same meanwhile waits for it, not too long.

        Raises nothing but what `fetch` raises, and that only where it was called.
        """
        found = self._kept(want)
        if found is not None:
            return found
        try:
            return self._flights.once(want, lambda: self._fetched(want, fetch), seconds=seconds)
        except TimeoutError:
            return Unfetched("it did not answer in time")

    def _kept(self, want: Want) -> Fetched | None:
        """Return what is kept and may still be used. A clock that was set back makes it unusable too."""
        with self._lock:
            entry = self._entries.get(want)
            if entry is None:
                return None
            if not entry.begins <= self._clock() < entry.ends:
                self._forget(want)
                return None
            self._entries.move_to_end(want)
            return entry.found

    def _fetched(self, want: Want, fetch: Callable[[], Kept]) -> Fetched:
        """Return what `fetch` gets and keep it. Somebody may have done so since it was looked for."""
        begins = self._clock()
        found = self._kept(want)
        if found is not None:
            return found
        kept = fetch()
        if kept.until > begins:
            self._keep(want, _Entry(kept.found, begins, kept.until, _weight(kept.found)))
        return kept.found

    def _keep(self, want: Want, entry: "_Entry") -> None:
        with self._lock:
            self._forget(want)
            self._entries[want] = entry
            self._bytes += entry.weight
            while len(self._entries) > self._most_entries or self._bytes > self._most_bytes:
                self._forget(next(iter(self._entries)))

    def _forget(self, want: Want) -> None:
        entry = self._entries.pop(want, None)
        self._bytes -= entry.weight if entry else 0


@dataclass(frozen=True)
class _Entry:
    found: Fetched
    begins: datetime
    ends: datetime
    weight: int


def _weight(found: Fetched) -> int:
    """Return about how many bytes of memory it takes: parsed, a document is larger than its text."""
    content = found.content if isinstance(found, Obtained) else found.reason
    names = (name for _, item in documents.walk(content) if isinstance(item, dict) for name in item)
    return sum(map(sys.getsizeof, names)) + sum(sys.getsizeof(item) for _, item in documents.walk(content))
