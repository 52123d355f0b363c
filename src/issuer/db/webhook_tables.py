"""The tables of webhooks: who is told, what is on its way to them, and how far the outbox was read."""

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base, Counter, Key

_PENDING: Final = text("delivered_at IS NULL AND dead_at IS NULL")


class Webhook(Base):
    """An address that is told what happens. `types` are separated by spaces.

    `secret` is sealed with the passphrase of the key files, and holds both the shared secret and the Ed25519
    key; `previous_secret` signs beside it until `previous_until`. Nothing is sent before `resting_until`,
    after as many failures in a row as `failures` says, nor while `disabled_at` is set.
    """

    __tablename__ = "webhook"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"), index=True)
    url: Mapped[str] = mapped_column(String(2048))
    types: Mapped[str] = mapped_column(Text)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    previous_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_until: Mapped[datetime | None]
    ed25519: Mapped[bool]
    failures: Mapped[int]
    resting_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None] = mapped_column(String(40))


class Delivery(Base):
    """One message on its way to one webhook: pending until it was delivered, or is dead.

    `webhook_id` is what the receiver knows the message by, the same at each attempt and for each receiver.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "message_id"),
        Index(
            "ix_webhook_delivery_due",
            "endpoint_id",
            "next_at",
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
        Index(
            "ix_webhook_delivery_order",
            "endpoint_id",
            "credential_id",
            "message_id",
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
        Index(None, "created_at"),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook.id"))
    message_id: Mapped[int] = mapped_column(Counter)
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"))
    webhook_id: Mapped[str] = mapped_column(String(30))
    type: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(300))


class OutboxReader(Base):
    """How far the outbox was read. What was not there yet when it was read past is an `OutboxHole`."""

    __tablename__ = "outbox_reader"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    last_id: Mapped[int] = mapped_column(Counter)


class OutboxHole(Base):
    """Numbers that were missing when a reader passed them: from `first_id` to `last_id`, both included."""

    __tablename__ = "outbox_hole"

    first_id: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=False)
    last_id: Mapped[int] = mapped_column(Counter)
    noted_at: Mapped[datetime] = mapped_column(index=True)
