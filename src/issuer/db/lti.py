"""Queries over what is agreed with platforms of LTI 1.3."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from issuer.db.lti_tables import LtiKey, LtiNonce, LtiRegistration


def registration(session: Session, tenant_id: str, source_id: str) -> LtiRegistration | None:
    """Return what is agreed with a source's platform, or None."""
    query = select(LtiRegistration).where(
        LtiRegistration.tenant_id == tenant_id, LtiRegistration.source_id == source_id
    )
    return session.scalars(query).one_or_none()


def put_registration(session: Session, tenant_id: str, source_id: str, content: str, now: datetime) -> None:
    """Keep what is agreed with a source's platform, in the place of what was before."""
    remove_registration(session, tenant_id, source_id)
    session.add(LtiRegistration(source_id=source_id, tenant_id=tenant_id, content=content, updated_at=now))


def remove_registration(session: Session, tenant_id: str, source_id: str) -> None:
    """Forget what was agreed with a source's platform."""
    own = LtiRegistration.tenant_id == tenant_id, LtiRegistration.source_id == source_id
    session.execute(delete(LtiRegistration).where(*own))


def key(session: Session, tenant_id: str, source_id: str) -> LtiKey | None:
    """Return our key for a source's platform, or None where none was needed yet."""
    query = select(LtiKey).where(LtiKey.tenant_id == tenant_id, LtiKey.source_id == source_id)
    return session.scalars(query).one_or_none()


def remove_key(session: Session, tenant_id: str, source_id: str) -> None:
    """Forget our key for a source's platform: another one is made when it is wanted."""
    session.execute(delete(LtiKey).where(LtiKey.tenant_id == tenant_id, LtiKey.source_id == source_id))


def use(
    session: Session, tenant_id: str, source_id: str, digest: str, *, now: datetime, until: datetime
) -> bool:
    """Return whether a launch was not used before, and note that it is now.

    Violates a constraint where another process does so at the same moment. What cannot come back is
    forgotten.
    """
    own = LtiNonce.tenant_id == tenant_id, LtiNonce.source_id == source_id
    session.execute(delete(LtiNonce).where(*own, LtiNonce.expires_at <= now))
    if session.scalars(select(LtiNonce.digest).where(*own, LtiNonce.digest == digest)).one_or_none():
        return False
    session.add(LtiNonce(source_id=source_id, digest=digest, tenant_id=tenant_id, expires_at=until))
    session.flush()
    return True
