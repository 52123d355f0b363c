"""Keep the pictures that issuers upload, and find them again by their addresses."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy.exc import IntegrityError

from issuer.context import Context
from issuer.core import fields
from issuer.core.artwork import clean_png
from issuer.core.artwork.uploaded import EXTENSIONS, Picture, UnreadableArtwork
from issuer.core.awarding.definition import Definition
from issuer.db import artwork
from issuer.db.public_tables import Artwork
from issuer.db.tables import Tenant
from issuer.errors import Fault, Invalid
from issuer.sandbox import recoding

NAME: Final = r"[0-9a-f]{64}\.(?:png|svg)"
"""The last part of a picture's address."""

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class NoCaption(Invalid):
    """The picture came without words for those who cannot see it."""

    code = "no-caption"


@dataclass(frozen=True)
class Kept:
    """A picture in the store, and whether it was there before."""

    row: Artwork
    is_new: bool


@dataclass(frozen=True)
class Found:
    """A picture of a tenant, as it is served and baked."""

    content: bytes
    media_type: str


class _CaptionOnly(fields.Strict):
    caption: fields.Line


def add(context: Context, tenant: Tenant, raw: bytes, caption: str) -> Kept:
    """Make a PNG or SVG picture safe, keep it, and return it. What it is, its content alone tells.

    A picture that is there already takes the new caption; badges keep the one that is signed into them.
    Raises `NoCaption` (WCAG 2.2, 1.1.1), `InvalidFields`, an `Invalid` that says what is wrong with the
    picture, or an `Unavailable`.
    """
    described = _described(caption)
    picture = _cleaned(raw)
    digest = sha256(picture.content).hexdigest()
    context.artwork.put(digest, picture.content)  # first: a row without its picture would be a broken address
    try:
        return _recorded(context, tenant, picture, digest, described)
    except IntegrityError:  # the same picture was sent twice at once: now it is there
        return _recorded(context, tenant, picture, digest, described)


def read(context: Context, tenant: Tenant, name: str) -> Found:
    """Return a picture by the last part of its address, or raise a `NotFound`."""
    digest, _, extension = name.partition(".")
    with context.database.read() as session:
        row = artwork.by_digest(session, tenant.id, digest)
    if EXTENSIONS.get(row.media_type) != extension:
        raise artwork.UnknownArtwork(f"the picture {digest} has another ending than .{extension}")
    return Found(context.artwork.get(digest), row.media_type)


def address(context: Context, tenant: Tenant, row: Artwork) -> str:
    """Return where a picture is served, for ever."""
    return context.addresses(tenant).artwork(row.digest, EXTENSIONS[row.media_type])


def content_of(context: Context, tenant: Tenant, url: str) -> Found | None:
    """Return the picture at an address, or None for one that no picture of the tenant has.

    Nothing is fetched. Raises `StoreUnavailable`; `NotStored` or `DamagedArtwork` where the store lost it.
    """
    name = _name(context, tenant, url)
    try:
        return read(context, tenant, name) if name else None
    except artwork.UnknownArtwork:
        return None


def captioned(context: Context, tenant: Tenant, definition: Definition) -> Definition:
    """Return a definition whose picture, where it is one of the tenant's uploads, has words.

    A caption of its own stays. Raises `InvalidFields` for a picture that was never uploaded.
    """
    image = definition.image
    if image is None or not image.id.startswith(f"{context.addresses(tenant).issuer}/art/"):
        return definition
    row = _row(context, tenant, image.id)
    if row is None:
        fault = Fault("/image/id", "upload the picture first, and take the `id` of the answer")
        raise fields.InvalidFields("the achievement's picture was not uploaded to this issuer", [fault])
    if image.caption is not None:
        return definition
    return definition.model_copy(update={"image": image.model_copy(update={"caption": row.caption})})


def _described(caption: str) -> str:
    if not caption.strip():
        sentence = "say in a few words what the picture shows, for whoever cannot see it (WCAG 2.2, 1.1.1)"
        raise NoCaption(f"the picture has no caption: {sentence}", [Fault("/caption", sentence)])
    return fields.read(_CaptionOnly, {"caption": caption.strip()}).caption


def _cleaned(raw: bytes) -> Picture:
    if raw.startswith(clean_png.SIGNATURE[:4]):
        return recoding.png(raw)
    source = raw.removeprefix(_BYTE_ORDER_MARK).strip()
    if source.startswith(b"<"):
        return recoding.svg(source)
    raise UnreadableArtwork("this is neither a PNG nor an SVG picture: save it as one of them")


def _recorded(context: Context, tenant: Tenant, picture: Picture, digest: str, caption: str) -> Kept:
    with context.database.write.begin() as session:
        row = artwork.find(session, tenant.id, digest)
        if row is not None:
            row.caption = caption
            return Kept(row, is_new=False)
        row = Artwork(
            id=context.new_key(),
            tenant_id=tenant.id,
            digest=digest,
            media_type=picture.media_type,
            caption=caption,
            width=picture.width,
            height=picture.height,
            size=len(picture.content),
            created_at=context.clock(),
        )
        session.add(row)
        return Kept(row, is_new=True)


def _name(context: Context, tenant: Tenant, url: str) -> str | None:
    """Return the last part of an address that a picture of the tenant could have, or None."""
    name = url.rpartition("/")[2]
    digest, _, extension = name.partition(".")
    is_ours = re.fullmatch(NAME, name) and url == context.addresses(tenant).artwork(digest, extension)
    return name if is_ours else None


def _row(context: Context, tenant: Tenant, url: str) -> Artwork | None:
    name = _name(context, tenant, url)
    if name is None:
        return None
    with context.database.read() as session:
        row = artwork.find(session, tenant.id, name.partition(".")[0])
    return row if row is not None and address(context, tenant, row) == url else None
