"""The table of what signed texts have in common."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base

DICTIONARY_ID = LargeBinary(16)


class TextDictionary(Base):
    """What the badges of an achievement version have in common: each is stored without it. It never changes.

    No word of it is about a person. Its id follows from its content.
    """

    __tablename__ = "text_dictionary"

    id: Mapped[bytes] = mapped_column(DICTIONARY_ID, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
