"""The credential in a PNG image, put among its chunks or read from them without decoding a pixel."""

import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Final

from issuer.core.baking import refusals
from issuer.core.baking.carried import carried
from issuer.core.baking.refusals import UnreadableImage

MAGIC: Final = b"\x89PNG"
"""What a PNG file begins with, even when its line ends were damaged on the way."""

MAX_CHUNKS: Final = 5_000

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_FRAME: Final = 12
"""The bytes of a chunk around its content: length, type and checksum."""

_TEXT_CHUNKS: Final = frozenset({b"iTXt", b"tEXt", b"zTXt"})
_KEYWORD: Final = b"openbadgecredential"
_KEYWORDS: Final = frozenset({_KEYWORD, b"clrcredential"})
_KEYWORD_BEFORE: Final = b"openbadges"
_PLAIN: Final = b"\0\0\0\0\0"
"""After the keyword of an iTXt chunk: neither compression nor language nor translation."""

_HEADER_SIZE: Final = 13


def bake(image: bytes, credential: str) -> bytes:
    """Return a PNG image with the credential in it (Open Badges 3.0, 5.3.1), or raise an `Invalid`.

    It stands uncompressed behind the header, where it is the first that a reader finds, and in the place of
    every badge before. The other chunks stay byte for byte; what followed the image's end is left out.
    """
    text = carried(credential)
    refusals.refuse_large_image(image)
    header, *rest = _chunks(image)
    _refuse_no_picture(header, rest)
    baked = (b"iTXt", _KEYWORD + _PLAIN + text.encode())
    kept = [each for each in rest if not _is_badge(*each)]
    made = _SIGNATURE + b"".join(_chunk(*each) for each in (header, baked, *kept, (b"IEND", b"")))
    unbake(made)  # with the credential in it, the image must still be one that is read
    return made


def unbake(raw: bytes) -> str:
    """Return the text of the one credential in a PNG image (Open Badges 3.0, 5.3.1), or raise an `Invalid`.

    What follows the image's end is not read. The text is returned as it stands, and not judged.
    """
    refusals.refuse_large_image(raw)
    texts = [(kind, content) for kind, content in _chunks(raw) if kind in _TEXT_CHUNKS]
    baked = [(kind, content) for kind, content in texts if _keyword(content) in _KEYWORDS]
    refusals.only_one(len(baked))
    if baked:
        return _text(*baked[0])
    if any(_keyword(content) == _KEYWORD_BEFORE for _, content in texts):
        raise refusals.open_badges_two()
    raise refusals.nothing("PNG")


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and content of each chunk before the end of the image (PNG third edition, 5.3 and 5.6)."""
    if not raw.startswith(_SIGNATURE):
        raise UnreadableImage("The PNG file is damaged at its beginning: ask for the original file.")
    for number, (kind, content) in enumerate(islice(_walk(raw), MAX_CHUNKS)):
        if number == 0 and kind != b"IHDR":
            raise UnreadableImage("The PNG file does not begin with its header: ask for the original file.")
        if kind == b"IEND":
            return
        yield kind, content
    raise UnreadableImage(f"The PNG file has more than {MAX_CHUNKS:,} parts, as no badge image has.")


def _walk(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and content of one chunk after the other, and raise where the bytes end."""
    start = len(_SIGNATURE)
    while True:
        size = int.from_bytes(raw[start : start + 4])
        end = start + _FRAME + size
        if end > len(raw) or len(raw) - start < _FRAME:
            raise UnreadableImage("The PNG file is cut short: ask for the original file.")
        kind, content = raw[start + 4 : start + 8], raw[start + 8 : end - 4]
        if zlib.crc32(raw[start + 4 : end - 4]) != int.from_bytes(raw[end - 4 : end]):
            raise UnreadableImage("The PNG file is damaged, a checksum in it is wrong: ask for the original.")
        yield kind, content
        start = end


def _refuse_no_picture(header: tuple[bytes, bytes], rest: list[tuple[bytes, bytes]]) -> None:
    """Raise where it is no whole picture, as its reader need not mind (PNG third edition, 5.6)."""
    kinds = [kind for kind, _ in rest]
    if len(header[1]) != _HEADER_SIZE or b"IHDR" in kinds:
        raise UnreadableImage("The PNG file has not one header, as a picture has: save it anew.")
    if b"IDAT" not in kinds:
        raise UnreadableImage("The PNG file holds no picture: save it anew.")


def _is_badge(kind: bytes, content: bytes) -> bool:
    return kind in _TEXT_CHUNKS and _keyword(content) in _KEYWORDS | {_KEYWORD_BEFORE}


def _chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def _keyword(content: bytes) -> bytes:
    return content.partition(b"\0")[0]


def _text(kind: bytes, content: bytes) -> str:
    """Return the text of an iTXt chunk (PNG third edition, 11.3.3.4). Compressed text is refused."""
    if kind != b"iTXt":
        raise UnreadableImage(
            f"The credential is in a {kind.decode()} part of the PNG file, and Open Badges 3.0 wants it in "
            "iTXt: ask the issuer to bake the badge again."
        )
    flags, text = _unpacked(content)
    if flags[:1] != b"\0":
        raise UnreadableImage(
            "The credential in the PNG file is compressed, and Open Badges 3.0 wants it uncompressed: "
            "ask the issuer to bake the badge again."
        )
    refusals.refuse_large_text(len(text))
    try:
        return text.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise UnreadableImage("The credential in the PNG file is not UTF-8 text.") from error


def _unpacked(content: bytes) -> tuple[bytes, bytes]:
    """Return the compression flag with its method, and the text after the language and the translation."""
    after = content.partition(b"\0")[2]
    _, _, rest = after[2:].partition(b"\0")
    _, complete, text = rest.partition(b"\0")
    if not complete:
        raise UnreadableImage("The credential's part of the PNG file is not built as PNG wants it.")
    return after[:2], text
