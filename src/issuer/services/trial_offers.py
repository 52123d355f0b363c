"""What a sandbox offers: all that its issuer has published, until somebody defines it anew there."""

import json
from collections.abc import Collection, Iterator
from contextlib import suppress

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core.awarding import pathway
from issuer.core.documents import Document
from issuer.core.fields import InvalidFields
from issuer.db import achievements, pathways
from issuer.db.tables import Tenant
from issuer.services import achievements as definitions
from issuer.services import pathways as stacks


def follow_all(context: Context, owner: Tenant, trial: Tenant) -> None:
    """Publish in a sandbox every achievement and pathway that its issuer offers now.

    A pathway that cannot be had there, for what was changed or retired there, stays away.
    """
    with context.database.read() as session:
        codes = achievements.codes(session, owner.id)
    follow(context, owner, trial, codes)
    with context.database.read() as session:
        behind = list(_pathways_behind(session, owner, trial))
    for code, definition in behind:
        with suppress(InvalidFields):
            stacks.save(context, trial, code, definition)
            stacks.publish(context, trial, code)


def follow(context: Context, owner: Tenant, trial: Tenant, codes: Collection[str]) -> None:
    """Publish in a sandbox what its issuer has published of some achievements since."""
    with context.database.read() as session:
        behind = list(_behind(session, owner, trial, codes))
    for code, definition in behind:
        definitions.save(context, trial, code, json.loads(definition))
        definitions.publish(context, trial, code)


def _behind(
    session: Session, owner: Tenant, trial: Tenant, codes: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield what the sandbox lacks, or has as its issuer had it before: what was changed there stays."""
    there = {each.code: each.definition for each in achievements.offered(session, trial.id, codes, [])}
    for each in achievements.offered(session, owner.id, codes, []):
        own = there.get(each.code)
        if each.definition is None or each.retired or own == each.definition:
            continue
        earlier = achievements.versions(session, owner.id, each.achievement_id)
        if own is None or own in {version.definition for version in earlier}:
            yield each.code, each.definition


def _pathways_behind(session: Session, owner: Tenant, trial: Tenant) -> Iterator[tuple[str, Document]]:
    for row, version in pathways.offered(session, owner.id):
        newest = pathway.of_published(json.loads(version.definition)).document
        own = pathways.find(session, trial.id, row.code)
        published = pathways.newest(session, trial.id, own.id) if own is not None else None
        if published is None:
            yield row.code, newest
            continue
        there = pathway.of_published(json.loads(published.definition)).document
        earlier = pathways.versions(session, owner.id, row.id)
        if there != newest and there in [
            pathway.of_published(json.loads(each.definition)).document for each in earlier
        ]:
            yield row.code, newest
