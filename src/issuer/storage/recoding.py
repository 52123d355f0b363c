"""A process for one picture, in which it is decoded: bounded in time and memory, and killed when over."""

import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from math import ceil
from multiprocessing.connection import Connection
from typing import Final, TypeAlias

from issuer.core.artwork import clean_png, clean_svg, svg_raster
from issuer.core.artwork.uploaded import Picture, UnreadableArtwork
from issuer.errors import Invalid, Unavailable

SECONDS: Final = 15.0
"""How much of a processor's time one PNG picture may take to be decoded and written anew."""

DRAWING_SECONDS: Final = 4.0
"""How much one SVG picture may take to be drawn: pages and badges draw it again, where nothing stops them."""

_START_SECONDS: Final = 30.0
_MEMORY: Final = 768 * 1024 * 1024
_WAITING: Final = 5
"""How many times as long the answer is waited for: an honest picture may meet a busy machine."""

_READY: Final = "ready"
_OVER: Final = (
    "the picture took more time or memory than any badge needs: make it simpler, or save it smaller"
)

_Work: TypeAlias = Callable[[bytes], Picture]


class NotRecoded(Unavailable):
    """No process could be started to decode the picture in."""

    code = "not-recoded"


def png(raw: bytes, seconds: float = SECONDS) -> Picture:
    """Return a PNG picture written anew from its pixels, decoded in a process of its own.

    Raises what `clean_png.clean` raises, `UnreadableArtwork` too where the process had to be killed, and
    `NotRecoded` where none could be started.
    """
    clean_png.check(raw)
    return _apart(clean_png.clean, raw, seconds)


def svg(raw: bytes, seconds: float = DRAWING_SECONDS) -> Picture:
    """Return an SVG picture written anew, which was drawn once in a process of its own.

    Raises what `clean_svg.clean` raises, `UnreadableArtwork` too where it cannot be drawn in that time, and
    `NotRecoded` where no process could be started.
    """
    return _apart(_drawn, raw, seconds)


def _apart(work: _Work, raw: bytes, seconds: float) -> Picture:
    # Forked from a process without threads: of one with threads, a lock could be held for ever.
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work, seconds), daemon=True)
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


def _drawn(raw: bytes) -> Picture:
    picture = clean_svg.clean(raw)
    try:
        svg_raster.png(picture.content)
    except ValueError as error:
        raise UnreadableArtwork("the SVG picture cannot be drawn: export it again") from error
    return picture


def _ask(link: Connection, raw: bytes, seconds: float) -> Picture:
    """Return the picture from the other end. `EOFError` and `OSError` say that nobody began there."""
    if not link.poll(_START_SECONDS) or link.recv() != _READY:
        raise EOFError
    try:
        link.send_bytes(raw)
        answer = link.recv() if link.poll(seconds * _WAITING) else None
    except (EOFError, OSError) as error:
        raise UnreadableArtwork(_OVER) from error
    if isinstance(answer, Invalid):
        raise answer
    if not isinstance(answer, Picture):
        raise UnreadableArtwork(_OVER)
    return answer


def _serve(link: Connection, work: _Work, seconds: float) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    until = ceil(time.process_time() + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (until, until))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # a trace could hold the picture
    with suppress(EOFError, OSError):
        link.send(_READY)  # only from now on does the time count
        link.send(_done(work, link.recv_bytes()))


def _done(work: _Work, raw: bytes) -> Picture | Invalid | None:
    try:
        return work(raw)
    except Invalid as error:
        return error.with_traceback(None)
    except BaseException:  # noqa: BLE001 - what a library of another language raises is no Exception
        return None
