"""What the chosen mode of the VC API lets pass, and for whom it acts."""

from issuer.context import Context
from issuer.core.securing import contexts
from issuer.db import tenants
from issuer.db.tables import Tenant
from issuer.settings import Settings

OK = 200


def is_lenient(settings: Settings) -> bool:
    """Return whether the service runs for the public test suites."""
    return settings.vc_api == "conformance"


def known_contexts(settings: Settings) -> contexts.ContextSet:
    """Return the contexts under which the VC API reads documents: for the suites, those of examples too."""
    return contexts.conformance() if is_lenient(settings) else contexts.in_force()


def unverified_status(settings: Settings) -> int:
    """Return the HTTP status for what does not verify."""
    if settings.vc_api_unverified == "by-mode":
        return 400 if is_lenient(settings) else OK
    return int(settings.vc_api_unverified)


def default_tenant(context: Context) -> Tenant:
    """Return the default tenant, for whom the suites' requests are answered, or raise `UnknownTenant`."""
    with context.database.read() as session:
        found = tenants.owner_of(session, tenants.DEFAULT)
    if found is None:
        raise tenants.UnknownTenant("make a default issuer first: `issuer tenant create NAME --default`")
    return found
