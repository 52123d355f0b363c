"""an index of the few badges that search engines are told of."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_LISTED = sa.text("visibility = 'listed'")


def upgrade() -> None:
    op.create_index(
        "ix_credential_listed",
        "credential",
        ["tenant_id", "id"],
        unique=False,
        sqlite_where=_LISTED,
        postgresql_where=_LISTED,
    )


def downgrade() -> None:
    op.drop_index("ix_credential_listed", table_name="credential")
