"""stacks that were earned, and what waits for a decision."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_OPEN = sa.text("decision IS NULL")


def upgrade() -> None:
    op.create_table(
        "stack_grant",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("recipient_id", sa.String(36), nullable=False),
        sa.Column("pathway_id", sa.String(36), nullable=False),
        sa.Column("pathway_version_id", sa.String(36), nullable=False),
        sa.Column("credential_id", sa.String(36)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_references("stack_grant", "tenant", "recipient", "pathway", "pathway_version", "credential"),
        sa.PrimaryKeyConstraint("id", name="pk_stack_grant"),
        sa.UniqueConstraint("recipient_id", "pathway_id", name="uq_stack_grant_recipient_id_pathway_id"),
    )
    op.create_index("ix_stack_grant_pathway_id", "stack_grant", ["pathway_id"])
    op.create_index("ix_stack_grant_credential_id", "stack_grant", ["credential_id"])
    op.create_table(
        "stack_component",
        sa.Column("grant_id", sa.String(36), nullable=False),
        sa.Column("credential_id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        *_references("stack_component", "tenant", "credential", grant="stack_grant"),
        sa.PrimaryKeyConstraint("grant_id", "credential_id", name="pk_stack_component"),
    )
    op.create_index("ix_stack_component_credential_id", "stack_component", ["credential_id"])
    op.create_table(
        "review",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("credential_id", sa.String(36), nullable=False),
        sa.Column("grant_id", sa.String(36)),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(20)),
        sa.Column("note", sa.Text()),
        sa.Column("decided_by", sa.String(60)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        *_references("review", "tenant", "credential", grant="stack_grant"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
    )
    op.create_index("ix_review_grant_id", "review", ["grant_id"])
    op.create_index(
        "ix_review_open", "review", ["tenant_id", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index(
        "uq_review_open",
        "review",
        ["credential_id", "kind", "grant_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    for name in ("review", "stack_component", "stack_grant"):
        op.drop_table(name)


def _references(table: str, *others: str, **named: str) -> list[sa.ForeignKeyConstraint]:
    found = {**{other: other for other in others}, **named}
    return [
        sa.ForeignKeyConstraint([f"{name}_id"], [f"{other}.id"], name=f"fk_{table}_{name}_id")
        for name, other in found.items()
    ]
