"""The tables, each with the invariant that its constraints hold."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from issuer.core import compacting
from issuer.db.base import Base, Counter, Key
from issuer.db.text_tables import TextDictionary


class Tenant(Base):
    """One issuer's space.

    `owned_origin` is the origin whose own DID the tenant has: a further origin of the settings, the empty
    text for the public URL itself (the default tenant), or none. It never changes. `presentation` is how its
    pages look, and `link_secret` what its holders' links are made with: neither is in any badge.
    """

    __tablename__ = "tenant"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    owned_origin: Mapped[str | None] = mapped_column(String(300), unique=True)
    profile: Mapped[str] = mapped_column(Text)
    presentation: Mapped[str] = mapped_column(Text)
    link_secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class VerificationKey(Base):
    """The public half of a key; its id is the Multikey text. It is never deleted.

    The key that signs is the one activated last that is not retired. A retired key can't sign, and stays
    in the DID document for the badges that it signed.
    """

    __tablename__ = "verification_key"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"), index=True)
    created_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class ApiClient(Base):
    """A key to the API: its visible part is `id`, and of its secret only the SHA-256 is kept."""

    __tablename__ = "api_client"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    secret_sha256: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class Achievement(Base):
    """A code, for ever. `draft` is the definition being worked on, none when all of it is published."""

    __tablename__ = "achievement"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    code: Mapped[str] = mapped_column(String(64))
    draft: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class AchievementVersion(Base):
    """A published version. It never changes: awards keep the version that was signed into them."""

    __tablename__ = "achievement_version"
    __table_args__ = (UniqueConstraint("achievement_id", "number"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    achievement_id: Mapped[str] = mapped_column(ForeignKey("achievement.id"))
    number: Mapped[int]
    definition: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]


class Recipient(Base):
    """A person, as far as one tenant knows. Links to its badges made before `links_from` are dead."""

    __tablename__ = "recipient"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    name: Mapped[str | None] = mapped_column(String(500))
    links_from: Mapped[datetime | None]
    created_at: Mapped[datetime]


class RecipientIdentifier(Base):
    """One way to recognise a person. `scope` is the source whose identifier it is, empty for all."""

    __tablename__ = "recipient_identifier"
    __table_args__ = (UniqueConstraint("tenant_id", "kind", "scope", "value"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    recipient_id: Mapped[str] = mapped_column(ForeignKey("recipient.id"), index=True)
    kind: Mapped[str] = mapped_column(String(120))
    scope: Mapped[str] = mapped_column(String(500))
    value: Mapped[str] = mapped_column(String(500))


class StatusList(Base):
    """A list and the counter of its entries; `id` is the number in its address.

    The bits are a projection of the credentials' rows. `version` grows with every change of them, and what
    is published shows the changes up to `secured_version`.
    """

    __tablename__ = "status_list"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - as SQLAlchemy wants it

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    length: Mapped[int]
    permutation_key: Mapped[bytes] = mapped_column(LargeBinary)
    allocated: Mapped[int]
    version: Mapped[int]
    secured_version: Mapped[int]
    created_at: Mapped[datetime]


class Credential(Base):
    """One credential, from the moment that we mean to sign it.

    `draft` and `proof` are what we mean to sign. They never change, and leave when the signed text comes,
    `secured`, which has both. A credential is issued when it has a `secured`: no separate state can disagree.
    Both texts are stored packed, with the dictionary of their achievement version or, without one, as they
    are; the draft without its last brace, so that the signed text is what was recorded and some more.
    `enveloped` is the same credential as a JWT, made when first asked for; `replaced_by` the public id of a
    newer badge. `particulars` is what pages and exports tell of the event besides: no signed file has it.
    `edition_of` is the public id in the text of a row that is not the award itself: a correction until it is
    published, and from then on what the award's text was before. `expired_at` is when the end was announced.
    """

    __tablename__ = "credential"
    __table_args__ = (
        UniqueConstraint("tenant_id", "award_key"),
        UniqueConstraint("revocation_list_id", "revocation_index"),
        UniqueConstraint("suspension_list_id", "suspension_index"),
        Index(
            "ix_credential_unfinished",
            "created_at",
            sqlite_where=text("secured IS NULL"),
            postgresql_where=text("secured IS NULL"),
        ),
        Index(
            "ix_credential_listed",
            "tenant_id",
            "id",
            sqlite_where=text("visibility = 'listed'"),
            postgresql_where=text("visibility = 'listed'"),
        ),
        Index(
            "ix_credential_edition",
            "edition_of",
            sqlite_where=text("edition_of IS NOT NULL"),
            postgresql_where=text("edition_of IS NOT NULL"),
        ),
        Index(
            "ix_credential_ending",
            "valid_until",
            sqlite_where=text("valid_until IS NOT NULL AND expired_at IS NULL"),
            postgresql_where=text("valid_until IS NOT NULL AND expired_at IS NULL"),
        ),
        Index(None, "recipient_id", "achievement_id"),
        Index(None, "tenant_id", "id"),
        CheckConstraint("secured IS NULL OR (draft IS NULL AND proof IS NULL)", name="draft_or_secured"),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    award_key: Mapped[str] = mapped_column(String(120))
    recipient_id: Mapped[str] = mapped_column(ForeignKey("recipient.id"))
    achievement_id: Mapped[str] = mapped_column(ForeignKey("achievement.id"))
    achievement_version_id: Mapped[str] = mapped_column(ForeignKey("achievement_version.id"))
    key_id: Mapped[str] = mapped_column(ForeignKey("verification_key.id"))
    visibility: Mapped[str] = mapped_column(String(20))
    name_shown: Mapped[str] = mapped_column(String(10), server_default="full")
    draft: Mapped[bytes | None] = mapped_column(LargeBinary)
    proof: Mapped[str | None] = mapped_column(Text)
    particulars: Mapped[str | None] = mapped_column(Text)
    packed: Mapped[bytes | None] = mapped_column("secured", LargeBinary)
    dictionary_id: Mapped[bytes | None] = mapped_column(ForeignKey("text_dictionary.id"))
    secured_sha256: Mapped[str | None] = mapped_column(String(64))
    enveloped: Mapped[str | None] = mapped_column(Text)
    awarded_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    revocation_list_id: Mapped[int] = mapped_column(ForeignKey("status_list.id"))
    revocation_index: Mapped[int]
    suspension_list_id: Mapped[int | None] = mapped_column(ForeignKey("status_list.id"))
    suspension_index: Mapped[int | None]
    revoked_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(40))
    replaced_by: Mapped[str | None] = mapped_column(String(22))
    erased_at: Mapped[datetime | None]
    edition_of: Mapped[str | None] = mapped_column(String(22))
    expired_at: Mapped[datetime | None]

    dictionary: Mapped[TextDictionary | None] = relationship(lazy="joined", viewonly=True)
    """Read with the row: the text can be had of a row that was read, without asking for anything more."""

    @hybrid_property
    def secured(self) -> str | None:
        """Return the signed text, byte for byte, or None. In a query it is there or not, no more."""
        if self.packed is None:
            return None
        dictionary = self.dictionary if self.dictionary_id is not None else None
        return compacting.unpacked(self.packed, dictionary.content if dictionary else None)

    @secured.inplace.setter
    def _secured_setter(self, text: str | None) -> None:
        self.packed, self.dictionary_id = text.encode() if text is not None else None, None

    @secured.inplace.expression
    @classmethod
    def _secured_expression(cls) -> ColumnElement[bytes | None]:
        return cls.packed.expression


class Event(Base):
    """An event that was acknowledged, remembered for ever so that it can never issue twice."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source", "event_id"),
        UniqueConstraint("tenant_id", "source", "submission_key"),
        UniqueConstraint("tenant_id", "source", "idempotency_key"),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    source: Mapped[str] = mapped_column(String(500))
    event_id: Mapped[str] = mapped_column(String(128))
    content_sha256: Mapped[str] = mapped_column(String(64))
    submission_key: Mapped[str | None] = mapped_column(String(200))
    idempotency_key: Mapped[str | None] = mapped_column(String(255))
    client_id: Mapped[str] = mapped_column(String(40))
    request_id: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(20))
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), index=True)
    received_at: Mapped[datetime]


class Message(Base):
    """What the world must hear of a credential, written in the transaction that made it true.

    In order, a credential's messages are its history.
    """

    __tablename__ = "outbox"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - as SQLAlchemy wants it

    id: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), index=True)
    topic: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(60))
    request_id: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
