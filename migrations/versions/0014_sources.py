"""platforms that speak their own dialect, what it means, their people, and what could not be told."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'open'")
_MOMENT = sa.DateTime(timezone=True)


def _tenant(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=f"fk_{table}_tenant_id")


def _source(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=f"fk_{table}_source_id")


def upgrade() -> None:
    op.create_table(
        "source",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("dialect", sa.String(20), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("keys_url", sa.String(2048)),
        sa.Column("account", sa.String(200)),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("disabled_at", _MOMENT),
        _tenant("source"),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sa.UniqueConstraint("tenant_id", "name", name="uq_source_tenant_id_name"),
    )
    op.create_table(
        "source_mapping",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("source_id", sa.String(22), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        _tenant("source_mapping"),
        _source("source_mapping"),
        sa.PrimaryKeyConstraint("id", name="pk_source_mapping"),
        sa.UniqueConstraint("source_id", "number", name="uq_source_mapping_source_id_number"),
    )
    op.create_table(
        "source_person",
        sa.Column("source_id", sa.String(22), nullable=False),
        sa.Column("external_id", sa.String(500), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(500)),
        sa.Column("email", sa.String(320)),
        sa.Column("identifier", sa.String(500)),
        sa.Column("updated_at", _MOMENT, nullable=False),
        _tenant("source_person"),
        _source("source_person"),
        sa.PrimaryKeyConstraint("source_id", "external_id", name="pk_source_person"),
    )
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("source_id", sa.String(22), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("competency", sa.String(500)),
        sa.Column("learner", sa.String(500)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("request_id", sa.String(40), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("settled_at", _MOMENT),
        _tenant("dead_letter"),
        _source("dead_letter"),
        sa.PrimaryKeyConstraint("id", name="pk_dead_letter"),
        sa.UniqueConstraint("source_id", "digest", name="uq_dead_letter_source_id_digest"),
    )
    op.create_index(
        "ix_dead_letter_open",
        "dead_letter",
        ["tenant_id", "source_id", "id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    for name in ("dead_letter", "source_person", "source_mapping", "source"):
        op.drop_table(name)
