"""How much strangers may ask at once: a rate for each address, and places of their own.

Verifying takes processor time and waits for other sites. It runs in threads that nothing else uses, so that
however much is verified, issuing finds a thread.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import TypeVar

from issuer.errors import Unavailable
from issuer.web.places import Places

_ADDRESSES = 20_000
_MINUTE = 60.0

Answer = TypeVar("Answer")


class TooManyRequests(Unavailable):
    """This address has asked more than its share for the moment."""

    code = "too-many-requests"


class Gate:
    """The rate of each address, and the places for what is verified at once. One for each process."""

    def __init__(self, per_minute: int, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._places = Places(at_once, "badges are being checked")
        self._clock = clock
        self._allowances: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admit(self, address: str, cost: int = 1) -> None:
        """Take an address's share for `cost` verifications, or raise `TooManyRequests`.

        Shares grow back evenly; an address that was quiet for a minute has all of its share.
        """
        now, address = self._clock(), _network(address)
        left, since = self._allowances.pop(address, (float(self._per_minute), now))
        left = min(self._per_minute, left + (now - since) * self._per_minute / _MINUTE)
        refused = left < cost
        self._allowances[address] = (left if refused else left - cost, now)
        if len(self._allowances) > _ADDRESSES:
            self._allowances.popitem(last=False)
        if refused:
            raise TooManyRequests(
                f"at most {self._per_minute} verifications a minute are made for one address: "
                "send fewer, wait a little, or send them with an API key"
            )

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """Return what the work returns, done in one of the places, or raise `TooBusy`."""
        return await self._places.run(work)


def _network(address: str) -> str:
    """Return whose address it is: of IPv6, everybody has a network of 2^64 addresses.

    A listener for both kinds gives IPv4 addresses mapped into one network of IPv6: they stay apart.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), 64), strict=False))
