"""The table of people who turned out to be somebody that was known already."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base, Key


class MergedRecipient(Base):
    """A person whose badges are another one's now. The links to them lead to that one."""

    __tablename__ = "merged_recipient"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    recipient_id: Mapped[str] = mapped_column(ForeignKey("recipient.id"), index=True)
    merged_at: Mapped[datetime]
