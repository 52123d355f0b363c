"""Tell the world of badges whose last day is past: nothing of theirs changes but that."""

from typing import Final

from issuer.context import Context
from issuer.db import endings, outbox
from issuer.db.endings import Ending

EXPIRED: Final = "award.expired"
_TOGETHER: Final = 500


def announce(context: Context) -> int:
    """Announce the next awards that ended, some hundred at most, and return how many were looked at.

    Each is announced once. One that was withdrawn, or replaced by its correction, ended before.
    """
    now = context.clock()
    with context.database.write.begin() as session:
        found = endings.ended(session, now, _TOGETHER)
        if found:
            endings.announce(session, found, now)
        heard = [each for each in found if each.revoked_at is None and each.edition_of is None]
        if heard:
            outbox.add(session, [_message(context, each) for each in heard])
    return len(found)


def _message(context: Context, each: Ending) -> dict[str, object]:
    return {
        "tenant_id": each.tenant_id,
        "credential_id": each.id,
        "topic": EXPIRED,
        "actor": "worker",
        "request_id": "worker",
        "created_at": context.clock(),
    }
