"""The rule of one of our own pathways by its address, without asking ourselves over HTTP."""

import re
from collections.abc import Iterable

from issuer.context import Context
from issuer.db.pathways import UnknownPathway
from issuer.db.tables import Tenant
from issuer.services import pathways

_RULE = re.compile(r"(?P<code>[A-Za-z0-9._~-]{1,200})/v(?P<number>[1-9][0-9]{0,4})\.json")


def text_at(context: Context, tenants: Iterable[Tenant], url: str) -> str | None:
    """Return the text of a published version as it is served; None for an address that is none of ours.

    Raises `UnknownPathway` for one that we do not have.
    """
    for tenant in tenants:
        prefix = context.addresses(tenant).pathway("")
        found = _RULE.fullmatch(url.removeprefix(prefix)) if url.startswith(prefix) else None
        if found is not None:
            versions = pathways.published(context, tenant.id, found["code"])
            text = next((each.text for each in versions if each.number == int(found["number"])), None)
            if text is None:
                raise UnknownPathway(f"there is no such version of the pathway {found['code']!r}")
            return text
    return None
