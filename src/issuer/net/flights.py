"""One request for several who want the same thing at the same time."""

from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Flights(Generic[Key, Value]):
    """What is being fetched at this moment."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way: dict[Key, Future[Value]] = {}

    def once(self, key: Key, fetch: Callable[[], Value], *, seconds: float) -> Value:
        """Return what `fetch` returns, or what somebody who is already fetching the same gets.

        Raises `TimeoutError` when somebody else's takes more than `seconds`, or comes to nothing.
        """
        landing: Future[Value] = Future()
        with self._lock:
            under_way = self._under_way.setdefault(key, landing)
        if under_way is landing:
            return self._fly(key, fetch, landing)
        try:
            return under_way.result(timeout=seconds)
        except CancelledError as error:
            raise TimeoutError("what somebody else fetched came to nothing") from error

    def _fly(self, key: Key, fetch: Callable[[], Value], landing: "Future[Value]") -> Value:
        try:
            value = fetch()
            landing.set_result(value)
        finally:
            with self._lock:
                del self._under_way[key]
            landing.cancel()
        return value
