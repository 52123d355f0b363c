"""Join two people of whom somebody found out that they are one."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core.intake.person_ref import PersonRef
from issuer.db import outbox, people
from issuer.db.export_changes import IDENTIFIED
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
            _tell_identity(context, session, client, into, request_id)
            return [], []
        outbox.add(session, [_message(context, client, each, request_id, MERGED) for each in moved])
        return moved, completing.attempted(context, session, tenant_id, moved)


def _tell_identity(context: Context, session: Session, client: Client, person: str, request_id: str) -> None:
    """Tell exports that somebody may have identifiers now of one who had no signed badges."""
    if shown := people.any_award(session, client.tenant_id, person):
        outbox.add(session, [_message(context, client, shown, request_id, IDENTIFIED)])


def _message(
    context: Context, client: Client, credential_id: str, request_id: str, topic: str
) -> dict[str, object]:
    return {
        "tenant_id": client.tenant_id,
        "credential_id": credential_id,
        "topic": topic,
        "actor": client.id,
        "request_id": request_id,
        "created_at": context.clock(),
    }
