"""Look at definitions: what one would sign and show, what its event has to be, what two of them differ in."""

import json

from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core.awarding import comparing, event_schema
from issuer.core.awarding.achievement import achievement_document
from issuer.core.awarding.comparing import Change
from issuer.core.awarding.definition import Definition
from issuer.core.documents import Document
from issuer.db import achievements
from issuer.db.achievements import UnknownAchievement
from issuer.db.tables import AchievementVersion, Tenant


def preview(context: Context, tenant: Tenant, code: str) -> tuple[int, Document]:
    """Return the number and the Achievement that the draft would publish, or the newest version without one.

    Raises `UnknownAchievement`.
    """
    with context.database.read() as session:
        found = achievements.by_code(session, tenant.id, code)
        newest = achievements.version(session, tenant.id, found.id)
    if found.draft is None and newest is not None:
        return newest.number, dict(json.loads(newest.document))
    number = newest.number + 1 if newest else 1
    definition = Definition.model_validate_json(str(found.draft))
    return number, achievement_document(definition, context.addresses(tenant), code, number)


def schema(context: Context, tenant: Tenant, code: str, number: int | None) -> Document:
    """Return the JSON Schema of the events that a version takes, the newest where none is named.

    Raises `UnknownAchievement`.
    """
    with context.database.read() as session:
        version = _version(session, tenant.id, code, number)
    definition = Definition.model_validate_json(version.definition)
    address = f"{context.settings.public_url}/v1/achievements/{code}/schema?version={version.number}"
    return event_schema.schema(definition, code, version.number, address)


def difference(
    context: Context, tenant: Tenant, code: str, before: int | None, after: int | None
) -> list[Change]:
    """Return what differs between two versions: the newest and its draft, where none are named.

    Raises `UnknownAchievement`.
    """
    with context.database.read() as session:
        found = achievements.by_code(session, tenant.id, code)
        later = None if after is None and found.draft else _version(session, tenant.id, code, after)
        number = before if before is not None or later is None else max(1, later.number - 1)
        earlier = _version(session, tenant.id, code, number)
    text = later.definition if later else str(found.draft)
    return comparing.changes(json.loads(earlier.definition), json.loads(text))


def _version(session: Session, tenant_id: str, code: str, number: int | None) -> AchievementVersion:
    found = achievements.by_code(session, tenant_id, code)
    version = achievements.version(session, tenant_id, found.id, number)
    if version is None:
        named = "no version" if number is None else f"no version {number}"
        raise UnknownAchievement(f"{named} of {code!r} is published")
    return version
