"""The tables of stacks that were earned, and of what waits for somebody to decide."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base, Key


class StackGrant(Base):
    """What a person's badges came to: one row for a person and a pathway, so that it is granted once.

    `credential_id` is the stack's own badge: none while somebody has to look, after a refusal, and for a
    pathway that brings no badge. A later version of the pathway takes nothing away.
    """

    __tablename__ = "stack_grant"
    __table_args__ = (UniqueConstraint("recipient_id", "pathway_id"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    recipient_id: Mapped[str] = mapped_column(ForeignKey("recipient.id"))
    pathway_id: Mapped[str] = mapped_column(ForeignKey("pathway.id"), index=True)
    pathway_version_id: Mapped[str] = mapped_column(ForeignKey("pathway_version.id"))
    credential_id: Mapped[str | None] = mapped_column(ForeignKey("credential.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]


class StackComponent(Base):
    """A badge that a stack was earned with."""

    __tablename__ = "stack_component"

    grant_id: Mapped[str] = mapped_column(ForeignKey("stack_grant.id"), primary_key=True)
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), primary_key=True, index=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))


class Review(Base):
    """Something about a badge that a person has to decide. Open until it has a `decision`.

    `credential_id` is the badge that it is about: for a stack that is complete, the last one that it took.
    `said` is the SHA-256 of the id of the statement that asked for it, where a platform made one.
    """

    __tablename__ = "review"
    __table_args__ = (
        Index(
            "ix_review_open",
            "tenant_id",
            "id",
            sqlite_where=text("decision IS NULL"),
            postgresql_where=text("decision IS NULL"),
        ),
        Index(
            "uq_review_open",
            "credential_id",
            "kind",
            "grant_id",
            unique=True,
            sqlite_where=text("decision IS NULL"),
            postgresql_where=text("decision IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    kind: Mapped[str] = mapped_column(String(30))
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"))
    grant_id: Mapped[str | None] = mapped_column(ForeignKey("stack_grant.id"), index=True)
    detail: Mapped[str] = mapped_column(Text)
    said: Mapped[str | None] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime]
    decision: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decided_at: Mapped[datetime | None]
