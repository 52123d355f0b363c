"""API clients: made, known by their key, shut out."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from issuer.context import Context
from issuer.core import ids
from issuer.core.securing import multibase
from issuer.db import clients, tenants
from issuer.db.tables import ApiClient, Tenant
from issuer.errors import Fault, Forbidden, Invalid

VC_API: Final = "vc-api"
HELD: Final = "held:manage"
SCOPES: Final = (
    "events:write",
    "awards:read",
    "awards:manage",
    "achievements:write",
    "exports:read",
    "exports:manage",
    "webhooks:manage",
    "sources:manage",
    HELD,
    VC_API,
)
LIVE_PREFIX: Final = "sk_live_"
TEST_PREFIX: Final = "sk_test_"
_ID_LENGTH = 12
_TOUCH_AFTER = timedelta(minutes=1)


class Unauthenticated(Forbidden):
    """There is no API key, or not one that is good now."""

    code = "unauthenticated"


class MissingScope(Forbidden):
    """The API key is good, but not for this."""

    code = "missing-scope"


class InvalidScope(Invalid):
    """There is no such scope."""

    code = "invalid-scope"


@dataclass(frozen=True)
class Client:
    """Who is calling: an API client of one tenant, what it may do, and whether all of it is only a test."""

    id: str
    tenant_id: str
    scopes: frozenset[str]
    is_for_trials: bool = False

    def must(self, scope: str) -> None:
        """Raise `MissingScope` unless the client has the scope."""
        if scope not in self.scopes:
            raise MissingScope(f"this API key lacks the scope {scope}")


def create(
    context: Context, tenant: Tenant, name: str, scopes: Sequence[str], expires_at: datetime | None = None
) -> tuple[ApiClient, str]:
    """Return a new client and its key. The key is not kept: this is the only time that it is seen.

    A sandbox's key begins with `sk_test_`, any other with `sk_live_`.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        detail = f"choose from {', '.join(SCOPES)}"
        raise InvalidScope(
            f"no such scope: {', '.join(unknown) or '(none given)'}", [Fault("/scopes", detail)]
        )
    client_id = ids.public_id(context.chance(ids.PUBLIC_ID_BYTES))[-_ID_LENGTH:]
    secret = multibase.encode(context.chance(32))
    prefix = TEST_PREFIX if tenants.is_for_trials(tenant) else LIVE_PREFIX
    client = ApiClient(
        id=client_id,
        tenant_id=tenant.id,
        name=name,
        secret_sha256=_hash(_secret_part(prefix, secret)),
        scopes=" ".join(sorted(set(scopes))),
        created_at=context.clock(),
        expires_at=expires_at,
    )
    with context.database.write.begin() as session:
        session.add(client)
    return client, f"{prefix}{client_id}_{secret}"


def authenticate(context: Context, key: str) -> Client:
    """Return the client of an API key, or raise `Unauthenticated`.

    Found by the key's visible part; its secret is compared by hash, in constant time, also where there is
    no such client.
    """
    prefix = TEST_PREFIX if key.startswith(TEST_PREFIX) else LIVE_PREFIX
    client_id, _, secret = key.removeprefix(prefix).partition("_")
    with context.database.read() as session:
        found = clients.by_id(session, client_id) if key.startswith(prefix) else None
    expected = found.secret_sha256 if found else _hash("")
    now = context.clock()
    same = hmac.compare_digest(expected, _hash(_secret_part(prefix, secret)))
    if found is None or not same:
        raise Unauthenticated("this API key is not known")
    if found.revoked_at is not None or (found.expires_at is not None and found.expires_at <= now):
        raise Unauthenticated("this API key was revoked or has expired: ask the operator for a new one")
    if found.last_used_at is None or now - found.last_used_at > _TOUCH_AFTER:
        with context.database.write.begin() as session:
            clients.touch(session, found.tenant_id, found.id, now)
    return Client(found.id, found.tenant_id, frozenset(found.scopes.split()), prefix == TEST_PREFIX)


def revoke(context: Context, tenant: Tenant, client_id: str) -> ApiClient:
    """Shut a client out at once and return it, or raise `UnknownClient`."""
    with context.database.write.begin() as session:
        return clients.revoke(session, tenant.id, client_id, context.clock())


def _secret_part(prefix: str, secret: str) -> str:
    """Return what is hashed of a key: with its prefix for a test key, so that it works under that alone."""
    return prefix + secret if prefix == TEST_PREFIX else secret


def _hash(secret: str) -> str:
    """Return SHA-256: a slow hash would add nothing, since the secret is 256 random bits."""
    return sha256(secret.encode()).hexdigest()


def authenticate_operator(context: Context, key: str) -> None:
    """Raise `Unauthenticated` unless this is the operator's key and such a key is set."""
    wanted = context.settings.operator_key
    same = hmac.compare_digest(_hash(wanted.get_secret_value() if wanted else ""), _hash(key))
    if wanted is None or not same:
        raise Unauthenticated("this needs the operator's key (ISSUER_OPERATOR_KEY)")
