"""webhooks, what is on its way to them, and how far the outbox was read."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_PENDING = sa.text("delivered_at IS NULL AND dead_at IS NULL")
_PARTIAL = {
    "ix_webhook_delivery_due": ["endpoint_id", "next_at"],
    "ix_webhook_delivery_order": ["endpoint_id", "credential_id", "message_id"],
}
_COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("url", sa.String(2048), nullable=False),
        sa.Column("types", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("previous_secret", sa.LargeBinary()),
        sa.Column("previous_until", sa.DateTime(timezone=True)),
        sa.Column("ed25519", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("resting_until", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True)),
        sa.Column("disabled_reason", sa.String(40)),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_webhook_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook"),
    )
    op.create_index("ix_webhook_tenant_id", "webhook", ["tenant_id"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("endpoint_id", sa.String(22), nullable=False),
        sa.Column("message_id", _COUNTER, nullable=False),
        sa.Column("credential_id", sa.String(36), nullable=False),
        sa.Column("webhook_id", sa.String(30), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.Column("dead_at", sa.DateTime(timezone=True)),
        sa.Column("status", sa.Integer()),
        sa.Column("error", sa.String(300)),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_webhook_delivery_tenant_id"),
        sa.ForeignKeyConstraint(["endpoint_id"], ["webhook.id"], name="fk_webhook_delivery_endpoint_id"),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name="fk_webhook_delivery_credential_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
        sa.UniqueConstraint("endpoint_id", "message_id", name="uq_webhook_delivery_endpoint_id_message_id"),
    )
    for name, columns in _PARTIAL.items():
        op.create_index(name, "webhook_delivery", columns, sqlite_where=_PENDING, postgresql_where=_PENDING)
    op.create_index("ix_webhook_delivery_created_at", "webhook_delivery", ["created_at"])
    _create_reading()


def _create_reading() -> None:
    op.create_table(
        "outbox_reader",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("last_id", _COUNTER, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_outbox_reader"),
    )
    op.create_table(
        "outbox_hole",
        sa.Column("first_id", _COUNTER, nullable=False, autoincrement=False),
        sa.Column("last_id", _COUNTER, nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("first_id", name="pk_outbox_hole"),
    )
    op.create_index("ix_outbox_hole_noted_at", "outbox_hole", ["noted_at"])
    # What happened before there were webhooks is told to nobody.
    op.execute(
        "INSERT INTO outbox_reader (name, last_id) SELECT 'announcing', COALESCE(MAX(id), 0) FROM outbox"
    )


def downgrade() -> None:
    for name in ("outbox_hole", "outbox_reader", "webhook_delivery", "webhook"):
        op.drop_table(name)
