"""From a drawing of ours to the bytes of a PNG."""

import re
import struct
import zlib
from array import array
from collections import Counter
from typing import Final

import resvg_py

from issuer.core.artwork import faces, scanlines
from issuer.errors import Invalid

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_EMBEDDED: Final = r'(?<= href=)"data:image/png;base64,[A-Za-z0-9+/]+={0,2}"'
"""A picture that is in the drawing itself."""

_PICTURE: Final = "<image "
_REFERENCE: Final = re.compile(rf"href\s*=(?!{_EMBEDDED})|<!|<\?|url\((?!#)|@import", re.IGNORECASE)
_COLORS: Final = 96
"""More make a file larger, and nobody sees them."""

_COARSER: Final = (0xFFFFFFFF, 0xF8F8F8F8, 0xF0F0F0F0, 0xE0E0E0E0, 0xC0C0C0C0, 0x80808080)


class UnsafeDrawing(Invalid):
    """A drawing refers to something outside itself."""

    code = "unsafe-drawing"


def png(svg: str, width: int) -> bytes:
    """Return a drawing of ours as a PNG, always the same bytes for the same drawing (PNG third edition).

    Raises `UnsafeDrawing` where it refers to anything outside: the renderer reads local files that a drawing
    names. A PNG may be inside it: then all colors are kept.
    """
    if _REFERENCE.search(svg):
        raise UnsafeDrawing("the drawing refers to something else: draw it in place")
    rendered = resvg_py.svg_to_bytes(
        svg_string=svg, width=width, skip_system_fonts=True, font_dirs=[str(faces.FOLDER)]
    )
    return rendered if _PICTURE in svg else _with_palette(rendered)


def _with_palette(rendered: bytes) -> bytes:
    """Return a PNG with a palette: drawings have few colors, and the file is a quarter as large."""
    chunks = _chunks(rendered)
    width, height = struct.unpack_from(">LL", chunks[b"IHDR"])
    pixels = memoryview(scanlines.unfiltered(zlib.decompress(chunks[b"IDAT"]), width, height)).cast("I")
    palette, places = _palette(Counter(pixels))
    indexed = bytes(map(places.__getitem__, pixels))
    rows = b"".join(b"\0" + indexed[start : start + width] for start in range(0, len(indexed), width))
    colors = b"".join(palette[start : start + 3] for start in range(0, len(palette), scanlines.PIXEL))
    written = {
        b"IHDR": struct.pack(">LLBBBBB", width, height, 8, 3, 0, 0, 0),
        b"PLTE": colors,
        b"tRNS": palette[3 :: scanlines.PIXEL],
        b"IDAT": zlib.compress(rows, 6),
        b"IEND": b"",
    }
    return _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in written.items())


def _palette(counted: Counter[int]) -> tuple[bytes, dict[int, int]]:
    """Return a palette and each color's place in it. Rare colors give way to frequent ones like them."""
    ordered = [color for color, _ in counted.most_common()]
    groups = ({color & mask: color for color in reversed(ordered)} for mask in _COARSER)
    mask, kept = next(
        (mask, kept) for mask, kept in zip(_COARSER, groups, strict=True) if len(kept) <= _COLORS
    )
    place = {key: number for number, key in enumerate(kept)}
    return array("I", kept.values()).tobytes(), {color: place[color & mask] for color in ordered}


def _chunks(file: bytes) -> dict[bytes, bytes]:
    """Return the content of each kind of chunk: the renderer writes one of each."""
    found: dict[bytes, bytes] = {}
    start = len(_SIGNATURE)
    while start < len(file):
        length, kind = struct.unpack_from(">L4s", file, start)
        found[kind] = found.get(kind, b"") + file[start + 8 : start + 8 + length]
        start += length + 12
    return found


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))
