"""The tables of OAuth 2.0: who may ask, what was allowed, and the codes and tokens, as hashes alone."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base, Key


class OAuthClient(Base):
    """A program that asks for what is a person's, or an issuer's.

    One that registered itself is of no tenant: whoever lets it in decides for themselves. One with a tenant
    was made by the operator, and acts for that tenant alone. `details` is what it said of itself, unverified;
    of its secret only the SHA-256 is kept, and `keys` is the JWK Set of one that signs instead.
    """

    __tablename__ = "oauth_client"
    __table_args__ = (
        CheckConstraint("secret_sha256 IS NOT NULL OR keys IS NOT NULL", name="secret_or_keys"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    tenant_id: Mapped[str | None] = mapped_column(ForeignKey("tenant.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    secret_sha256: Mapped[str | None] = mapped_column(String(64))
    keys: Mapped[str | None] = mapped_column(Text)
    scopes: Mapped[str] = mapped_column(String(500))
    grant_types: Mapped[str] = mapped_column(String(100))
    details: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class OAuthGrant(Base):
    """What somebody let a client do: a holder with their badges, or the operator with a tenant's.

    All codes and tokens that come of it are good for as long as it is.
    """

    __tablename__ = "oauth_grant"
    __table_args__ = (Index(None, "tenant_id", "recipient_id"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_client.id"), index=True)
    recipient_id: Mapped[str | None] = mapped_column(ForeignKey("recipient.id"))
    scopes: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]


class OAuthCode(Base):
    """An authorization code, by its SHA-256. It is used once; a second time ends its grant."""

    __tablename__ = "oauth_code"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"), index=True)
    grant_id: Mapped[str] = mapped_column(ForeignKey("oauth_grant.id"), index=True)
    redirect_uri: Mapped[str] = mapped_column(Text)
    challenge: Mapped[str] = mapped_column(String(128))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OAuthToken(Base):
    """An access or a refresh token, by its SHA-256. A refresh token is used once, as a code is."""

    __tablename__ = "oauth_token"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"), index=True)
    grant_id: Mapped[str] = mapped_column(ForeignKey("oauth_grant.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    scopes: Mapped[str] = mapped_column(String(500))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class OAuthAssertion(Base):
    """A signed statement with which a client said who it is, by the SHA-256 of its id: good one time."""

    __tablename__ = "oauth_assertion"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
