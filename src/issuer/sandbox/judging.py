"""Processes in which strangers' credentials are judged: bounded in time and memory, and killed when over.

What a stranger sends is canonicalised under a budget of steps, which stops every poison known. This is for
those that are not known: Python cannot interrupt a computation, but it can kill a process.
"""

import queue
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TypeAlias

from issuer.core.verifying import report
from issuer.core.verifying.holder import Claimed
from issuer.core.verifying.materials import Materials
from issuer.core.verifying.report import Report
from issuer.errors import Unavailable
from issuer.sandbox import processes
from issuer.sandbox.processes import Apart, NotStarted

SECONDS = 2.0
"""How long one credential may be judged."""

_PATIENCE = 5.0
_TOO_LONG = "It took longer to check than any honest badge does."
_TOO_MUCH = "It took more memory to check than any honest badge does."
_NOT_STARTED = "no process could be started to check it in: try again in a few seconds"
_FAILED = "Something in it could not be checked to the end."

Judge: TypeAlias = Callable[[Materials, Claimed | None], Report]


class Busy(Unavailable):
    """As many credentials as can be are being judged at this moment."""

    code = "verification-busy"


class Sandbox:
    """A few worker processes, started when first needed and replaced when one had to be killed."""

    def __init__(
        self,
        size: int,
        *,
        seconds: float = SECONDS,
        patience: float | None = None,
        judge: Judge = report.report,
    ) -> None:
        self._seconds = seconds
        self._patience = patience
        self._judge = judge
        self._idle: queue.LifoQueue[Apart | None] = queue.LifoQueue()
        for _ in range(size):
            self._idle.put(None)

    def judge(self, materials: Materials, claimed: Claimed | None = None) -> Report:
        """Return the report on a credential, `too_complex` where a process had to be killed for it.

        Raises `Busy` when no process is free within a few seconds.
        """
        try:
            place = self._idle.get(timeout=self._patience or _PATIENCE)
        except queue.Empty as error:
            raise Busy(
                "too many badges are being checked at this moment: try again in a few seconds"
            ) from error
        worker, kept = place, False
        try:
            if worker is None or not worker.process.is_alive():
                worker = self._started()
            found = self._ask(worker, materials, claimed)
            kept = True
        except _Stopped as stopped:
            return report.given_up(str(stopped), materials.now)
        else:
            return found
        finally:
            if worker and not kept:  # an answer may still be in the pipe, and is not the next one's
                worker.end()
            self._idle.put(worker if kept else None)

    def close(self) -> None:
        """End every process that is not at work."""
        with suppress(queue.Empty):
            while True:
                worker = self._idle.get_nowait()
                if worker is not None:
                    worker.end()

    def _ask(self, worker: Apart, materials: Materials, claimed: Claimed | None) -> Report:
        try:
            worker.link.send((materials, claimed))
            if not worker.link.poll(self._seconds):
                raise _Stopped(_TOO_LONG)
            answer = worker.link.recv()
        except (EOFError, OSError) as error:
            raise _Stopped(_TOO_MUCH) from error
        return answer if isinstance(answer, Report) else report.unobtained(_FAILED, materials.now)

    def _started(self) -> Apart:
        try:
            return processes.started(_work, self._judge)
        except NotStarted as error:
            raise Busy(_NOT_STARTED) from error


class _Stopped(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _work(link: Connection, judge: Judge) -> None:
    """Judge what comes, one after another, until the other end is gone."""
    with suppress(EOFError, OSError):
        processes.confine(link)
        while True:
            link.send(_judged(judge, *link.recv()))


def _judged(judge: Judge, materials: Materials, claimed: Claimed | None) -> Report | None:
    try:
        return judge(materials, claimed)
    except MemoryError:
        raise SystemExit(1) from None
    except Exception:  # noqa: BLE001 - a trace could quote the badge, and must not end on standard error
        return None
