"""The tables of competency frameworks, for whoever defines achievements."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base, Key


class Framework(Base):
    """A framework, by the name under which alignments refer to it."""

    __tablename__ = "framework"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    name: Mapped[str] = mapped_column(String(200))
    imported_at: Mapped[datetime]


class FrameworkItem(Base):
    """One competency. `searched` is its code and its statement, folded for searching."""

    __tablename__ = "framework_item"
    __table_args__ = (Index(None, "tenant_id", "framework_id"),)

    framework_id: Mapped[str] = mapped_column(ForeignKey("framework.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(100), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    statement: Mapped[str] = mapped_column(String(2000))
    uri: Mapped[str] = mapped_column(String(2000))
    is_case: Mapped[bool]
    searched: Mapped[str] = mapped_column(String(2200))
