"""The tables of hosts to which holders have badges sent: what is agreed, who consented, what goes there."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base, Key


class Host(Base):
    """A host at which an issuer registered itself. `content` is what it said of itself, as JSON.

    `secret` is the one that it gave us, sealed with the passphrase of the key files.
    """

    __tablename__ = "host"
    __table_args__ = (UniqueConstraint("tenant_id", "address"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    address: Mapped[str] = mapped_column(String(500))
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    client_id: Mapped[str] = mapped_column(String(500))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class HostAsk(Base):
    """A consent that is asked for: the SHA-256 of its state, and the sealed verifier. It counts once."""

    __tablename__ = "host_ask"

    state_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"), index=True)
    host_id: Mapped[str] = mapped_column(ForeignKey("host.id"))
    recipient_id: Mapped[str] = mapped_column(ForeignKey("recipient.id"), index=True)
    verifier: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class HostLink(Base):
    """That a person has badges sent to a host, with the sealed tokens for it.

    `busy_until` is while one process is at it. `ended_at` is when the host took the tokens no more.
    """

    __tablename__ = "host_link"
    __table_args__ = (UniqueConstraint("tenant_id", "recipient_id", "host_id"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    host_id: Mapped[str] = mapped_column(ForeignKey("host.id"), index=True)
    recipient_id: Mapped[str] = mapped_column(ForeignKey("recipient.id"), index=True)
    access: Mapped[bytes] = mapped_column(LargeBinary)
    access_until: Mapped[datetime]
    refresh: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    busy_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class HostPush(Base):
    """A badge that goes to a host. It arrived, was given up, or is attempted at `next_at`."""

    __tablename__ = "host_push"
    __table_args__ = (
        UniqueConstraint("link_id", "credential_id"),
        Index(None, "tenant_id", "link_id"),
        Index(None, "next_at"),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    link_id: Mapped[str] = mapped_column(ForeignKey("host_link.id"))
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), index=True)
    attempts: Mapped[int]
    next_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(300))
