"""Join two people of whom somebody found out that they are one."""

from typing import Final

from issuer.context import Context
from issuer.core.intake.person_ref import PersonRef
from issuer.db import outbox, people
from issuer.db.people import UnknownRecipient
from issuer.services.after_award import whom
from issuer.services.clients import Client

MERGED: Final = "award.merged"


def merge(context: Context, client: Client, former: PersonRef, into: PersonRef, *, request_id: str) -> int:
    """Give all awards and identifiers of one person to another, and return how many awards moved.

    The signed files stay as they are, and private links of either lead to all of it. Once more moves
    nothing. Raises `UnknownRecipient`.
    """
    with context.database.write.begin() as session:
        ids = whom.whom(session, client, former), whom.whom(session, client, into)
        if ids[0] == ids[1]:
            return 0
        if len(people.hold(session, client.tenant_id, ids)) != len(ids):
            raise UnknownRecipient("one of the two was joined with somebody else just now: look again")
        moved = people.move(session, client.tenant_id, *ids, context.clock())
        if moved:
            outbox.add(session, [_message(context, client, each, request_id) for each in moved])
    return len(moved)


def _message(context: Context, client: Client, credential_id: str, request_id: str) -> dict[str, object]:
    return {
        "tenant_id": client.tenant_id,
        "credential_id": credential_id,
        "topic": MERGED,
        "actor": client.id,
        "request_id": request_id,
        "created_at": context.clock(),
    }
