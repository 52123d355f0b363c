"""Say what a platform of LTI 1.3 is, and find it again by the address that it calls."""

import json
from dataclasses import dataclass
from typing import Final

from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.documents import Document
from issuer.core.lti.registration import Registration
from issuer.db import lti, sources, tenants
from issuer.db.source_tables import Source
from issuer.db.tables import Tenant
from issuer.errors import Conflict
from issuer.net import targets

DIALECT: Final = "lti-ags"
RESULTS: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"

_PORTS: Final = frozenset({443})


class NotRegistered(Conflict):
    """Nothing is agreed with the platform of this source yet."""

    code = "lti-not-registered"


class NotForLti(Conflict):
    """The source is of another dialect than that of LTI."""

    code = "not-for-lti"


@dataclass(frozen=True)
class Tool:
    """This service as a tool of one source's platform, below its issuer's own origin."""

    source: Source
    tenant: Tenant
    base: str
    registered: Registration | None

    @property
    def address(self) -> str:
        """Where all that a platform calls is below."""
        return f"{self.base}/lti/{self.source.id}"

    @property
    def launch_url(self) -> str:
        """Where a launch ends: the redirect URI, and the target of every link."""
        return f"{self.address}/launch"

    @property
    def registration(self) -> Registration:
        """What is agreed with the platform, or `NotRegistered`."""
        if self.registered is None:
            raise NotRegistered(
                f"the source {self.source.name!r} has no registration: PUT /v1/sources/{self.source.name}/lti"
            )
        return self.registered


def register(context: Context, tenant_id: str, name: str, content: Document) -> Registration:
    """Keep what is agreed with a source's platform, and return it.

    Raises `UnknownSource`, `NotForLti`, `InvalidFields`, and `RefusedAddress` for what could not be asked.
    """
    given = fields.read(Registration, content)
    for url in (given.token_url, given.keys_url):
        targets.target(url, ports=_PORTS, allow_loopback=context.settings.fetch_loopback)
    text = documents.text(given.model_dump(by_alias=True))
    with context.database.write.begin() as session:
        tenants.hold(session, tenant_id)
        source = sources.by_name(session, tenant_id, name)
        _check(source)
        lti.put_registration(session, tenant_id, source.id, text, context.clock())
    return given


def forget(context: Context, tenant_id: str, name: str) -> None:
    """Forget what was agreed with a source's platform, and our key for it: no launch of it is taken.

    The next key is another one. Raises `UnknownSource`.
    """
    with context.database.write.begin() as session:
        source = sources.by_name(session, tenant_id, name)
        lti.remove_registration(session, tenant_id, source.id)
        lti.remove_key(session, tenant_id, source.id)


def named(context: Context, tenant_id: str, name: str) -> Tool:
    """Return the tool of an issuer's own source, or raise `UnknownSource` or `NotForLti`."""
    with context.database.read() as session:
        source = sources.by_name(session, tenant_id, name)
    _check(source)
    return _tool(context, source)


def at(context: Context, source_id: str, base: str) -> Tool:
    """Return the tool at an address below an origin, or raise `UnknownSource`, also while it is off."""
    with context.database.read() as session:
        source = sources.at_inbox(session, source_id)
    if source is not None and source.dialect == DIALECT and source.disabled_at is None:
        found = _tool(context, source)
        if found.base == base:
            return found
    raise sources.UnknownSource("there is no platform of LTI at this address, or it is turned off")


def _tool(context: Context, source: Source) -> Tool:
    with context.database.read() as session:
        tenant = tenants.by_id(session, source.tenant_id)
        row = lti.registration(session, source.tenant_id, source.id)
    registered = Registration.model_validate(json.loads(row.content)) if row else None
    return Tool(source, tenant, context.addresses(tenant).base, registered)


def _check(source: Source) -> None:
    if source.dialect != DIALECT:
        raise NotForLti(
            f"the source {source.name!r} speaks {source.dialect}: LTI goes with the dialect {DIALECT}"
        )
