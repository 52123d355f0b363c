"""The table of what is being worked on: who is at what, and until when."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base, Key


class Lease(Base):
    """One piece of work that one worker is at, so that no other one does the same meanwhile.

    After `until` anybody may take it: its holder died, or is late. Nothing is true because of a lease. Work
    that is done twice nevertheless changes nothing the second time.
    """

    __tablename__ = "lease"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(Key, index=True)
    until: Mapped[datetime]
