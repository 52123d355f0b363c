"""The tables of LTI 1.3: what is agreed with a platform, our key for it, and the launches that were used."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.base import Base


class LtiRegistration(Base):
    """What a source's platform is, as its administrator told it: a document, which is replaced as a whole."""

    __tablename__ = "lti_registration"

    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    content: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]


class LtiKey(Base):
    """The RSA key by which this service shows a source's platform who it is.

    `private` is sealed with the passphrase of the key files.
    """

    __tablename__ = "lti_key"

    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    public: Mapped[str] = mapped_column(Text)
    private: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class LtiNonce(Base):
    """A launch that was used, by the SHA-256 of its nonce, for as long as its state would be good."""

    __tablename__ = "lti_nonce"

    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"))
    expires_at: Mapped[datetime]
