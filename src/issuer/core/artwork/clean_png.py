"""A PNG picture of somebody else's, written anew from its pixels alone."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final, NamedTuple

from PIL import Image, PngImagePlugin

from issuer.core.artwork.uploaded import (
    LONGEST_SIDE,
    MAX_STORED,
    Picture,
    UnreadableArtwork,
    kept,
    refuse_large,
)

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
MAX_CHUNKS: Final = 2_000
MAX_PIXELS: Final = 8_000_000
SIDES: Final = (90, 4_096)
"""The fewest and the most pixels of a side. Fewer than 90 are too few for a badge."""

_FRAME: Final = 12
"""The bytes of a chunk around its content: length, type and checksum."""

_PIXELS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
"""The chunks that a picture is decoded from; no other is given to the decoder."""

_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""The bits of a sample by color type (PNG third edition, table 12)."""

_WITH_PALETTE: Final = 3

_SMALLER: Final = (LONGEST_SIDE, 768, 600, 480, 360)
"""The longer sides that are tried until the picture is small enough to be put into every badge."""

_UNDECODABLE: Final = (OSError, SyntaxError, ValueError, EOFError, zlib.error, struct.error)
"""What Pillow raises for a picture that cannot be decoded."""


class Header(NamedTuple):
    """What the header says of the picture (PNG third edition, 11.2.1)."""

    width: int
    height: int
    depth: int
    color: int
    compression: int
    filtering: int
    interlace: int


def check(raw: bytes) -> bytes:
    """Return only those chunks of a PNG file that hold its pixels, none of which is decoded.

    Raises `ArtworkTooLarge`, or `UnreadableArtwork` for what is damaged, too small or too large (PNG third
    edition, 5.6 and 11.2).
    """
    refuse_large(raw)
    chunks = list(_chunks(raw))
    kinds = [kind for kind, _, _ in chunks]
    if kinds[0] != b"IHDR" or kinds.count(b"IHDR") > 1 or b"IDAT" not in kinds:
        raise UnreadableArtwork("the PNG file has no picture in it: save it anew")
    header = _header(chunks[0][1])
    _refuse_header(header)
    if header.color == _WITH_PALETTE and b"PLTE" not in kinds:
        raise UnreadableArtwork("the PNG file lacks its palette: save it anew")
    return SIGNATURE + b"".join(whole for kind, _, whole in chunks if kind in _PIXELS)


def clean(raw: bytes) -> Picture:
    """Return the picture with 8 bits a sample, without all that is not pixels, and no larger than is kept.

    Of an animation the picture for those who do not animate is taken. Raises what `check` raises, and
    decodes: call it where that may be killed.
    """
    try:
        image = _decoded(check(raw))
    except _UNDECODABLE as error:
        raise UnreadableArtwork("the PNG file is damaged: save it anew, or export it again") from error
    made = _written(image, LONGEST_SIDE)
    for side in _SMALLER[1:]:
        if len(made.content) < MAX_STORED:
            break
        made = _written(image, side)
    return kept(made)


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield type, content and the whole of each chunk (PNG third edition, 5.3), and stop after the last."""
    if not raw.startswith(SIGNATURE):
        raise UnreadableArtwork("the PNG file is damaged at its beginning: save it anew")
    start = len(SIGNATURE)
    for _ in range(MAX_CHUNKS):
        size = int.from_bytes(raw[start : start + 4])
        whole = raw[start : start + _FRAME + size]
        if len(whole) < _FRAME + size:
            raise UnreadableArtwork("the PNG file is cut short: send the whole of it")
        if zlib.crc32(whole[4:-4]) != int.from_bytes(whole[-4:]):
            raise UnreadableArtwork("the PNG file is damaged, a checksum in it is wrong: save it anew")
        yield whole[4:8], whole[8:-4], whole
        if whole[4:8] == b"IEND":
            return
        start += len(whole)
    raise UnreadableArtwork(f"the PNG file has more than {MAX_CHUNKS:,} parts: save it anew")


def _header(content: bytes) -> Header:
    try:
        return Header(*struct.unpack(">IIBBBBB", content))
    except struct.error as error:
        raise UnreadableArtwork("the PNG file is damaged, in its header: save it anew") from error


def _refuse_header(header: Header) -> None:
    fewest, most = SIDES
    if min(header.width, header.height) < fewest:
        raise UnreadableArtwork(
            f"the picture is {header.width} by {header.height} pixels: both sides need {fewest} at least"
        )
    if max(header.width, header.height) > most or header.width * header.height > MAX_PIXELS:
        raise UnreadableArtwork(
            f"the picture is {header.width} by {header.height} pixels: {most} a side and {MAX_PIXELS:,} in "
            "all are the most"
        )
    others = (header.compression, header.filtering, header.interlace)
    if header.depth not in _DEPTHS.get(header.color, ()) or others not in {(0, 0, 0), (0, 0, 1)}:
        raise UnreadableArtwork("the PNG file is of a kind that the standard does not know: save it anew")


def _decoded(raw: bytes) -> Image.Image:
    """Return the pixels, with 8 bits a sample. No plugin but that for PNG is asked."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with PngImagePlugin.PngImageFile(BytesIO(raw)) as image:
        image.load()
        if image.mode.startswith("I"):  # grey with 16 bits, which Pillow would cut off instead of dividing
            return image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
        return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _written(image: Image.Image, longest: int) -> Picture:
    factor = min(1.0, longest / max(image.size))
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    resized = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
    bare = Image.new(image.mode, size)  # without the notes that Pillow carries from file to file
    bare.paste(resized)
    written = BytesIO()
    bare.save(written, "PNG", optimize=True)
    return Picture(written.getvalue(), "image/png", *size)
