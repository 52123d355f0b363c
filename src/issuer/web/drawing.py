"""Answers with pictures: from memory in any thread, drawn in places of their own."""

from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

import anyio
from fastapi import Request

from issuer.context import Context
from issuer.services.drawn import NotDrawn
from issuer.web.places import Places

Answer = TypeVar("Answer")

_AT_ONCE: Final = 1
"""The renderer lets no other thread of the process work meanwhile: two at once would not be faster."""

_WAITING: Final = 16


class Studio:
    """Where pictures are drawn, so that however many are asked for, issuing finds a thread. One a process."""

    def __init__(self) -> None:
        self._places = Places(_AT_ONCE, "pictures are being drawn", _WAITING)
        self._under_way: dict[Hashable, anyio.Event] = {}
        self._copying = anyio.CapacityLimiter(1)

    async def answer(self, context: Context, work: Callable[[Context], Answer]) -> Answer:
        """Return what the work returns, in a place if it has to draw. Raises what it raises, and `TooBusy`.

        The work is given the context, and is done again where it turns out that something must be drawn.
        Whoever wants what is being drawn waits for that without a thread and without a place.
        """
        looking = replace(context, may_draw=False)
        while True:
            try:
                return await anyio.to_thread.run_sync(work, looking)
            except NotDrawn as missing:
                key = missing.key
            if key not in self._under_way:
                return await self._drawn(key, partial(work, context))
            await self._under_way[key].wait()

    async def pieces(self, file: Iterator[bytes]) -> AsyncIterator[bytes]:
        """Yield a file piece by piece. One piece of all such files is made at a time.

        They have a place of their own: a file that has begun cannot be refused for want of one.
        """
        while (piece := await anyio.to_thread.run_sync(next, file, None, limiter=self._copying)) is not None:
            yield piece

    async def _drawn(self, key: Hashable, work: Callable[[], Answer]) -> Answer:
        done = self._under_way[key] = anyio.Event()
        try:
            return await self._places.run(work)
        finally:
            del self._under_way[key]
            done.set()


async def answer(request: Request, work: Callable[[Context], Answer]) -> Answer:
    """Return what work returns that may have to draw. Raises what it raises, and `TooBusy`."""
    studio: Studio = request.app.state.studio
    return await studio.answer(request.app.state.context, work)
