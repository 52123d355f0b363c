"""the calls of the API, for thirty days."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_record",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("client_id", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(10), nullable=False),
        sa.Column("route", sa.String(200), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("microseconds", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(40)),
        sa.Column("code", sa.String(80)),
        sa.Column("pointers", sa.Text()),
        sa.Column("event_id", sa.String(128)),
        sa.Column("award", sa.String(22)),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_request_record_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_request_record"),
    )
    op.create_index("ix_request_record_at", "request_record", ["at"])


def downgrade() -> None:
    op.drop_table("request_record")
