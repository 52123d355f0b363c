"""oauth 2.0, and credentials that people keep here."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "oauth_client",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=True),
        sa.Column("keys", sa.Text(), nullable=True),
        sa.Column("scopes", sa.String(500), nullable=False),
        sa.Column("grant_types", sa.String(100), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "secret_sha256 IS NOT NULL OR keys IS NOT NULL", name="ck_oauth_client_secret_or_keys"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_oauth_client_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_client"),
    )
    op.create_index("ix_oauth_client_tenant_id", "oauth_client", ["tenant_id"])
    op.create_table(
        "oauth_grant",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("client_id", sa.String(22), nullable=False),
        sa.Column("recipient_id", sa.String(36), nullable=True),
        sa.Column("scopes", sa.String(500), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_oauth_grant_tenant_id"),
        sa.ForeignKeyConstraint(["client_id"], ["oauth_client.id"], name="fk_oauth_grant_client_id"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipient.id"], name="fk_oauth_grant_recipient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_grant"),
    )
    op.create_index("ix_oauth_grant_tenant_id_recipient_id", "oauth_grant", ["tenant_id", "recipient_id"])
    op.create_index("ix_oauth_grant_client_id", "oauth_grant", ["client_id"])
    op.create_index("ix_oauth_grant_expires_at", "oauth_grant", ["expires_at"])
    op.create_table(
        "oauth_code",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("grant_id", sa.String(36), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("challenge", sa.String(128), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_oauth_code_tenant_id"),
        sa.ForeignKeyConstraint(["grant_id"], ["oauth_grant.id"], name="fk_oauth_code_grant_id"),
        sa.PrimaryKeyConstraint("sha256", name="pk_oauth_code"),
    )
    op.create_table(
        "oauth_token",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("grant_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("scopes", sa.String(500), nullable=False),
        sa.Column("issued_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_oauth_token_tenant_id"),
        sa.ForeignKeyConstraint(["grant_id"], ["oauth_grant.id"], name="fk_oauth_token_grant_id"),
        sa.PrimaryKeyConstraint("sha256", name="pk_oauth_token"),
    )
    for table in ("oauth_code", "oauth_token"):
        for column in ("tenant_id", "grant_id"):
            op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_table(
        "oauth_assertion",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_oauth_assertion_tenant_id"),
        sa.PrimaryKeyConstraint("sha256", name="pk_oauth_assertion"),
    )
    op.create_index("ix_oauth_assertion_tenant_id", "oauth_assertion", ["tenant_id"])
    op.create_index("ix_oauth_assertion_expires_at", "oauth_assertion", ["expires_at"])
    _held()


def _held() -> None:
    op.create_table(
        "held_credential",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("recipient_id", sa.String(36), nullable=False),
        sa.Column("equality_sha256", sa.String(64), nullable=False),
        sa.Column("format", sa.String(10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("issued_at", _MOMENT, nullable=False),
        sa.Column("verified_at", _MOMENT, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_held_credential_tenant_id"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipient.id"], name="fk_held_credential_recipient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_held_credential"),
        sa.UniqueConstraint(
            "tenant_id",
            "recipient_id",
            "equality_sha256",
            name="uq_held_credential_tenant_id_recipient_id_equality_sha256",
        ),
    )
    op.create_index(
        "ix_held_credential_tenant_id_recipient_id_id", "held_credential", ["tenant_id", "recipient_id", "id"]
    )
    op.create_table(
        "holder_profile",
        sa.Column("recipient_id", sa.String(36), nullable=False),
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_holder_profile_tenant_id"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipient.id"], name="fk_holder_profile_recipient_id"),
        sa.PrimaryKeyConstraint("recipient_id", name="pk_holder_profile"),
    )


def downgrade() -> None:
    for name in (
        "holder_profile",
        "held_credential",
        "oauth_assertion",
        "oauth_token",
        "oauth_code",
        "oauth_grant",
        "oauth_client",
    ):
        op.drop_table(name)
