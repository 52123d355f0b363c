"""Processes of `issuer` in an instant, each forked from one that has made its two seconds of imports.

Each has its own arguments, environment, folder, standard streams and signals, as one that was started anew.
The one that forks has one thread, and does nothing else. What its children leave out is the taking apart of
what was imported, which an interpreter does in its end.
"""

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import IO, Final, NoReturn

_ROOT: Final = Path(__file__).parents[2]
_SCRIPT: Final = """
import issuer.cli.bake_alone, issuer.cli.commands, issuer.cli.verify_alone
from tests.support import forking
forking.become({number})
from issuer.cli import main
forking.end(main)
"""
_LARGEST_ORDER = 65_536


class Forked:
    """A running process of `issuer`, with the part of `subprocess.Popen` that tests need."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        order = json.dumps([["issuer", *arguments], dict(environment), str(folder)]).encode()
        theirs, ours = zip(_reading(), _writing(), _writing(), _writing(), strict=True)
        socket.send_fds(_forker(), [order], theirs)
        for descriptor in theirs:
            os.close(descriptor)
        self.stdin = os.fdopen(ours[0], "wb", buffering=0)
        self.stdout, self.stderr, self._told = (os.fdopen(each, "rb") for each in ours[1:])
        self.pid = int(self._told.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, as `subprocess` has it, or None while the process runs."""
        if self.returncode is None and select.select([self._told], [], [], 0)[0]:
            self.returncode = os.waitstatus_to_exitcode(int(self._told.readline()))
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code once the process has ended, or raise `subprocess.TimeoutExpired`."""
        if self.returncode is None:
            select.select([self._told], [], [], timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired("issuer", timeout or 0)
        return code

    def communicate(self, given: bytes = b"", timeout: float | None = None) -> tuple[bytes, bytes]:
        """Return all that the process writes from now on, to each of its two streams."""
        with ThreadPoolExecutor(3) as pool:
            written = [pool.submit(self.stdout.read), pool.submit(self.stderr.read)]
            pool.submit(_give, self.stdin, given)
            try:
                self.wait(timeout)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        return written[0].result(), written[1].result()

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the process, where it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the process as a power cut would."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Kill the process where it still runs, and close what leads to it."""
        self.kill()
        self.wait()
        for file in (self.stdin, self.stdout, self.stderr, self._told):
            file.close()


def run(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run a command of `issuer` to its end, as `subprocess.run` does."""
    found = Forked(arguments, environment, folder)
    try:
        written = found.communicate(stdin, timeout=120)
        return subprocess.CompletedProcess(arguments, found.wait(), *written)
    finally:
        found.close()


def become(number: int) -> None:
    """Fork a process for every order that arrives at a socket, and return in each of those alone."""
    orders = socket.socket(fileno=number)
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that tell
    while True:
        order, descriptors, _, _ = socket.recv_fds(orders, _LARGEST_ORDER, 4)
        if not order:
            os._exit(0)
        if os.fork() == 0:
            orders.close()
            break
        for each in descriptors:
            os.close(each)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _tell_of_a_child(descriptors[3], descriptors[:3])
    _settle(descriptors[:3], *json.loads(order))


def end(main: Callable[[], None]) -> NoReturn:
    """Run a program to its end, and end with its exit code."""
    code = 0
    try:
        main()
    except SystemExit as ended:
        if isinstance(ended.code, str):
            sys.stderr.write(f"{ended.code}\n")
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - whatever it is, the interpreter would show it, and end
        traceback.print_exc()
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - as the interpreter does in its end
    atexit._run_exitfuncs()  # noqa: SLF001 - as above
    sys.stdout.flush()
    os._exit(code)


@cache
def _forker() -> socket.socket:
    """Return what leads to the process that forks. It ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-c", _SCRIPT.format(number=theirs.fileno())],
            cwd=_ROOT,
            env={"PATH": os.environ["PATH"]},  # noqa: TID251
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


def _reading() -> tuple[int, int]:
    """Return both ends of a pipe, the child's first, which reads."""
    return os.pipe()


def _writing() -> tuple[int, int]:
    """Return both ends of a pipe, the child's first, which writes."""
    ours, theirs = os.pipe()
    return theirs, ours


def _give(stdin: IO[bytes], given: bytes) -> None:
    try:
        stdin.write(given)
    except BrokenPipeError:  # the process reads no further
        pass
    finally:
        stdin.close()


def _tell_of_a_child(descriptor: int, others: Sequence[int]) -> None:
    """Return in a child of this process, which tells its number and, in the end, its status."""
    if (child := os.fork()) == 0:
        os.close(descriptor)
        return
    for each in others:
        os.close(each)
    os.write(descriptor, b"%d\n" % child)
    os.write(descriptor, b"%d\n" % os.waitpid(child, 0)[1])
    os._exit(0)


def _settle(
    descriptors: Sequence[int], arguments: list[str], environment: dict[str, str], folder: str
) -> None:
    """Make this process what one that was started with these would be."""
    for standard, each in enumerate(descriptors):
        os.dup2(each, standard)
        os.close(each)
    sys.stdin, sys.stdout = os.fdopen(0, "r"), os.fdopen(1, "w")
    sys.stderr = os.fdopen(2, "w", buffering=1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()  # noqa: TID251
    os.environ.update(environment)  # noqa: TID251
    os.chdir(folder)
    sys.argv = arguments
