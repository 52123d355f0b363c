"""What arrives while a batch is being issued waits, and is issued together next: one commit for many."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import anyio
import anyio.to_thread

from issuer.context import Context
from issuer.db import engine
from issuer.errors import IssuerError
from issuer.services import issue
from issuer.services.issue import Issued, Sent
from issuer.web.places import TooBusy

TOGETHER: Final = 256
"""How many events are issued together, or a few more: those who wait for the next batch wait that long."""

_WAITING: Final = 1_000
"""How many events of one issuer may wait."""

Answers: TypeAlias = list[Issued | IssuerError]


@dataclass(frozen=True)
class _Item:
    sent: Sequence[Sent]
    answers: asyncio.Future[Answers]


class Gathering:
    """Where events are issued, one a process: a lone event at once, and those of a crowd together."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[_Item]] = {}
        self._counts: dict[str, int] = {}
        self._place = anyio.CapacityLimiter(1)
        self._work: asyncio.Task[None] | None = None

    async def issue(
        self, context: Context, tenant_id: str, sent: Sequence[Sent], *, is_patient: bool = False
    ) -> Answers:
        """Return the answers to an issuer's events, in order, or raise `TooBusy` unless they can wait.

        What was taken is issued, also when the one who asked goes away. Issuers take turns.
        """
        waiting = self._counts.get(tenant_id, 0)
        if waiting >= _WAITING and not is_patient:
            raise TooBusy("too many events are waiting at this moment: send it again in a few seconds")
        item = _Item(sent, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(tenant_id, deque()).append(item)
        self._counts[tenant_id] = waiting + len(sent)
        if self._work is None:
            self._work = asyncio.create_task(self._issue_all(context))
        return await asyncio.shield(item.answers)

    async def _issue_all(self, context: Context) -> None:
        try:
            while items := self._taken():
                await self._issue(context, items)
        finally:
            self._work = None

    def _taken(self) -> list[_Item]:
        """Return what is issued together next: of each issuer in turn one item, until that is enough."""
        items: list[_Item] = []
        size = 0
        while self._waiting and size < TOGETHER:
            tenant_id = next(iter(self._waiting))
            own = self._waiting.pop(tenant_id)
            items.append(own.popleft())
            size += len(items[-1].sent)
            self._counts[tenant_id] -= len(items[-1].sent)
            if own:
                self._waiting[tenant_id] = own
            else:
                del self._counts[tenant_id]
        return items

    async def _issue(self, context: Context, items: Sequence[_Item]) -> None:
        """Issue items together; each alone where that fails for no reason that all of them share."""
        sent = [each for item in items for each in item.sent]
        try:
            answers = await anyio.to_thread.run_sync(issue.issue_all, context, sent, limiter=self._place)
        except Exception as error:  # noqa: BLE001 - whoever asked is told, and answers as for any other fault
            if len(items) == 1 or isinstance(error, engine.FAILURES):
                _tell(items, error)
                return
            for item in items:
                await self._issue(context, [item])
            return
        place = 0
        for item in items:
            if not item.answers.done():
                item.answers.set_result(answers[place : place + len(item.sent)])
            place += len(item.sent)


def _tell(items: Sequence[_Item], error: Exception) -> None:
    for item in items:
        if not item.answers.done():
            item.answers.set_exception(error)
