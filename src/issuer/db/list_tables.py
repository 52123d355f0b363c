"""The tables behind a published status list: its signed text, and what changed since that was signed."""

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base


class PublishedList(Base):
    """The signed text of a status list, which holds its packed bits.

    It stands apart from the list's counter: SQLite writes a row whole, and the counter's with every badge.
    `StatusList.secured_version` says up to which version of the list it shows changes.
    """

    __tablename__ = "published_list"

    list_id: Mapped[int] = mapped_column(ForeignKey("status_list.id"), primary_key=True, autoincrement=False)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    secured: Mapped[str] = mapped_column(Text)


class StatusChange(Base):
    """The bits of a list that one transaction set or cleared, until a published text shows that.

    `version` is the one that the list has since, and `indices` are numbers with commas between them.
    """

    __tablename__ = "status_change"

    list_id: Mapped[int] = mapped_column(ForeignKey("status_list.id"), primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    is_set: Mapped[bool]
    indices: Mapped[str] = mapped_column(Text)
