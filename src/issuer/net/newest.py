"""Which lists were seen before in a newer edition."""

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import Final

MOST_LISTS: Final = 10_000


class Newest:
    """The newest start of each list that was seen, the lists not seen for longest forgotten first.

    An old list still has its good seal: whoever replays it hides what was withdrawn since.
    """

    def __init__(self, most: int = MOST_LISTS) -> None:
        self._most = most
        self._lock = Lock()
        self._starts: OrderedDict[str, datetime] = OrderedDict()

    def admits(self, url: str, start: datetime | None, now: datetime) -> bool:
        """Return whether a list is no older than any seen at its address. One without a start is older.

        Its seal has not been checked here. A start in the future is therefore not remembered: no error or
        forgery at the address can shut out the lists that come after it.
        """
        with self._lock:
            newest = self._starts.get(url)
            if newest is not None:
                self._starts.move_to_end(url)
                if start is None or start < newest:
                    return False
            if start is not None and start <= now:
                self._remember(url, start)
        return True

    def _remember(self, url: str, start: datetime) -> None:
        self._starts[url] = start
        self._starts.move_to_end(url)
        if len(self._starts) > self._most:
            self._starts.popitem(last=False)
