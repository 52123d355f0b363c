"""Remember each call of the API for thirty days, without a call waiting for that."""

import json
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from issuer import telemetry
from issuer.context import Context
from issuer.core import ids
from issuer.db import engine, requests

KEPT: Final = timedelta(days=30)
"""For how long a call can be looked up."""

PAUSE_SECONDS: Final = 2.0
"""How often calls are written down: when a process is killed, those since the last time are lost."""

_MOST: Final = 20_000
"""How many calls wait at most, where the database does not answer. Others are lost then."""

_TOGETHER: Final = 500
_EVENT_ID_LENGTH: Final = 128
_POINTERS: Final = 20
_POINTER_LENGTH: Final = 200


@dataclass(frozen=True)
class Call:
    """A call that was answered. `pointers` are the places in what was sent that were refused."""

    id: str
    tenant_id: str
    client_id: str
    at: datetime
    method: str
    route: str
    status: int
    microseconds: int
    outcome: str | None = None
    code: str | None = None
    pointers: Sequence[str] = ()
    event_id: str | None = None
    award: str | None = None


class RequestLog:
    """The calls of one process that are not written down yet."""

    def __init__(self) -> None:
        self._waiting: deque[Call] = deque(maxlen=_MOST)
        self._writing = threading.Lock()

    def note(self, call: Call) -> None:
        """Keep a call in memory until it is written down."""
        self._waiting.append(call)

    def holds(self, request_id: str) -> bool:
        """Return whether a call waits to be written down."""
        return any(call.id == request_id for call in list(self._waiting))

    def write(self, context: Context) -> None:
        """Write down what waits, some hundred calls a transaction. Where no database answers, it waits on.

        The session is none of the doors' own: what pages show does not change by it, so nothing that is
        kept of them has to be looked at anew.
        """
        with self._writing:
            while some := self._taken():
                try:
                    with Session(context.database.engine) as session, session.begin():
                        requests.add(session, [_row(each) for each in some])
                except engine.FAILURES:
                    self._waiting.extendleft(reversed(some))
                    raise

    def write_until(self, context: Context, stop: threading.Event) -> None:
        """Write calls down every now and then until told to stop, and then once more."""
        while not stop.wait(PAUSE_SECONDS):
            self._try(context)
        self._try(context)

    def _taken(self) -> list[Call]:
        found: list[Call] = []
        while self._waiting and len(found) < _TOGETHER:
            found.append(self._waiting.popleft())
        return found

    def _try(self, context: Context) -> None:
        try:
            self.write(context)
        except Exception as error:  # noqa: BLE001 - a thread that ended would be missed by nobody
            context.metrics.faults.labels("request-log").inc()
            telemetry.log().error("calls_not_recorded", exception=telemetry.origin_of(error))


def forget(context: Context) -> None:
    """Forget calls that are older than thirty days. Nothing is written where there are none."""
    before = context.clock() - KEPT
    with context.database.read() as session:
        if not requests.is_any_before(session, before):
            return
    count = _TOGETHER
    while count == _TOGETHER:
        with context.database.write.begin() as session:
            count = requests.forget(session, before, _TOGETHER)


def _row(call: Call) -> dict[str, object]:
    pointers = [each[:_POINTER_LENGTH] for each in call.pointers[:_POINTERS]]
    return {
        **vars(call),
        "pointers": json.dumps(pointers) if pointers else None,
        "event_id": _storable(call.event_id, _EVENT_ID_LENGTH),
        "award": _storable(call.award, ids.PUBLIC_ID_LENGTH),
    }


def _storable(text: str | None, longest: int) -> str | None:
    """Return a text that somebody chose, or None for what no database takes: it would lose all the others."""
    return text if text is not None and len(text) <= longest and text.isprintable() else None
