"""Processes of `issuer`, started in an instant and killed at any moment."""

import multiprocessing
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx

from issuer.failpoints import VARIABLE

_START_SECONDS = 60
_LOOK_SECONDS = 0.002
_PRELOAD = ["issuer.cli.commands", "issuer.sandbox.judging", "issuer.sandbox.recoding"]
_FORKING = multiprocessing.get_context("forkserver")
"""A start costs two seconds of imports; a process that has made them forks the others."""


@dataclass
class Member:
    """One process of the service: what it runs, and the process that runs it now. `port` is an API's."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    port: int | None = None
    process: ForkServerProcess | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def exit_code(self) -> int | None:
        return self.process.exitcode if self.process else None

    def start(self, failpoint: str | None = None) -> None:
        """Start the process, which dies at a failpoint where one is named. An API is ready on return."""
        environment = {**self.environment, **({VARIABLE: failpoint} if failpoint else {})}
        self.process = _FORKING.Process(target=_run, args=(list(self.arguments), environment, str(self.log)))
        self.process.start()
        if self.port is not None:
            self._wait_until_ready()

    def kill(self) -> None:
        """Kill the process as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.join()

    def wait(self, seconds: float = 60) -> int | None:
        """Return the exit code once the process has ended: -9 where it was killed, or died at a failpoint."""
        if self.process is not None:
            self.process.join(seconds)
        return self.exit_code

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self.exit_code is None:
            try:
                if httpx.get(f"{self.url}/readyz", trust_env=False, timeout=5).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.02)
        if self.exit_code is None:
            self.kill()
        raise NotReady(f"{' '.join(self.arguments)} did not become ready: {self.log.read_text()[-2000:]}")


class NotReady(Exception):
    """An API process ended, or did not answer, before it was ready."""


@dataclass
class Fleet:
    """The processes that serve one database."""

    apis: list[Member]
    workers: list[Member]
    environment: Mapping[str, str]
    log: Path

    @property
    def urls(self) -> list[str]:
        return [api.url for api in self.apis]

    def told(self) -> str:
        """Return the end of what the processes wrote."""
        return self.log.read_text()[-2000:] if self.log.exists() else ""

    def start(self) -> None:
        """Start what does not run."""
        self.start_apis()
        _start(self.workers)

    def start_apis(self) -> None:
        """Start the APIs that do not run."""
        _start(self.apis)

    def kill(self) -> None:
        for member in (*self.apis, *self.workers):
            member.kill()

    def command(self, *arguments: str, failpoint: str | None = None) -> int | None:
        """Run one command of `issuer` to its end, and return its exit code."""
        member = Member(arguments, self.environment, self.log)
        member.start(failpoint)
        try:
            return member.wait()
        finally:
            member.kill()

    def interrupted(self, *arguments: str, when: Callable[[], bool]) -> None:
        """Run one command of `issuer`, and kill it once something is so."""
        member = Member(arguments, self.environment, self.log)
        member.start()
        while not when() and member.exit_code is None:
            time.sleep(_LOOK_SECONDS)
        member.kill()


@cache
def _warm_up() -> None:
    """Let the process that forks others have our imports: it may run already, for the service's own sandbox.

    There is one of it in a process, and what it imports is settled when it starts.
    """
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # noqa: SLF001 - there is no public way
    _FORKING.set_forkserver_preload(_PRELOAD)


@contextmanager
def fleet(environment: Mapping[str, str], log: Path, *, apis: int, workers: int) -> Iterator[Fleet]:
    """Yield a fleet that is not started yet, and kill what runs of it in the end."""
    _warm_up()
    serving = [_api(environment, log) for _ in range(apis)]
    found = Fleet(serving, [Member(["worker"], environment, log) for _ in range(workers)], environment, log)
    try:
        yield found
    finally:
        found.kill()


def _start(members: Sequence[Member]) -> None:
    for member in members:
        if member.process is None or member.exit_code is not None:
            member.start()


def _api(environment: Mapping[str, str], log: Path) -> Member:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Member(["serve", "--no-worker", "--port", str(port)], environment, log, port)


def _run(arguments: list[str], environment: dict[str, str], log: str) -> None:
    """Become `issuer` with these arguments and this environment, and nothing of the parent's."""
    os.environ.clear()  # noqa: TID251
    os.environ.update(environment)  # noqa: TID251
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    sys.argv = ["issuer", *arguments]

    from issuer.cli import main  # noqa: PLC0415 - imported already where the parent could

    main()
