"""exports to agencies."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "export_profile",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_export_profile_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_export_profile"),
        sa.UniqueConstraint("tenant_id", "name", name="uq_export_profile_tenant_id_name"),
    )
    op.create_table(
        "export_download",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("profile_id", sa.String(length=36), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=100), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["export_profile.id"], name="fk_export_download_profile_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_export_download_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_export_download"),
    )
    op.create_index("ix_export_download_profile_id_id", "export_download", ["profile_id", "id"], unique=False)
    op.create_table(
        "export_file",
        sa.Column("profile_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("suffix", sa.String(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["export_profile.id"], name="fk_export_file_profile_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_export_file_tenant_id"),
        sa.PrimaryKeyConstraint("profile_id", "sha256", name="pk_export_file"),
    )
    op.create_index("ix_export_file_until", "export_file", ["until"], unique=False)
    op.create_table(
        "export_manifest",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("profile_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_position", _COUNTER, nullable=True),
        sa.Column("to_position", _COUNTER, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["export_profile.id"], name="fk_export_manifest_profile_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_export_manifest_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_export_manifest"),
    )
    op.create_index(
        "ix_export_manifest_profile_id_created_at",
        "export_manifest",
        ["profile_id", "created_at"],
        unique=False,
    )
    op.create_index("ix_export_manifest_until", "export_manifest", ["until"], unique=False)
    op.create_table(
        "export_order",
        sa.Column("profile_id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["export_profile.id"], name="fk_export_order_profile_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_export_order_tenant_id"),
        sa.PrimaryKeyConstraint("profile_id", name="pk_export_order"),
    )
    op.create_table(
        "export_profile_version",
        sa.Column("profile_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["export_profile.id"], name="fk_export_profile_version_profile_id"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_export_profile_version_tenant_id"),
        sa.PrimaryKeyConstraint("profile_id", "number", name="pk_export_profile_version"),
    )
    op.create_table(
        "export_receipt",
        sa.Column("profile_id", sa.String(length=36), nullable=False),
        sa.Column("credential", sa.String(length=22), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("seq", _COUNTER, nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("agency_record_id", sa.String(length=500), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["export_profile.id"], name="fk_export_receipt_profile_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_export_receipt_tenant_id"),
        sa.PrimaryKeyConstraint("profile_id", "credential", name="pk_export_receipt"),
    )
    op.create_table(
        "export_change",
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("position", _COUNTER, nullable=False),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name="fk_export_change_credential_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_export_change_tenant_id"),
        sa.PrimaryKeyConstraint("credential_id", name="pk_export_change"),
    )
    op.create_index(
        "ix_export_change_tenant_id_position", "export_change", ["tenant_id", "position"], unique=False
    )


def downgrade() -> None:
    for name in (
        "export_change",
        "export_receipt",
        "export_profile_version",
        "export_order",
        "export_manifest",
        "export_file",
        "export_download",
        "export_profile",
    ):
        op.drop_table(name)
