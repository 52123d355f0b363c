"""Looking a host name up within a deadline."""

import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeAlias

LookUp: TypeAlias = Callable[[str, int], Sequence[str]]


def system_addresses(host: str, port: int) -> Sequence[str]:
    """Return every address that the system's resolver has for a host, or raise `OSError`."""
    found = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    return [str(place[0]) for *_, place in found]


def look_up(addresses_of: LookUp, host: str, port: int, *, seconds: float) -> tuple[str, ...]:
    """Return a host's addresses, each once, or raise `OSError`; `TimeoutError` when it takes too long.

    The system's resolver cannot be interrupted. One that does not answer keeps its thread until it gives
    up by itself; the thread is a daemon, so that the process need not wait for it to end.
    """
    answer: Future[Sequence[str]] = Future()

    def ask() -> None:
        try:
            answer.set_result(addresses_of(host, port))
        except OSError as error:
            answer.set_exception(error)

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    return tuple(dict.fromkeys(answer.result(timeout=seconds)))
