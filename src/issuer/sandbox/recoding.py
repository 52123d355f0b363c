"""A process for one picture, in which it is decoded or drawn: bounded in time, and killed when over."""

from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Final, TypeAlias, TypeVar

from issuer.core.artwork import clean_png, clean_svg, svg_raster
from issuer.core.artwork.uploaded import Picture, UnreadableArtwork
from issuer.errors import Invalid, Unavailable
from issuer.sandbox import processes
from issuer.sandbox.processes import NotStarted

SECONDS: Final = 15.0
"""How much of a processor's time one PNG picture may take to be decoded and written anew."""

DRAWING_SECONDS: Final = 4.0
"""How much one SVG picture may take to be drawn."""

_REDRAWING_SECONDS: Final = 2 * DRAWING_SECONDS
"""How much it may take later: it was drawn in time once, perhaps by another machine."""

_WAITING: Final = 5
"""How many times as long the answer is waited for: an honest picture may meet a busy machine."""

_OVER: Final = (
    "the picture took more time or memory than any badge needs: make it simpler, or save it smaller"
)

_Made = TypeVar("_Made", Picture, bytes)
_Work: TypeAlias = Callable[[bytes], _Made]


class NotRecoded(Unavailable):
    """No process could be started to decode the picture in."""

    code = "not-recoded"


def png(raw: bytes, seconds: float = SECONDS) -> Picture:
    """Return a PNG picture written anew from its pixels, decoded in a process apart.

    Raises what `clean_png.clean` raises, `UnreadableArtwork` too where the process had to be killed, and
    `NotRecoded` where none could be started.
    """
    clean_png.check(raw)
    return _apart(clean_png.clean, Picture, raw, seconds)


def svg(raw: bytes, seconds: float = DRAWING_SECONDS) -> Picture:
    """Return an SVG picture written anew, which was drawn once in a process apart.

    Raises what `clean_svg.clean` raises, `UnreadableArtwork` too where it cannot be drawn in that time, and
    `NotRecoded` where no process could be started.
    """
    return _apart(_drawn, Picture, raw, seconds)


def raster(content: bytes) -> bytes:
    """Return a picture that `svg` returned as a PNG, drawn in a process apart.

    The renderer lets nothing else in its process work meanwhile. Raises `UnreadableArtwork` where it
    cannot be drawn after all, and `NotRecoded` where no process could be started.
    """
    return _apart(svg_raster.png, bytes, content, _REDRAWING_SECONDS)


def _apart(work: _Work[_Made], kind: type[_Made], raw: bytes, seconds: float) -> _Made:
    try:
        process = processes.started(_serve, work, seconds)
    except NotStarted as error:
        raise NotRecoded("the picture could not be decoded: try again in a few seconds") from error
    try:
        answer = _answer(process.link, raw, seconds)
    finally:
        process.end()
    if isinstance(answer, Invalid):
        raise answer
    if not isinstance(answer, kind):
        raise UnreadableArtwork(_OVER)
    return answer


def _drawn(raw: bytes) -> Picture:
    picture = clean_svg.clean(raw)
    try:
        svg_raster.png(picture.content)
    except ValueError as error:
        raise UnreadableArtwork("the SVG picture cannot be drawn: export it again") from error
    return picture


def _answer(link: Connection, raw: bytes, seconds: float) -> object:
    try:
        link.send_bytes(raw)
        return link.recv() if link.poll(seconds * _WAITING) else None
    except (EOFError, OSError):
        return None


def _serve(link: Connection, work: _Work[_Made], seconds: float) -> None:
    with suppress(EOFError, OSError):
        processes.confine(link, seconds)
        link.send(_done(work, link.recv_bytes()))


def _done(work: _Work[_Made], raw: bytes) -> _Made | Invalid | None:
    try:
        return work(raw)
    except Invalid as error:
        return error.with_traceback(None)
    except BaseException:  # noqa: BLE001 - what a library of another language raises is no Exception
        return None
