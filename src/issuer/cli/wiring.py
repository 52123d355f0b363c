"""From settings to a context: the one place where the real parts are put together."""

import secrets
from datetime import UTC, datetime

from issuer.context import Context
from issuer.db import engine, migrations, tenants
from issuer.db.tables import Tenant
from issuer.keys.files import FileKeyring
from issuer.settings import Settings


def context(settings: Settings) -> Context:
    """Return the context of a process with these settings."""
    return Context(
        settings=settings,
        database=engine.connect(settings.database_url.get_secret_value()),
        keyring=FileKeyring(settings.keys_dir, settings.passphrase(), strict=settings.encrypts_keys),
        clock=lambda: datetime.now(UTC),  # noqa: TID251 - the process's one clock
        chance=secrets.token_bytes,
    )


def ready_context() -> Context:
    """Return the context of the environment's settings, with its database checked."""
    found = context(Settings())
    engine.check(found.database)
    migrations.check(found.database)
    return found


def tenant_of(found: Context, slug: str | None) -> Tenant:
    """Return the tenant of a slug; without one, the only tenant, or the default one."""
    with found.database.read() as session:
        if slug is not None:
            return tenants.by_slug(session, slug)
        everyone = tenants.all_tenants(session)
        if len(everyone) == 1:
            return everyone[0]
        default = tenants.owner_of(session, tenants.DEFAULT)
    if default is None:
        raise tenants.UnknownTenant("name the issuer with --tenant: `issuer tenant list` shows them")
    return default
