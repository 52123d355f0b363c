"""Start a process for what a stranger sent, bounded in memory, which can be killed at any moment."""

import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final

_PRELOAD: Final = ["issuer.sandbox.judging", "issuer.sandbox.recoding"]
_START_SECONDS: Final = 30.0
_MEMORY: Final = 768 * 1024 * 1024
_READY: Final = "ready"
_STARTING: Final = threading.Lock()
"""No process may be started with the other end of another one's link."""


class NotStarted(Exception):
    """No process could be started: there may be no memory, or no folder for its socket."""


@dataclass(frozen=True)
class Apart:
    """A process, and the link to it."""

    process: BaseProcess
    link: Connection

    def end(self) -> None:
        """Kill the process, whatever it is at."""
        self.link.close()
        if self.process.pid is not None:
            self.process.kill()
            self.process.join()


def started(serve: Callable[..., None], *given: object) -> Apart:
    """Return a process that runs `serve(link, *given)`, and has called `confine`, or raise `NotStarted`."""
    # Forked from a process that has nothing but these modules, and no threads: a fork of a process with
    # threads can begin with a lock that nobody will ever release.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOAD)
    with _STARTING:
        try:
            ours, theirs = context.Pipe()
        except OSError as error:
            raise NotStarted from error
        found = Apart(context.Process(target=serve, args=(theirs, *given), daemon=True), ours)
        try:
            found.process.start()
        except (EOFError, OSError) as error:
            found.end()
            raise NotStarted from error
        finally:
            theirs.close()
    if not _is_ready(found.link):
        found.end()
        raise NotStarted
    return found


def confine(link: Connection, seconds: float | None = None) -> None:
    """Bound the process that calls this, in memory and in seconds of a processor, and say that it is ready.

    Nothing that it writes is seen: a trace could quote what it was sent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if seconds is not None:
        until = ceil(time.process_time() + seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (until, until))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    link.send(_READY)  # only from now on does the time count


def _is_ready(link: Connection) -> bool:
    try:
        return link.poll(_START_SECONDS) and link.recv() == _READY
    except (EOFError, OSError):
        return False
