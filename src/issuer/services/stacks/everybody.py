"""Say who would earn a stack now, and grant it to them: people had its badges before it was offered."""

from collections.abc import Iterator
from functools import partial

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.db import pathways, stacks
from issuer.services import clashing, finish
from issuer.services.drafts import Draft
from issuer.services.finish import Unfinished
from issuer.services.stacks import granting, rules
from issuer.services.stacks.rules import Complete, Version

_TOGETHER = 200
"""How many people are looked at in one transaction."""


def would_earn(context: Context, tenant_id: str, code: str, *, draft: str | None = None) -> int:
    """Return how many people would earn a pathway at this moment who did not yet.

    `draft` is the definition of a version that is not published, which is counted with the others. Raises
    `UnknownPathway`.
    """
    with context.database.read() as session:
        pathway_id = pathways.by_code(session, tenant_id, code).id
        versions = _versions(session, tenant_id, pathway_id)
        if draft is not None:
            versions = [*versions, Version("", pathway_id, code, 0, draft, rules.understood(draft))]
        return sum(
            len(_complete(context, session, tenant_id, versions, people))
            for people in _people(session, tenant_id, versions)
        )


def grant_all(context: Context, tenant_id: str, code: str, *, actor: str, request_id: str) -> int:
    """Grant a pathway to everybody who has completed it, some at a time, and return how many that were.

    Once more grants nothing again. Raises `UnknownPathway`.
    """
    with context.database.read() as session:
        pathway_id = pathways.by_code(session, tenant_id, code).id
        versions = _versions(session, tenant_id, pathway_id)
        groups = list(_people(session, tenant_id, versions))
    count = 0
    for people in groups:
        granted, made = clashing.again(partial(_granted, context, tenant_id, versions, people))
        finish.together(context, [Unfinished(draft, actor, request_id) for draft in made])
        count += granted
    return count


def _granted(
    context: Context, tenant_id: str, versions: list[Version], people: list[str]
) -> tuple[int, list[Draft]]:
    """Return to how many of these people a pathway was granted now, and the drafts of its badges."""
    with context.database.write.begin() as session:
        stacks.hold_people(session, tenant_id, people)
        found = _complete(context, session, tenant_id, versions, people)
        return len(found), granting.grant(context, session, tenant_id, found) if found else []


def _versions(session: Session, tenant_id: str, pathway_id: str) -> list[Version]:
    groups = rules.offered(session, tenant_id)
    return next((group for group in groups if group[0].pathway_id == pathway_id), [])


def _people(session: Session, tenant_id: str, versions: list[Version]) -> Iterator[list[str]]:
    codes = frozenset().union(*(version.codes for version in versions)) if versions else frozenset()
    after = ""
    while codes and (found := list(stacks.holders(session, tenant_id, codes, after, _TOGETHER))):
        yield found
        after = found[-1]


def _complete(
    context: Context, session: Session, tenant_id: str, versions: list[Version], people: list[str]
) -> list[Complete]:
    already = stacks.granted(session, tenant_id, people)
    return [
        each
        for each in rules.complete(session, tenant_id, [versions], people, context.clock())
        if (each.recipient_id, each.version.pathway_id) not in already
    ]
