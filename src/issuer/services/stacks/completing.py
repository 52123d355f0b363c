"""See what badges that were just published, or are in force again, complete."""

from collections.abc import Collection

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from issuer import telemetry
from issuer.context import Context
from issuer.db import clashes, stacks
from issuer.services.drafts import Draft
from issuer.services.stacks import granting, rules


def attempted(context: Context, session: Session, tenant_id: str, ids: Collection[str]) -> list[Draft]:
    """Return what `completed` does, or nothing where that breaks: no badge is held up by its stacks.

    What clashes with another transaction is raised: all of it is done again.
    """
    try:
        with session.begin_nested():
            return completed(context, session, tenant_id, ids)
    except DBAPIError as error:
        if clashes.is_clash(error):
            raise
        broken: Exception = error
    except Exception as error:  # noqa: BLE001 - whatever it was, the badges are sound
        broken = error
    context.metrics.faults.labels("stack-broke").inc()
    telemetry.log().error("stack_broke", exception=telemetry.origin_of(broken))
    return []


def completed(context: Context, session: Session, tenant_id: str, ids: Collection[str]) -> list[Draft]:
    """Return the drafts of stacks that these badges complete, recorded in the caller's transaction.

    Only their people's pathways are looked at, and those alone that name the badges. Two that complete the
    same wait for one another.
    """
    earned = stacks.earned(session, tenant_id, ids)
    versions = rules.offered(session, tenant_id, {each.code for each in earned})
    if not versions:
        return []
    named = frozenset().union(*(version.codes for group in versions for version in group))
    people = {each.recipient_id for each in earned if each.code in named}
    stacks.hold_people(session, tenant_id, people)
    already = stacks.granted(session, tenant_id, people)
    found = [
        each
        for each in rules.complete(session, tenant_id, versions, people, context.clock())
        if (each.recipient_id, each.version.pathway_id) not in already
    ]
    return granting.grant(context, session, tenant_id, found) if found else []
