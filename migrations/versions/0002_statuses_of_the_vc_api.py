"""statuses of the VC API."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vc_api_status",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("reference", sa.String(length=500), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("list_index", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["status_list.id"], name=op.f("fk_vc_api_status_list_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_vc_api_status_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vc_api_status")),
        sa.UniqueConstraint("list_id", "list_index", name=op.f("uq_vc_api_status_list_id_list_index")),
        sa.UniqueConstraint(
            "tenant_id", "reference", "purpose", name=op.f("uq_vc_api_status_tenant_id_reference_purpose")
        ),
    )


def downgrade() -> None:
    op.drop_table("vc_api_status")
