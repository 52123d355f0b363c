"""From settings to a context: the one place where the real parts are put together."""

import gc
import os
import secrets
from datetime import UTC, datetime
from typing import Final

from issuer.context import Context, Verifier
from issuer.core import ids
from issuer.db import engine, migrations, tenants
from issuer.db.tables import Tenant
from issuer.keys.files import FileKeyring
from issuer.net.cache import Cache
from issuer.net.client import GuardedClient
from issuer.net.mailing import Mailer
from issuer.net.outside import Outside
from issuer.sandbox.judging import Sandbox
from issuer.services.clients import Client
from issuer.services.registries import Registries
from issuer.settings import Settings
from issuer.storage import choosing

_POST_SECONDS: Final = 15.0
"""How long a webhook may take to answer: the least of what Standard Webhooks recommends."""

_OBJECTS: Final = 20_000
"""How many objects are made before unreachable ones are looked for. By default that is a few hundred: while
500 badges are in the making it happens all the time, finds nothing, and takes an eighth of the time."""

_ASK_SECONDS: Final = 10.0
"""How long a platform may take to answer what it is asked."""

OPERATOR: Final = "operator"
"""Who acts at the command line, as the history of awards has it."""


def context(settings: Settings) -> Context:
    """Return the context of a process with these settings."""
    look_for_garbage_less()
    return Context(
        settings=settings,
        database=engine.connect(settings.database_url.get_secret_value()),
        keyring=FileKeyring(settings.keys_dir, settings.passphrase(), strict=settings.encrypts_keys),
        clock=_now,
        chance=secrets.token_bytes,
        verifier=_verifier(settings),
        artwork=choosing.store(settings),
        post=GuardedClient(_POST_SECONDS, allow_loopback=settings.fetch_loopback).post,
        ask=GuardedClient(_ASK_SECONDS, allow_loopback=settings.fetch_loopback).ask,
        mail=Mailer(settings.smtp_url.get_secret_value()).send if settings.smtp_url else None,
    )


def look_for_garbage_less() -> None:
    """Let this process look for unreachable objects after many are made. Most go without being looked for."""
    gc.set_threshold(_OBJECTS)


def _verifier(settings: Settings) -> Verifier:
    """Return how strangers' badges are verified: through the guarded client, in processes of their own."""
    sandbox = Sandbox(min(settings.verify_at_once, os.cpu_count() or 1))
    client = GuardedClient(allow_loopback=settings.fetch_loopback)
    outside = Outside(client, Cache(_now), _now)
    registries = Registries(settings.known_issuers, outside.source, _now)
    if not settings.verify_others:
        return Verifier(judge=sandbox.judge, registries=registries)
    return Verifier(outside.obtain, outside.source, sandbox.judge, registries)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the process's one clock


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
        everyone = tenants.real(session)
        if len(everyone) == 1:
            return everyone[0]
        default = tenants.owner_of(session, tenants.DEFAULT)
    if default is None:
        raise tenants.UnknownTenant("name the issuer with --tenant: `issuer tenant list` shows them")
    return default


def request_id(found: Context) -> str:
    """Return the id under which what a command does stands in the history of awards."""
    return "cli_" + ids.public_id(found.chance(ids.PUBLIC_ID_BYTES))


def operator(owner: Tenant) -> Client:
    """Return the operator as a client of an issuer."""
    return Client(OPERATOR, owner.id, frozenset())
