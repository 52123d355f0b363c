"""What a badge's page tells of its past: the badges that it was awarded for, and that it was corrected."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from issuer.context import Context
from issuer.core.addresses import Addresses
from issuer.db import editions, stacks
from issuer.db.tables import Credential
from issuer.services.standing import PublicBadge
from issuer.web.pages import views

_BADGE: Final = "badge"
"""The genre under which a stack names its badges as evidence."""


def with_past(context: Context, badge: PublicBadge, view: views.BadgeView) -> views.BadgeView:
    """Return the view of a page with what the badge was made of, and when it was corrected last."""
    if view.content is None:
        return view
    row, tenant = badge.credential, badge.tenant
    with context.database.read() as session:
        parts = stacks.made_of(session, tenant.id, row.id)
        former = editions.former(session, tenant.id, row.public_id)
    addresses, now = context.addresses(tenant), context.clock()
    corrected = former[-1].revoked_at if former else None
    content = replace(
        view.content,
        built_from=tuple(_part(addresses, each, now) for each in parts if each.erased_at is None),
        evidence=tuple(each for each in view.content.evidence if not parts or each.kind != _BADGE),
        corrected=corrected.astimezone(ZoneInfo(badge.presentation.time_zone)) if corrected else None,
    )
    return replace(view, content=content)


def _part(addresses: Addresses, row: Credential, now: datetime) -> views.BuiltFrom:
    name = json.loads(str(row.secured))["credentialSubject"]["achievement"]["name"]
    url = None if row.visibility == "private" else addresses.badge(row.public_id)
    if row.revoked_at is not None:
        return views.BuiltFrom(name=name, url=url, state="revoked")
    if row.suspended_at is not None:
        return views.BuiltFrom(name=name, url=url, state="suspended")
    ended = row.valid_until is not None and row.valid_until < now
    return views.BuiltFrom(name=name, url=url, state="expired" if ended else None)
