"""letters to holders, and who wants none."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_PENDING = sa.text("sent_at IS NULL AND dead_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("credential_id", sa.String(36), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("dead_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.String(200)),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_letter_tenant_id"),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name="fk_letter_credential_id"),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.UniqueConstraint("message_id", name="uq_letter_message_id"),
    )
    op.create_index("ix_letter_due", "letter", ["next_at"], sqlite_where=_PENDING, postgresql_where=_PENDING)
    op.create_index("ix_letter_created_at", "letter", ["created_at"])
    op.create_table(
        "letter_stop",
        sa.Column("recipient_id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_letter_stop_tenant_id"),
        sa.PrimaryKeyConstraint("recipient_id", name="pk_letter_stop"),
    )


def downgrade() -> None:
    for name in ("letter_stop", "letter"):
        op.drop_table(name)
