"""Let a correction take the place of what it corrects, in the transaction that publishes it."""

from typing import Final

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.db import editions, published_lists
from issuer.db.tables import Credential

CORRECTED: Final = "award.corrected"


def take_over(context: Context, session: Session, tenant_id: str, correction_id: str, public_id: str) -> str:
    """Give an award the text of its correction that was just stored, and return the award's primary key.

    From this transaction on, the earlier file is withdrawn as replaced. Whatever became of the award since
    the correction was begun goes on: one that was withdrawn, or put on hold, stays so under its new status.
    """
    award = editions.award_of(session, tenant_id, public_id)
    places = [(award.revocation_list_id, award.revocation_index)]
    editions.exchange(session, tenant_id, correction_id, award, context.clock())
    for list_id, index in [*places, *_stopped(award)]:
        published_lists.record(session, tenant_id, list_id, [index], is_set=True)
    return award.id


def _stopped(award: Credential) -> list[tuple[int, int]]:
    """Return the places of an award's new status in which strangers have to see how it stands."""
    found = []
    if award.revoked_at is not None:
        found.append((award.revocation_list_id, award.revocation_index))
    if award.suspended_at is not None and award.suspension_list_id is not None:
        found.append((award.suspension_list_id, award.suspension_index or 0))
    return found
