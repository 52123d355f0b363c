"""A process for one picture, in which it is decoded: bounded in time and memory, and killed when over."""

import multiprocessing
import resource
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Final

from issuer.core.artwork import clean_png
from issuer.core.artwork.uploaded import Picture, UnreadableArtwork
from issuer.errors import Invalid, Unavailable

SECONDS: Final = 15.0
"""How long one picture may be decoded."""

_START_SECONDS: Final = 30.0
_MEMORY: Final = 768 * 1024 * 1024
_READY: Final = "ready"
_OVER: Final = (
    "the picture took more time or memory to decode than any badge needs: save it anew, and smaller"
)


class NotRecoded(Unavailable):
    """No process could be started to decode the picture in."""

    code = "not-recoded"


def recoded(raw: bytes, seconds: float = SECONDS) -> Picture:
    """Return a PNG picture written anew from its pixels, decoded in a process of its own.

    Raises what `clean_png.clean` raises, `UnreadableArtwork` too where the process had to be killed, and
    `NotRecoded` where none could be started.
    """
    clean_png.check(raw)
    # Forked from a process without threads: of one with threads, a lock could be held for ever.
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), daemon=True)
    try:
        process.start()
        theirs.close()
        return _ask(ours, raw, seconds)
    except (EOFError, OSError) as error:
        raise NotRecoded("the picture could not be decoded: try again in a few seconds") from error
    finally:
        ours.close()
        if process.pid is not None:
            process.kill()
            process.join()


def _ask(link: Connection, raw: bytes, seconds: float) -> Picture:
    """Return the picture from the other end. `EOFError` and `OSError` say that nobody began there."""
    if not link.poll(_START_SECONDS) or link.recv() != _READY:
        raise EOFError
    try:
        link.send_bytes(raw)
        answer = link.recv() if link.poll(seconds) else None
    except (EOFError, OSError) as error:
        raise UnreadableArtwork(_OVER) from error
    if isinstance(answer, Invalid):
        raise answer
    if not isinstance(answer, Picture):
        raise UnreadableArtwork(_OVER)
    return answer


def _work(link: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(EOFError, OSError):
        link.send(_READY)  # only from now on does the time count
        link.send(_cleaned(link.recv_bytes()))


def _cleaned(raw: bytes) -> Picture | Invalid | None:
    try:
        return clean_png.clean(raw)
    except Invalid as error:
        return error.with_traceback(None)
    except Exception:  # noqa: BLE001 - a trace could hold the picture, and must not end on standard error
        return None
