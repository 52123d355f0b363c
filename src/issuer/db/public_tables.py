"""The tables of what pages show beside badges: artwork, and pathways with their versions."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base, Key


class Artwork(Base):
    """A picture that a tenant uploaded. Its bytes are in the artwork store, under their digest."""

    __tablename__ = "artwork"
    __table_args__ = (UniqueConstraint("tenant_id", "digest"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    digest: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(40))
    caption: Mapped[str] = mapped_column(String(500))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    created_at: Mapped[datetime]


class Pathway(Base):
    """A code of a stack, for ever. `draft` is the rule being worked on, none when all of it is published."""

    __tablename__ = "pathway"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    code: Mapped[str] = mapped_column(String(64))
    draft: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class PathwayVersion(Base):
    """A published version of a stack's rule. It never changes."""

    __tablename__ = "pathway_version"
    __table_args__ = (UniqueConstraint("pathway_id", "number"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    pathway_id: Mapped[str] = mapped_column(ForeignKey("pathway.id"))
    number: Mapped[int]
    definition: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
