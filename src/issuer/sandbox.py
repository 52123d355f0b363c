"""Processes in which strangers' credentials are judged: bounded in time and memory, and killed when over.

What a stranger sends is canonicalised under a budget of steps, which stops every poison known. This is for
those that are not known: Python cannot interrupt a computation, but it can kill a process.
"""

import multiprocessing
import queue
import resource
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final, TypeAlias

from issuer.core.verifying import report
from issuer.core.verifying.holder import Claimed
from issuer.core.verifying.materials import Materials
from issuer.core.verifying.report import Report
from issuer.errors import Unavailable

SECONDS = 2.0
"""How long one credential may be judged."""

_PATIENCE = 5.0
_START_SECONDS = 30.0
_READY = "ready"
_MEMORY = 768 * 1024 * 1024
_TOO_LONG = "It took longer to check than any honest badge does."
_TOO_MUCH = "It took more memory to check than any honest badge does."
_NOT_STARTED = "no process could be started to check it in: try again in a few seconds"
_FAILED = "Something in it could not be checked to the end."

_PRELOAD: Final = [__name__]
Judge: TypeAlias = Callable[[Materials, Claimed | None], Report]


class Busy(Unavailable):
    """As many credentials as can be are being judged at this moment."""

    code = "verification-busy"


@dataclass
class _Worker:
    process: BaseProcess
    link: Connection


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
        # Workers are forked from a process that has nothing but this module, and no threads: a fork of a
        # process with threads can begin with a lock that nobody will ever release.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOAD)
        self._seconds = seconds
        self._patience = patience
        self._judge = judge
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        self._lock = threading.Lock()
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
            if not kept:  # an answer may still be in the pipe: it must never be taken for the next one's
                self._kill(worker)
            self._idle.put(worker if kept else None)

    def close(self) -> None:
        """End every process that is not at work."""
        with suppress(queue.Empty):
            while True:
                worker = self._idle.get_nowait()
                if worker is not None:
                    self._kill(worker)

    def _ask(self, worker: _Worker, materials: Materials, claimed: Claimed | None) -> Report:
        try:
            worker.link.send((materials, claimed))
            if not worker.link.poll(self._seconds):
                raise _Stopped(_TOO_LONG)
            answer = worker.link.recv()
        except (EOFError, OSError) as error:
            raise _Stopped(_TOO_MUCH) from error
        return answer if isinstance(answer, Report) else report.unobtained(_FAILED, materials.now)

    def _started(self) -> _Worker:
        """Return a fresh process, or raise `Busy`: there may be no memory, or no folder for its socket."""
        try:
            worker = self._begun()
        except (EOFError, OSError) as error:
            raise Busy(_NOT_STARTED) from error
        if not _is_ready(worker.link):
            self._kill(worker)
            raise Busy(_NOT_STARTED)
        return worker

    def _begun(self) -> _Worker:
        with self._lock:
            ours, theirs = self._context.Pipe()
            process = self._context.Process(target=_work, args=(theirs, self._judge), daemon=True)
            process.start()
            theirs.close()
        return _Worker(process, ours)

    def _kill(self, worker: _Worker | None) -> None:
        if worker is not None:
            worker.link.close()
            worker.process.kill()
            worker.process.join()


class _Stopped(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _is_ready(link: Connection) -> bool:
    try:
        return link.poll(_START_SECONDS) and link.recv() == _READY
    except (EOFError, OSError):
        return False


def _work(link: Connection, judge: Judge) -> None:
    """Judge what comes, one after another, until the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(EOFError, OSError):
        link.send(_READY)  # only from now on does the time count
        while True:
            link.send(_judged(judge, *link.recv()))


def _judged(judge: Judge, materials: Materials, claimed: Claimed | None) -> Report | None:
    try:
        return judge(materials, claimed)
    except MemoryError:
        raise SystemExit(1) from None
    except Exception:  # noqa: BLE001 - a trace could quote the badge, and must not end on standard error
        return None
