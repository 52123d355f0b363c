"""what an event says that a badge does not."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("credential", sa.Column("particulars", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("credential", "particulars")
