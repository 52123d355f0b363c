"""the statements of platforms that asked for a review."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("review", sa.Column("said", sa.String(64), nullable=True))
    op.create_index("ix_review_said", "review", ["said"])


def downgrade() -> None:
    op.drop_index("ix_review_said", "review")
    op.drop_column("review", "said")
