"""hosts to which holders have badges sent."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "host",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("client_id", sa.String(500), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_host_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_host"),
        sa.UniqueConstraint("tenant_id", "address", name="uq_host_tenant_id_address"),
    )
    op.create_table(
        "host_ask",
        sa.Column("state_sha256", sa.String(64), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("host_id", sa.String(36), nullable=False),
        sa.Column("recipient_id", sa.String(36), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_host_ask_tenant_id"),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name="fk_host_ask_host_id"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipient.id"], name="fk_host_ask_recipient_id"),
        sa.PrimaryKeyConstraint("state_sha256", name="pk_host_ask"),
    )
    for column in ("tenant_id", "recipient_id", "expires_at"):
        op.create_index(f"ix_host_ask_{column}", "host_ask", [column])
    op.create_table(
        "host_link",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("host_id", sa.String(36), nullable=False),
        sa.Column("recipient_id", sa.String(36), nullable=False),
        sa.Column("access", sa.LargeBinary(), nullable=False),
        sa.Column("access_until", _MOMENT, nullable=False),
        sa.Column("refresh", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("busy_until", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_host_link_tenant_id"),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name="fk_host_link_host_id"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipient.id"], name="fk_host_link_recipient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_host_link"),
        sa.UniqueConstraint(
            "tenant_id", "recipient_id", "host_id", name="uq_host_link_tenant_id_recipient_id_host_id"
        ),
    )
    for column in ("host_id", "recipient_id"):
        op.create_index(f"ix_host_link_{column}", "host_link", [column])
    op.create_table(
        "host_push",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("link_id", sa.String(36), nullable=False),
        sa.Column("credential_id", sa.String(36), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", _MOMENT, nullable=True),
        sa.Column("sent_at", _MOMENT, nullable=True),
        sa.Column("dead_at", _MOMENT, nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(300), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_host_push_tenant_id"),
        sa.ForeignKeyConstraint(["link_id"], ["host_link.id"], name="fk_host_push_link_id"),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name="fk_host_push_credential_id"),
        sa.PrimaryKeyConstraint("id", name="pk_host_push"),
        sa.UniqueConstraint("link_id", "credential_id", name="uq_host_push_link_id_credential_id"),
    )
    op.create_index("ix_host_push_tenant_id_link_id", "host_push", ["tenant_id", "link_id"])
    for column in ("next_at", "credential_id"):
        op.create_index(f"ix_host_push_{column}", "host_push", [column])


def downgrade() -> None:
    for name in ("host_push", "host_link", "host_ask", "host"):
        op.drop_table(name)
