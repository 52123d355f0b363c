"""See which stacks lost a badge that they were granted with, and do what their pathway says."""

from collections.abc import Collection
from typing import Final

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core.awarding import pathway
from issuer.db import outbox, pathways, reviews, stacks
from issuer.db.stack_tables import StackGrant
from issuer.services.stacks import rules
from issuer.services.stacks.granting import ACTOR, ASKED

COMPONENT_LOST: Final = "component_lost"


def lost(context: Context, session: Session, tenant_id: str, ids: Collection[str]) -> list[str]:
    """Return the public ids of stacks to be withdrawn since these badges of theirs were.

    Of others somebody is asked, once, or nothing happens, as their pathway says. A stack that other badges
    of the person satisfy as well is never withdrawn by itself: it names the wrong badges, so somebody is
    asked.
    """
    to_withdraw = []
    for grant in stacks.depending(session, tenant_id, ids):
        definition = _definition(session, tenant_id, grant)
        if definition.on_component_loss == "keep":
            continue
        if definition.on_component_loss == "withdraw" and not _is_complete(context, session, grant):
            to_withdraw.append(stacks.public_id(session, tenant_id, str(grant.credential_id)))
        else:
            _ask(context, session, grant)
    return to_withdraw


def _definition(session: Session, tenant_id: str, grant: StackGrant) -> pathway.PathwayDefinition:
    text = pathways.definition(session, tenant_id, grant.pathway_version_id)
    return rules.understood(text).definition


def _is_complete(context: Context, session: Session, grant: StackGrant) -> bool:
    """Return whether what is left of the person's badges satisfies the pathway all the same."""
    groups = [
        group for group in rules.offered(session, grant.tenant_id) if group[0].pathway_id == grant.pathway_id
    ]
    people = [grant.recipient_id]
    return bool(rules.complete(session, grant.tenant_id, groups, people, context.clock()))


def _ask(context: Context, session: Session, grant: StackGrant) -> None:
    credential_id = str(grant.credential_id)
    if reviews.is_open(session, grant.tenant_id, COMPONENT_LOST, credential_id):
        return
    now = context.clock()
    row = {
        "id": context.new_key(),
        "kind": COMPONENT_LOST,
        "credential_id": credential_id,
        "grant_id": grant.id,
        "detail": "a badge that this one was granted with was withdrawn",
        "created_at": now,
    }
    reviews.add(session, grant.tenant_id, row)
    message = {
        "tenant_id": grant.tenant_id,
        "credential_id": credential_id,
        "topic": ASKED,
        "reason": COMPONENT_LOST,
        "actor": ACTOR,
        "request_id": ACTOR,
        "created_at": now,
    }
    outbox.add(session, [message])
