"""Join two people of whom somebody found out that they are one."""

from collections.abc import Sequence
from typing import Final

from issuer.context import Context
from issuer.core.intake.person_ref import PersonRef
from issuer.db import outbox, people
from issuer.db.people import UnknownRecipient
from issuer.services import clashing, finish
from issuer.services.after_award import whom
from issuer.services.clients import Client
from issuer.services.drafts import Draft
from issuer.services.finish import Unfinished
from issuer.services.stacks import completing

MERGED: Final = "award.merged"


def merge(context: Context, client: Client, former: PersonRef, into: PersonRef, *, request_id: str) -> int:
    """Give all awards and identifiers of one person to another, and return how many awards moved.

    The signed files stay as they are, and private links of either lead to all of it. Stacks that the two
    complete together are granted. Once more moves nothing. Raises `UnknownRecipient`.
    """
    moved, stacks = clashing.again(lambda: _merged(context, client, (former, into), request_id))
    finish.together(context, [Unfinished(draft, client.id, request_id) for draft in stacks])
    return len(moved)


def _merged(
    context: Context, client: Client, two: tuple[PersonRef, PersonRef], request_id: str
) -> tuple[Sequence[str], list[Draft]]:
    tenant_id = client.tenant_id
    with context.database.write.begin() as session:
        former, into = (whom.whom(session, client, each) for each in two)
        if former == into:
            return [], []
        if len(people.hold(session, tenant_id, (former, into))) != len(two):
            raise UnknownRecipient("one of the two was joined with somebody else just now: look again")
        moved = people.move(session, tenant_id, former, into, context.clock())
        if not moved:
            return [], []
        outbox.add(session, [_message(context, client, each, request_id) for each in moved])
        return moved, completing.attempted(context, session, tenant_id, moved)


def _message(context: Context, client: Client, credential_id: str, request_id: str) -> dict[str, object]:
    return {
        "tenant_id": client.tenant_id,
        "credential_id": credential_id,
        "topic": MERGED,
        "actor": client.id,
        "request_id": request_id,
        "created_at": context.clock(),
    }
