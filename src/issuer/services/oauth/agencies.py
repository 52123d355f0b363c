"""Clients that the operator makes for an agency: they act for a tenant, with no holder in between."""

import json
from collections.abc import Sequence
from typing import Final

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from issuer.context import Context
from issuer.core import documents, ids
from issuer.core.securing import multibase
from issuer.db import oauth
from issuer.db.oauth_tables import OAuthClient
from issuer.db.tables import Tenant
from issuer.errors import Fault, Invalid
from issuer.services.oauth import scopes
from issuer.services.oauth.parties import digest

_SECRET_BYTES: Final = 32
_MOST_KEYS: Final = 10
_KINDS: Final = ("EC", "RSA", "OKP")


class InvalidClientKeys(Invalid):
    """The keys of a client are not a JWK Set of public keys that are known here."""

    code = "invalid-client-keys"


def add(
    context: Context, tenant: Tenant, name: str, *, keys: str | None = None
) -> tuple[OAuthClient, str | None]:
    """Return a new client of a tenant, and its secret, which is not kept, unless it signs with `keys`.

    `keys` is the text of a JWK Set (RFC 7517, section 5). Raises `InvalidClientKeys`.
    """
    secret = None if keys else "obcs_" + multibase.encode(context.chance(_SECRET_BYTES))
    made = OAuthClient(
        id=ids.public_id(context.chance(ids.PUBLIC_ID_BYTES)),
        tenant_id=tenant.id,
        name=name,
        secret_sha256=digest(secret) if secret else None,
        keys=_public(keys) if keys else None,
        scopes=" ".join(scopes.FOR_AGENCIES),
        grant_types="client_credentials",
        details="{}",
        created_at=context.clock(),
    )
    with context.database.write.begin() as session:
        session.add(made)
    return made, secret


def all_of(context: Context, tenant: Tenant) -> Sequence[OAuthClient]:
    """Return the clients of a tenant, the oldest first."""
    with context.database.read() as session:
        return oauth.agencies(session, tenant.id)


def revoke(context: Context, tenant: Tenant, client_id: str) -> OAuthClient:
    """Shut a client of a tenant out at once and return it, or raise `UnknownOAuthClient`."""
    with context.database.write.begin() as session:
        return oauth.shut_out(session, tenant.id, client_id, context.clock())


def _public(text: str) -> str:
    """Return a JWK Set of public keys, or raise `InvalidClientKeys`: a private one is nobody else's."""
    found = documents.parse(text.encode())
    keys = found.get("keys")
    if not isinstance(keys, list) or not 0 < len(keys) <= _MOST_KEYS:
        raise InvalidClientKeys("there are no keys in it", [Fault("/keys", f"name 1 to {_MOST_KEYS} keys")])
    if any(not isinstance(key, dict) or key.get("kty") not in _KINDS or "d" in key for key in keys):
        detail = f"name public keys of the kinds {', '.join(_KINDS)}"
        raise InvalidClientKeys("one of the keys is not a public key", [Fault("/keys", detail)])
    try:
        parsed = KeySet.import_key_set({"keys": keys})
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidClientKeys("one of the keys cannot be read", [Fault("/keys", "not a JWK")]) from error
    return json.dumps(parsed.as_dict(private=False))
