"""Kill the reference importer again and again, at a byte or at a statement, and start it anew each time.

Run with `URL PROFILE KEY FOLDER KILLS`, it forks a process for each attempt. It prints how often it
was killed, and leaves the database of the last whole run.
"""

import os
import random
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
from sqlalchemy import create_engine, event
from typing_extensions import override

from issuer_client.importing import Importer

_BYTES, _STATEMENTS = 40_000, 30


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _Stream(httpx.SyncByteStream):
    """What arrives, piece by small piece, until the process is killed."""

    def __init__(self, inner: httpx.SyncByteStream, transport: "_Transport") -> None:
        self._inner, self._transport = inner, transport

    @override
    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._inner:
            for start in range(0, len(chunk), 64):
                yield chunk[start : start + 64]
                self._transport.left -= 64
                if self._transport.left < 0:
                    _die()

    @override
    def close(self) -> None:
        self._inner.close()


class _Transport(httpx.HTTPTransport):
    """A connection over which so many bytes come, and no more."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left

    @override
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        assert isinstance(answer.stream, httpx.SyncByteStream)
        answer.stream = _Stream(answer.stream, self)
        return answer


def attempt(url: str, profile: str, key: str, folder: Path, limits: tuple[int, int]) -> None:
    """Load the export, and be killed after so many bytes or before so many statements."""
    engine = create_engine(f"sqlite:///{folder / 'agency.db'}")
    left = [limits[1]]

    @event.listens_for(engine, "before_cursor_execute")
    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            _die()

    headers = {"authorization": f"Bearer {key}"}
    with httpx.Client(base_url=url, headers=headers, transport=_Transport(limits[0])) as http:
        Importer(http, profile, engine, folder / "downloads").run()


def _survived(arguments: tuple[str, str, str], folder: Path, limits: tuple[int, int]) -> bool:
    pid = os.fork()
    if pid == 0:
        try:
            attempt(*arguments, folder, limits)
        except BaseException:  # noqa: BLE001 - the parent sees it
            os._exit(3)
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0:
        raise SystemExit("the importer failed by itself")
    return os.WIFEXITED(status)


def main(url: str, profile: str, key: str, place: str, kills: str) -> None:
    """Kill it so many times. Whenever it gets through nevertheless, it begins with nothing again."""
    chance, folder, killed = random.Random(1), Path(place), 0
    folder.mkdir(parents=True, exist_ok=True)
    while killed < int(kills):
        limits = chance.choice([(chance.randrange(_BYTES), 10**9), (10**9, chance.randrange(_STATEMENTS))])
        if _survived((url, profile, key), folder, limits):
            shutil.rmtree(folder)
            folder.mkdir()
        else:
            killed += 1
    assert _survived((url, profile, key), folder, (10**9, 10**9))
    sys.stdout.write(f"{killed}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
