"""competency frameworks."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "framework",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_framework_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_framework"),
        sa.UniqueConstraint("tenant_id", "name", name="uq_framework_tenant_id_name"),
    )
    op.create_table(
        "framework_item",
        sa.Column("framework_id", sa.String(36), nullable=False),
        sa.Column("code", sa.String(100), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("statement", sa.String(2000), nullable=False),
        sa.Column("uri", sa.String(2000), nullable=False),
        sa.Column("is_case", sa.Boolean(), nullable=False),
        sa.Column("searched", sa.String(2200), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_framework_item_tenant_id"),
        sa.ForeignKeyConstraint(["framework_id"], ["framework.id"], name="fk_framework_item_framework_id"),
        sa.PrimaryKeyConstraint("framework_id", "code", name="pk_framework_item"),
    )
    op.create_index(
        "ix_framework_item_tenant_id_framework_id", "framework_item", ["tenant_id", "framework_id"]
    )


def downgrade() -> None:
    for name in ("framework_item", "framework"):
        op.drop_table(name)
