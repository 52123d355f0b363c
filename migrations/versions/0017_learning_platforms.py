"""people who are looked up, and platforms of LTI 1.3."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source", sa.Column("people_url", sa.String(2048), nullable=True))
    op.add_column("source", sa.Column("people_token", sa.LargeBinary(), nullable=True))
    op.create_table(
        "lti_registration",
        sa.Column("source_id", sa.String(22), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        *_keys("lti_registration", "source_id"),
    )
    op.create_table(
        "lti_key",
        sa.Column("source_id", sa.String(22), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_keys("lti_key", "source_id"),
    )
    op.create_table(
        "lti_nonce",
        sa.Column("source_id", sa.String(22), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *_keys("lti_nonce", "source_id", "digest"),
    )


def _keys(table: str, *primary: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=f"fk_{table}_source_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=f"fk_{table}_tenant_id"),
        sa.PrimaryKeyConstraint(*primary, name=f"pk_{table}"),
    ]


def downgrade() -> None:
    for name in ("lti_nonce", "lti_key", "lti_registration"):
        op.drop_table(name)
    for name in ("people_token", "people_url"):
        op.drop_column("source", name)
