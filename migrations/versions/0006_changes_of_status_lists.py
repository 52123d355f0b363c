"""what changed in a status list since its text was signed, and that text apart from the list's counter."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "published_list",
        sa.Column("list_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("secured", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["status_list.id"], name="fk_published_list_list_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_published_list_tenant_id"),
        sa.PrimaryKeyConstraint("list_id", name="pk_published_list"),
    )
    op.create_table(
        "status_change",
        sa.Column("list_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("is_set", sa.Boolean(), nullable=False),
        sa.Column("indices", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["status_list.id"], name="fk_status_change_list_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_status_change_tenant_id"),
        sa.PrimaryKeyConstraint("list_id", "version", name="pk_status_change"),
    )
    op.execute(
        "INSERT INTO published_list (list_id, tenant_id, secured)"
        " SELECT id, tenant_id, secured FROM status_list WHERE secured IS NOT NULL"
    )
    op.drop_column("status_list", "secured")


def downgrade() -> None:
    op.add_column("status_list", sa.Column("secured", sa.Text(), nullable=True))
    op.execute(
        "UPDATE status_list SET secured ="
        " (SELECT secured FROM published_list WHERE published_list.list_id = status_list.id)"
    )
    op.drop_table("status_change")
    op.drop_table("published_list")
