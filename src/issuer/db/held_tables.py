"""The tables of what people keep here that this issuer did not make: badges of others, and their profile."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base, Key


class HeldCredential(Base):
    """A credential of whatever issuer that a person keeps here, byte for byte as it came.

    `format` is `json`, or `jws` for a compact one. `equality_sha256` is the digest of its issuer's id and its
    own (Open Badges 3.0, section 8.4): of those that are equal, the newest is kept. `issued_at` is its
    `validFrom`, and `verified_at` when its seal was last seen to hold.
    """

    __tablename__ = "held_credential"
    __table_args__ = (
        UniqueConstraint("tenant_id", "recipient_id", "equality_sha256"),
        Index(None, "tenant_id", "recipient_id", "id"),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    recipient_id: Mapped[str] = mapped_column(ForeignKey("recipient.id"))
    equality_sha256: Mapped[str] = mapped_column(String(64))
    format: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime]
    verified_at: Mapped[datetime]
    created_at: Mapped[datetime]


class HolderProfile(Base):
    """What a host said of a person with their leave (Open Badges 3.0, section 6.3). No page shows it."""

    __tablename__ = "holder_profile"

    recipient_id: Mapped[str] = mapped_column(ForeignKey("recipient.id"), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]
