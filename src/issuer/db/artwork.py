"""Queries over the pictures that issuers uploaded."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.db.public_tables import Artwork
from issuer.errors import NotFound


class UnknownArtwork(NotFound):
    """The issuer uploaded no such picture."""

    code = "unknown-artwork"


def by_digest(session: Session, tenant_id: str, digest: str) -> Artwork:
    """Return a picture's row, or raise `UnknownArtwork`."""
    found = find(session, tenant_id, digest)
    if found is None:
        raise UnknownArtwork(f"this issuer uploaded no picture {digest}")
    return found


def find(session: Session, tenant_id: str, digest: str) -> Artwork | None:
    """Return a picture's row, or None."""
    query = select(Artwork).where(Artwork.tenant_id == tenant_id, Artwork.digest == digest)
    return session.scalars(query).one_or_none()


def page(session: Session, tenant_id: str, *, after: str | None, limit: int) -> Sequence[Artwork]:
    """Return pictures, the newest first, from behind the digest `after`: none, where that is unknown."""
    query = select(Artwork).where(Artwork.tenant_id == tenant_id)
    if after is not None:
        last = select(Artwork.id).where(Artwork.tenant_id == tenant_id, Artwork.digest == after)
        query = query.where(Artwork.id < last.scalar_subquery())  # keys begin with the moment
    return session.scalars(query.order_by(Artwork.id.desc()).limit(limit)).all()
