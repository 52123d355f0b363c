"""From a stored badge to the link that adds it to LinkedIn."""

import json
from zoneinfo import ZoneInfo

from issuer.context import Context
from issuer.core.documents import Document
from issuer.db import standings
from issuer.db.tables import Credential, Tenant
from issuer.services.tenants import presentation_of
from issuer.web.pages import links


def address(
    context: Context, tenant: Tenant, credential: Credential, document: Document | None = None
) -> str | None:
    """Return the link that a badge's own page has too: days are those of the issuer's time zone.

    `document` is its text as parsed, where the caller has it. None for a badge that is not current, that
    its holder keeps private, or that is no real award.
    """
    is_current = standings.standing(credential, context.clock()) == "current"
    if not is_current or credential.visibility == "private" or context.addresses(tenant).is_for_trials:
        return None
    presentation, document = presentation_of(tenant), document or _document(credential)
    zone, until = ZoneInfo(presentation.time_zone), credential.valid_until
    return links.linkedin_form(
        name=document["name"],
        organization=document["issuer"]["name"],
        organization_id=presentation.linkedin_organization_id,
        awarded=credential.awarded_at.astimezone(zone),
        valid_until=until.astimezone(zone) if until else None,
        page_url=context.addresses(tenant).badge(credential.public_id),
        number=credential.public_id,
    )


def _document(credential: Credential) -> Document:
    found: Document = json.loads(str(credential.secured))
    return found
