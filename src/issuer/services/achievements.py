"""Define, publish and retire achievements."""

import json

from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.awarding import short_form
from issuer.core.awarding.achievement import achievement_document
from issuer.core.awarding.definition import Definition
from issuer.core.awarding.profile import plain
from issuer.core.documents import Document
from issuer.core.fields import InvalidFields
from issuer.core.securing import canonical, contexts
from issuer.db import achievements, tenants
from issuer.db.tables import Achievement, AchievementVersion, Tenant
from issuer.errors import Conflict, Fault, Invalid
from issuer.services import artwork, frameworks


class NothingToPublish(Conflict):
    """There is no draft of the achievement."""

    code = "nothing-to-publish"


def save(context: Context, tenant: Tenant, code: str, definition: Document) -> Achievement:
    """Save a definition as the achievement's draft and return the achievement.

    Raises `InvalidFields` that points at each fault, and for a picture at an address of the tenant's own
    where none was uploaded; one that was gives its caption to a definition without. Published
    versions are not touched.
    """
    fields.read(_CodeOnly, {"code": code})
    definition = fields.without_code(definition, code)
    given = artwork.captioned(context, tenant, read(definition, context, tenant))
    _check_signable(context, tenant, code, given)
    text, now = documents.text(plain(given)), context.clock()
    with context.database.write.begin() as session:
        tenants.hold(session, tenant.id)
        found = achievements.find(session, tenant.id, code)
        if found is None:
            found = Achievement(id=context.new_key(), tenant_id=tenant.id, code=code, created_at=now)
            session.add(found)
        found.draft, found.updated_at = text, now
        return found


def read(document: Document, context: Context, tenant: Tenant) -> Definition:
    """Return the definition that somebody wrote, in the long form or the short one.

    An alignment that names a code of an imported framework is completed from it. Raises `InvalidFields` that
    points at each fault where it stands in what was written.
    """
    try:
        long = frameworks.completed(context, tenant.id, short_form.written_out(document))
        return fields.read(Definition, long)
    except InvalidFields as error:
        raise short_form.relocated(error, document) from error


def publish(context: Context, tenant: Tenant, code: str) -> AchievementVersion:
    """Publish the draft as the next version and return it; it is for ever.

    A draft equal to the newest version makes no new one. Publishing brings a retired achievement back.
    """
    with context.database.write.begin() as session:
        tenants.hold(session, tenant.id)
        found = achievements.by_code(session, tenant.id, code)
        newest = achievements.version(session, tenant.id, found.id)
        if found.draft is None and newest is None:
            raise NothingToPublish(f"save a definition of {code!r} first")
        found.retired_at = None
        if newest is not None and (found.draft is None or _is_same(found.draft, newest.definition)):
            found.draft = None
            return newest
        version = _version(context, tenant, found, newest.number + 1 if newest else 1)
        session.add(version)
        found.draft, found.updated_at = None, version.published_at
        return version


def retire(context: Context, tenant: Tenant, code: str) -> Achievement:
    """Stop awarding an achievement and return it. What was awarded stays as it is."""
    with context.database.write.begin() as session:
        tenants.hold(session, tenant.id)
        found = achievements.by_code(session, tenant.id, code)
        found.retired_at = found.retired_at or context.clock()
        return found


def _is_same(draft: str, published: str) -> bool:
    """Return whether a draft says what a version says, that may be from before some member was known."""
    return draft == published or Definition.model_validate_json(draft) == Definition.model_validate_json(
        published
    )


def _version(context: Context, tenant: Tenant, achievement: Achievement, number: int) -> AchievementVersion:
    definition = Definition.model_validate_json(str(achievement.draft))
    document = achievement_document(definition, context.addresses(tenant), achievement.code, number)
    return AchievementVersion(
        id=context.new_key(),
        tenant_id=tenant.id,
        achievement_id=achievement.id,
        number=number,
        definition=str(achievement.draft),
        document=documents.text(document),
        published_at=context.clock(),
    )


class _CodeOnly(fields.Strict):
    code: fields.Code


def _check_signable(context: Context, tenant: Tenant, code: str, given: Definition) -> None:
    """Canonicalise the achievement once, so that no badge of it is found unsignable later."""
    document = achievement_document(given, context.addresses(tenant), code, 1)
    whole = {"@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES], **document}
    try:
        canonical.rdfc(json.loads(documents.text(whole)))
    except Invalid as error:
        raise InvalidFields("the definition could not be signed", [Fault("", error.detail)]) from error
