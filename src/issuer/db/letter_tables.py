"""The tables of letters to holders: what is on its way, and who wants none."""

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base, Counter, Key

_PENDING: Final = text("sent_at IS NULL AND dead_at IS NULL")


class Letter(Base):
    """A letter about an award to its holder: pending until it was handed over, or is dead.

    It holds no address: that is looked up when it is sent, and so is whether it is still wanted.
    """

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_due", "next_at", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index(None, "created_at"),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"))
    message_id: Mapped[int] = mapped_column(Counter, unique=True)
    created_at: Mapped[datetime]
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(200))


class LetterStop(Base):
    """A person who wants no more letters of an issuer's. It may be one who is somebody else by now."""

    __tablename__ = "letter_stop"

    recipient_id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    stopped_at: Mapped[datetime]
