"""The pictures of badges: uploaded or else drawn, and remembered while they are asked for.

What is not remembered is drawn only where the context allows it: elsewhere `NotDrawn` is raised.
"""

import struct
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Final

from issuer.context import Context
from issuer.core.artwork import cards, pictures, raster
from issuer.core.artwork.cards import Card
from issuer.core.artwork.pictures import Art
from issuer.core.baking import svg as baking
from issuer.core.documents import Document
from issuer.db.tables import Tenant
from issuer.sandbox import recoding
from issuer.services import artwork, drawn
from issuer.services.artwork import Found

_PNG: Final = "image/png"
_SIZE_AT: Final = 16
"""Where a PNG says how wide and how high it is (PNG third edition, 11.2.1)."""


def own(context: Context, tenant: Tenant, achievement: Document) -> Found | None:
    """Return the picture that an achievement was given, or None where it is drawn, or is not one of ours.

    Raises an `Unavailable` where the store of pictures does not answer.
    """
    image = achievement.get("image")
    return artwork.content_of(context, tenant, str(image["id"])) if image else None


def png(context: Context, art: Art, uploaded: Found | None) -> bytes:
    """Return the picture of a badge as PNG: the uploaded one, but a badge that is not current is drawn.

    Only a drawing can be stamped; an uploaded picture says the same of every badge, whatever became of it.
    """
    if uploaded is None or art.stamp:
        return _remembered(
            context, ("picture", art), lambda: raster.png(pictures.picture(art), pictures.SIZE)
        )
    if uploaded.media_type == _PNG:
        return uploaded.content
    key = ("uploaded", _digest(uploaded.content))
    return _remembered(context, key, lambda: recoding.raster(uploaded.content))


def svg(context: Context, art: Art, uploaded: Found | None, credential: str) -> bytes:
    """Return the picture of a badge as SVG with the badge in it (Open Badges 3.0, 5.3.2).

    It is drawn, or the uploaded one, framed where that is a PNG. Here the baking is what takes a while.
    """
    key = (art, _digest(uploaded.content if uploaded else b""), _digest(credential.encode()))
    return _remembered(context, ("svg", key), lambda: baking.bake(_svg(art, uploaded), credential))


def card(context: Context, about: Card, uploaded: Found | None) -> bytes:
    """Return the card that link previews show as PNG, 1200 pixels wide, with an uploaded picture."""
    own = png(context, about.art, uploaded) if uploaded and not about.art.stamp else None
    key = ("card", (about, _digest(own or b"")))
    return _remembered(context, key, lambda: raster.png(cards.card(replace(about, own=own)), cards.WIDTH))


def _remembered(context: Context, key: tuple[str, object], draw: Callable[[], bytes]) -> bytes:
    return drawn.recall(context, context.remembered.pictures, key, draw)


def _svg(art: Art, uploaded: Found | None) -> bytes:
    if uploaded is None or art.stamp:
        return pictures.picture(art).encode()
    return _framed(uploaded.content) if uploaded.media_type == _PNG else uploaded.content


def _framed(content: bytes) -> bytes:
    """Return an SVG that shows a PNG, and asks nobody for it."""
    width, height = struct.unpack_from(">LL", content, _SIZE_AT)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}"><image width="{width}" height="{height}" '
        f'href="data:image/png;base64,{b64encode(content).decode()}"/></svg>'
    ).encode()


def _digest(content: bytes) -> bytes:
    return sha256(content).digest()
