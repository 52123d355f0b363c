"""The tables of sources: platforms with a dialect of their own, what it means, and what came to nothing."""

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base, Key

_OPEN: Final = text("state = 'open'")


class Source(Base):
    """A platform that sends what it says in its own dialect. Its id stands in the address it sends to.

    Of its secret only the SHA-256 is kept; `keys_url` is where its signing keys are published, if it signs,
    and `account` the account there whose messages are taken. `people_url` is where it is asked who an id is,
    with `people_token`, which is sealed with the passphrase of the key files.
    """

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    name: Mapped[str] = mapped_column(String(64))
    dialect: Mapped[str] = mapped_column(String(20))
    secret_sha256: Mapped[str] = mapped_column(String(64))
    keys_url: Mapped[str | None] = mapped_column(String(2048))
    account: Mapped[str | None] = mapped_column(String(200))
    people_url: Mapped[str | None] = mapped_column(String(2048))
    people_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SourceMapping(Base):
    """One version of what a source's competencies mean. It never changes: a new one takes its place."""

    __tablename__ = "source_mapping"
    __table_args__ = (UniqueConstraint("source_id", "number"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class SourcePerson(Base):
    """Somebody in the directory of a source, by the platform's own id."""

    __tablename__ = "source_person"

    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(500), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    name: Mapped[str | None] = mapped_column(String(500))
    email: Mapped[str | None] = mapped_column(String(320))
    identifier: Mapped[str | None] = mapped_column(String(500))
    updated_at: Mapped[datetime]


class DeadLetter(Base):
    """What a source said that came to nothing, and why, until it is replayed or let go.

    `digest` tells one that was sent again. `content` is the observation, or the message as it came where it
    could not be read.
    """

    __tablename__ = "dead_letter"
    __table_args__ = (
        UniqueConstraint("source_id", "digest"),
        Index(
            "ix_dead_letter_open",
            "tenant_id",
            "source_id",
            "id",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    digest: Mapped[str] = mapped_column(String(64))
    is_read: Mapped[bool]
    content: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text)
    competency: Mapped[str | None] = mapped_column(String(500))
    learner: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10))
    request_id: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
