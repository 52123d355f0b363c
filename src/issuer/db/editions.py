"""Queries over the editions of a badge: what its text was before it was corrected."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.credentials import UnknownCredential
from issuer.db.tables import Credential

_TABLE: Final = cast("Table", Credential.__table__)
_OF_EDITION: Final = (
    "achievement_version_id",
    "key_id",
    "particulars",
    "secured",
    "dictionary_id",
    "secured_sha256",
    "enveloped",
    "valid_until",
    "created_at",
    "revocation_list_id",
    "revocation_index",
    "suspension_list_id",
    "suspension_index",
)
"""What belongs to a signed text. All else of a row belongs to the award."""


def award_of(session: Session, tenant_id: str, public_id: str) -> Credential:
    """Return the row of a signed award, held against other writers, or raise `UnknownCredential`."""
    query = (
        select(Credential)
        .where(Credential.tenant_id == tenant_id, Credential.public_id == public_id)
        .where(Credential.secured.is_not(None), Credential.edition_of.is_(None))
    )
    found = session.scalars(query.with_for_update(of=Credential)).one_or_none()
    if found is None:
        raise UnknownCredential(f"there is no award {public_id!r}")
    return found


def waiting(session: Session, tenant_id: str, public_id: str) -> Credential | None:
    """Return the correction of an award that is not published yet, if there is one."""
    query = select(Credential).where(Credential.tenant_id == tenant_id, Credential.edition_of == public_id)
    return session.scalars(query.where(Credential.secured.is_(None)).limit(1)).one_or_none()


def former(session: Session, tenant_id: str, public_id: str) -> Sequence[Credential]:
    """Return the former editions of an award, the oldest first."""
    query = select(Credential).where(Credential.tenant_id == tenant_id, Credential.edition_of == public_id)
    return session.scalars(query.where(Credential.secured.is_not(None)).order_by(Credential.id)).all()


def exchange(session: Session, tenant_id: str, correction_id: str, award: Credential, now: datetime) -> None:
    """Give an award the text of its correction, and keep the earlier text in the correction's row.

    The row is taken away in between: no two rows have one place in a status list, not for a moment.
    """
    made = session.execute(select(_TABLE).where(_TABLE.c.id == correction_id)).mappings().one()
    before = session.execute(select(_TABLE).where(_TABLE.c.id == award.id)).mappings().one()
    session.execute(delete(Credential).where(Credential.tenant_id == tenant_id, Credential.id == made["id"]))
    session.execute(
        update(_TABLE)
        .where(_TABLE.c.tenant_id == tenant_id, _TABLE.c.id == award.id)
        .values({**{name: made[name] for name in _OF_EDITION}, "expired_at": None})
    )
    former_row = {
        **made,
        **{name: before[name] for name in _OF_EDITION},
        "revoked_at": now,
        "reason": "replaced",
        "replaced_by": award.public_id,
    }
    session.execute(insert(_TABLE).values(former_row))
    session.expire(award)
