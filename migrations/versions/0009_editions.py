"""corrected badges, ends that are announced, and people who are one."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PARTIAL = {
    "ix_credential_edition": ("edition_of", "edition_of IS NOT NULL"),
    "ix_credential_ending": ("valid_until", "valid_until IS NOT NULL AND expired_at IS NULL"),
}


def upgrade() -> None:
    op.add_column("credential", sa.Column("edition_of", sa.String(22)))
    op.add_column("credential", sa.Column("expired_at", sa.DateTime(timezone=True)))
    for name, (column, condition) in _PARTIAL.items():
        where = sa.text(condition)
        op.create_index(name, "credential", [column], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "merged_recipient",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("recipient_id", sa.String(36), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_merged_recipient_tenant_id"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipient.id"], name="fk_merged_recipient_recipient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_merged_recipient"),
    )
    op.create_index("ix_merged_recipient_recipient_id", "merged_recipient", ["recipient_id"])


def downgrade() -> None:
    op.drop_table("merged_recipient")
    for name in _PARTIAL:
        op.drop_index(name, "credential")
    op.execute("ALTER TABLE credential DROP expired_at")
    op.execute("ALTER TABLE credential DROP edition_of")
