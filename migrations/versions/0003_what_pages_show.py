"""what pages show: presentation, links of holders, artwork, pathways."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_to_tenants()
    op.add_column("recipient", sa.Column("links_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "credential", sa.Column("name_shown", sa.String(length=10), server_default="full", nullable=False)
    )
    op.add_column("credential", sa.Column("enveloped", sa.Text(), nullable=True))
    op.add_column("credential", sa.Column("replaced_by", sa.String(length=22), nullable=True))
    op.create_table(
        "artwork",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("caption", sa.String(length=500), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_artwork_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artwork")),
        sa.UniqueConstraint("tenant_id", "digest", name=op.f("uq_artwork_tenant_id_digest")),
    )
    op.create_table(
        "pathway",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_pathway_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pathway")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_pathway_tenant_id_code")),
    )
    op.create_table(
        "pathway_version",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("pathway_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pathway_id"], ["pathway.id"], name=op.f("fk_pathway_version_pathway_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_pathway_version_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pathway_version")),
        sa.UniqueConstraint("pathway_id", "number", name=op.f("uq_pathway_version_pathway_id_number")),
    )


def downgrade() -> None:
    op.drop_table("pathway_version")
    op.drop_table("pathway")
    op.drop_table("artwork")
    for table, column in (
        ("credential", "replaced_by"),
        ("credential", "enveloped"),
        ("credential", "name_shown"),
        ("recipient", "links_from"),
        ("tenant", "link_secret"),
        ("tenant", "presentation"),
    ):
        op.drop_column(table, column)


def _add_to_tenants() -> None:
    op.add_column("tenant", sa.Column("presentation", sa.Text(), nullable=True))
    op.add_column("tenant", sa.Column("link_secret", sa.LargeBinary(), nullable=True))
    tenant = sa.table("tenant", sa.column("id"), sa.column("presentation"), sa.column("link_secret"))
    connection = op.get_bind()
    for (tenant_id,) in connection.execute(sa.select(tenant.c.id)).all():
        values = {"presentation": "{}", "link_secret": secrets.token_bytes(32)}
        connection.execute(sa.update(tenant).where(tenant.c.id == tenant_id).values(values))
    with op.batch_alter_table("tenant") as altered:
        altered.alter_column("presentation", existing_type=sa.Text(), nullable=False)
        altered.alter_column("link_secret", existing_type=sa.LargeBinary(), nullable=False)
