"""people who are looked up, and registrations of LTI platforms."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source", sa.Column("people_url", sa.String(2048), nullable=True))
    op.add_column("source", sa.Column("people_token", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    for name in ("people_token", "people_url"):
        op.drop_column("source", name)
