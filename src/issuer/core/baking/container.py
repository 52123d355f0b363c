"""Between the bytes of a file, whatever its name, and the text of the credential in it."""

import json
import re
from typing import Final

from issuer.core.baking import png, svg
from issuer.core.baking.refusals import ASK_FOR_THE_ORIGINAL, FileTooLarge, UnacceptedFile
from issuer.core.securing import jose

MAX_TEXT: Final = 1_000_000
"""The most bytes of a text file that are read."""

_WHITE_SPACE: Final = " \t\r\n"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

_BADGE_IMAGE: Final = f"A badge image is a PNG or SVG file: {ASK_FOR_THE_ORIGINAL}"
_DOWNLOAD: Final = "Download the badge itself there: a PNG, SVG or JSON file."
_FOREIGN: Final = {
    rb"\xff\xd8\xff": f"This is a JPEG picture. {_BADGE_IMAGE}",
    rb"GIF8[79]a": f"This is a GIF picture. {_BADGE_IMAGE}",
    rb"RIFF....WEBP": f"This is a WebP picture. {_BADGE_IMAGE}",
    rb"....ftyp(?:hei|hev|mif|msf|avi)": f"This is a HEIC or AVIF picture. {_BADGE_IMAGE}",
    rb"II\*\0|MM\0\*": f"This is a TIFF picture. {_BADGE_IMAGE}",
    rb"BM....\0\0\0\0": f"This is a BMP picture. {_BADGE_IMAGE}",
    rb"%PDF-": "This is a PDF document. Ask for the badge itself: a PNG, SVG or JSON file.",
    rb"PK(?:\x03\x04|\x05\x06)": "This is a ZIP archive. Unpack it, and choose the badge that is in it.",
    rb"\x1f\x8b": "This file is compressed with gzip, as SVGZ is. Unpack it, and choose the SVG file.",
    rb"\xff\xfe|\xfe\xff|[<{\x22e]\0|\0[<{\x22e]": "This text is in UTF-16. Save it as UTF-8.",
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+)?html\b": f"This is a web page and not a badge. {_DOWNLOAD}",
    rb"\s*https?://": f"This is a web address and not a badge. {_DOWNLOAD}",
}
"""How files begin that carry no badge, and what to tell whoever sends one."""

_FOREIGN_PATTERNS: Final = {
    re.compile(pattern, re.DOTALL | re.IGNORECASE): sentence for pattern, sentence in _FOREIGN.items()
}


def unwrap(raw: bytes) -> str:
    """Return the credential's text, JSON or a compact JWS, from a file of any kind, or raise an `Invalid`.

    What the file is, is told by its content alone. White space around the text is left out.
    """
    for pattern, sentence in _FOREIGN_PATTERNS.items():
        if pattern.match(raw):
            raise UnacceptedFile(sentence)
    if raw.startswith(png.MAGIC):
        return _credential(png.unbake(raw), where="The text in the PNG file")
    if _is_markup(raw):
        return _credential(svg.unbake(raw.strip()), where="The text in the SVG file")
    return _credential(_decoded(raw), where="This")


def bake(image: bytes, credential: str) -> bytes:
    """Return a PNG or SVG picture with the credential in it, JSON or a compact JWS, or raise an `Invalid`.

    What the picture is, is told by its content alone. A badge that was in it is replaced.
    """
    if image.startswith(png.MAGIC):
        return png.bake(image, credential)
    if _is_markup(image):
        return svg.bake(image.strip(), credential)
    raise UnacceptedFile("A badge is baked into a PNG or SVG picture, and this is neither: convert it first.")


def _is_markup(raw: bytes) -> bool:
    return raw.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"<")


def _decoded(raw: bytes) -> str:
    """Return a text file's text. JSON has no byte order mark (RFC 8259, 8.1), and neither has a JWS."""
    if len(raw) > MAX_TEXT:
        raise FileTooLarge(f"The file has more than {MAX_TEXT:,} bytes. The text of a badge is far smaller.")
    if raw.startswith(_BYTE_ORDER_MARK):
        raise UnacceptedFile("The text begins with a byte order mark. Save it as UTF-8 without one.")
    try:
        return raw.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise UnacceptedFile(_not_a_badge("This file")) from error


def _credential(text: str, where: str) -> str:
    """Return the text without white space around it, where it has the form of a JSON object or of a JWS."""
    found = text.strip(_WHITE_SPACE)
    if found.startswith('"'):
        found = _unquoted(found)
    if found.startswith("{") or jose.looks_compact(found):
        return found
    raise UnacceptedFile(_not_a_badge(where))


def _unquoted(text: str) -> str:
    """Return the JWS in a JSON string, as some services hand it out; what else is in one is no badge."""
    try:
        inner = json.loads(text)
    except ValueError:
        return text
    return inner.strip(_WHITE_SPACE) if jose.looks_compact(inner) else text


def _not_a_badge(where: str) -> str:
    return (
        f"{where} is not a badge. A badge is a PNG or SVG picture with a credential in it, a JSON object, "
        "or a long token that begins with `eyJ`."
    )
