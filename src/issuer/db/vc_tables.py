"""The table of the VC API: where in status lists the credentials are that it issued."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base, Key


class VcApiStatus(Base):
    """A place in a status list of a credential that the VC API issued. The credential itself is not kept.

    `reference` is the name under which its client changes the status later: the credential's id, as a rule.
    """

    __tablename__ = "vc_api_status"
    __table_args__ = (
        UniqueConstraint("tenant_id", "reference", "purpose"),
        UniqueConstraint("list_id", "list_index"),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    reference: Mapped[str] = mapped_column(String(500))
    purpose: Mapped[str] = mapped_column(String(20))
    list_id: Mapped[int] = mapped_column(ForeignKey("status_list.id"))
    list_index: Mapped[int]
    set_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
