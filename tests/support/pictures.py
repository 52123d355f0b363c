"""Badge images, built by hand where they must be wrong and by others where they must be right."""

import io
import json
import zlib

from openbadgeslib import baking
from PIL import Image, PngImagePlugin

SIGNATURE = b"\x89PNG\r\n\x1a\n"
OPEN_BADGES = "https://purl.imsglobal.org/ob/v3p0"
CLR = "https://purl.imsglobal.org/clr/v2p0"
JSON_TEXT = '{"type":["VerifiableCredential","OpenBadgeCredential"],"name":"Teamwork — 协作"}'
JWS = "eyJhbGciOiJFZERTQSJ9.eyJuYW1lIjoiVGVhbXdvcmsifQ.c2VhbA"


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    """Return one chunk of a PNG file with its length and checksum."""
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def itxt(text: bytes, keyword: bytes = b"openbadgecredential", flags: bytes = b"\0\0") -> bytes:
    """Return a chunk of international text."""
    return chunk(b"iTXt", keyword + b"\0" + flags + b"\0\0" + text)


HEADER = chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0")
PIXEL = chunk(b"IDAT", zlib.compress(b"\0\0"))
END = chunk(b"IEND")


def png(*chunks: bytes) -> bytes:
    """Return an image of one pixel with these chunks before its end."""
    return SIGNATURE + HEADER + b"".join(chunks) + PIXEL + END


def png_by_pillow(
    text: str | None = None, keyword: str = "openbadgecredential", *, zipped: bool = False
) -> bytes:
    """Return an image that Pillow wrote, with or without a text of that keyword."""
    info = PngImagePlugin.PngInfo()
    if text is not None:
        info.add_itxt(keyword, text, zip=zipped)
    written = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(written, "PNG", pnginfo=info)
    return written.getvalue()


def picture(kind: str) -> bytes:
    """Return an image without a badge in another format that Pillow writes."""
    written = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(written, kind)
    return written.getvalue()


def png_by_openbadgeslib(text: str) -> bytes:
    """Return an image that openbadgeslib baked."""
    return baking.bake_png(png(), text, keyword=baking.ITXT_KEYWORD_OB3)


def svg_by_openbadgeslib(text: str, *, as_text: bool) -> bytes:
    """Return an image that openbadgeslib baked."""
    element, namespace = baking.SVG_ELEMENT_OB3, baking.SVG_NS_OB3
    return baking.bake_svg(svg("<rect/>"), text, element=element, namespace=namespace, as_text=as_text)


def svg(inside: str, before: str = "", namespace: str = OPEN_BADGES) -> bytes:
    """Return an SVG image with this inside it, and that before it."""
    names = f'xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{namespace}"'
    return f'{before}<svg {names} viewBox="0 0 1 1">{inside}</svg>'.encode()


def in_cdata(text: str) -> str:
    """Return the element that carries JSON."""
    divided = text.replace("]]>", "]]]]><![CDATA[>")
    return f"<openbadges:credential><![CDATA[{divided}]]></openbadges:credential>"


def chunks(raw: bytes) -> list[tuple[bytes, bytes]]:
    """Return type and content of each chunk of a sound PNG file."""
    found, start = [], len(SIGNATURE)
    while start < len(raw):
        size = int.from_bytes(raw[start : start + 4])
        found.append((raw[start + 4 : start + 8], raw[start + 8 : start + 8 + size]))
        start += 12 + size
    return found


def by_counting_braces(raw: bytes) -> object:
    """Return the JSON in a file, read as VerifierPlus reads a PNG file: as if all of it were text."""
    text = raw.decode(errors="replace")
    start = text.index("{", text.index("openbadgecredential"))
    depth = 0
    for end, character in enumerate(text[start:], start + 1):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return json.loads(text[start:end])
    raise ValueError("no closing brace")
