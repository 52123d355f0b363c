"""The tables of exports: profiles, how far each badge changed, files as they are handed out, and receipts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base, Counter, Key


class ExportProfileRow(Base):
    """What one agency is given. `version` is the newest one; earlier ones tell what it was given before."""

    __tablename__ = "export_profile"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class ExportProfileVersion(Base):
    """One version of a profile. It never changes."""

    __tablename__ = "export_profile_version"

    profile_id: Mapped[str] = mapped_column(ForeignKey("export_profile.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class ExportChange(Base):
    """The position of the last change of a badge among its issuer's. It only grows.

    Positions are given out by one process at a time, to what was committed before: whoever read up to one has
    missed nothing below it.
    """

    __tablename__ = "export_change"
    __table_args__ = (Index(None, "tenant_id", "position"),)

    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    position: Mapped[int] = mapped_column(Counter)


class ExportManifest(Base):
    """A manifest as it was signed, while its files are kept. `from_position` is none for a full export."""

    __tablename__ = "export_manifest"
    __table_args__ = (Index(None, "profile_id", "created_at"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    profile_id: Mapped[str] = mapped_column(ForeignKey("export_profile.id"))
    version: Mapped[int]
    from_position: Mapped[int | None] = mapped_column(Counter)
    to_position: Mapped[int] = mapped_column(Counter)
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)


class ExportFile(Base):
    """A file, named by the SHA-256 of its bytes. It holds personal data, and is deleted after `until`."""

    __tablename__ = "export_file"

    profile_id: Mapped[str] = mapped_column(ForeignKey("export_profile.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    suffix: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    until: Mapped[datetime] = mapped_column(index=True)


class ExportOrder(Base):
    """A full export that is too large to be made while somebody waits: a worker makes it."""

    __tablename__ = "export_order"

    profile_id: Mapped[str] = mapped_column(ForeignKey("export_profile.id"), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    ordered_at: Mapped[datetime]


class ExportReceipt(Base):
    """What the agency said last of a badge. `credential` is its public id."""

    __tablename__ = "export_receipt"

    profile_id: Mapped[str] = mapped_column(ForeignKey("export_profile.id"), primary_key=True)
    credential: Mapped[str] = mapped_column(String(22), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    seq: Mapped[int] = mapped_column(Counter)
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(40))
    agency_record_id: Mapped[str | None] = mapped_column(String(500))
    note: Mapped[str | None] = mapped_column(String(500))
    received_at: Mapped[datetime]


class ExportDownload(Base):
    """Who fetched what of an export, and when: the audit log. `what` is a file's name or a manifest's id."""

    __tablename__ = "export_download"
    __table_args__ = (Index(None, "profile_id", "id"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    profile_id: Mapped[str] = mapped_column(ForeignKey("export_profile.id"))
    client_id: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(100))
    request_id: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
