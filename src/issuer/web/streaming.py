"""Answers that are sent while the question is still being read."""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Final

import anyio
from fastapi import Response
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send
from typing_extensions import override

HELD: Final = 16_000_000
"""How many bytes of an answer are held for whoever sends all of the question before reading."""

PATIENCE: Final = 60.0
"""After so many seconds in which nothing came and nothing could be sent, the connection is given up."""


class Streamed(Response):
    """An answer of pieces, made no further ahead of its reader than `HELD` bytes, and `done` in any case.

    Starlette's own streaming answer takes what comes in as a sign that the reader went away.
    """

    def __init__(
        self,
        pieces: AsyncIterator[bytes],
        media_type: str,
        done: Callable[[], None],
        *,
        patience: float = PATIENCE,
    ) -> None:
        super().__init__(media_type=media_type, headers={"cache-control": "no-store"})
        del self.headers["content-length"]
        self._pieces = pieces
        self._done = done
        self._patience = patience
        self._held = bytearray()
        self._is_made = False
        self._changed = anyio.Condition()

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        try:
            await send(start)
            async with anyio.create_task_group() as group:
                self._move(group.cancel_scope)
                group.start_soon(self._make, group.cancel_scope)
                while piece := await self._next():
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                    self._move(group.cancel_scope)
                await send({"type": "http.response.body", "body": b""})
        finally:
            self._done()

    async def _make(self, scope: anyio.CancelScope) -> None:
        with suppress(ClientDisconnect):
            async for piece in self._pieces:
                self._move(scope)
                await self._hold(piece)
        async with self._changed:
            self._is_made = True
            self._changed.notify_all()

    def _move(self, scope: anyio.CancelScope) -> None:
        """Wait as long again. An answer that is cut off tells its reader that it is not whole."""
        scope.deadline = anyio.current_time() + self._patience

    async def _hold(self, piece: bytes) -> None:
        async with self._changed:
            self._held += piece
            self._changed.notify_all()
            while len(self._held) > HELD:
                await self._changed.wait()

    async def _next(self) -> bytes:
        """Return what is held, as soon as there is something; nothing at the end."""
        async with self._changed:
            while not self._held and not self._is_made:
                await self._changed.wait()
            piece = bytes(self._held)
            self._held.clear()
            self._changed.notify_all()
        return piece
