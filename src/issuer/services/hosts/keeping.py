"""What is kept of hosts: the registration there, secrets and tokens sealed."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from issuer.context import Context
from issuer.core import documents
from issuer.core.exchange.hosts import Described, Registered, Tokens
from issuer.db.host_tables import Host, HostLink
from issuer.keys import sealing

_FORGOTTEN: Final = '{"registration": "", "authorization": "", "token": "", "offers": []}'
"""Of a host that knows us no more, until we register anew: nothing of it is asked, for no token works."""


@dataclass(frozen=True)
class Known:
    """A host at which an issuer is registered: where is what, and as whom."""

    id: str
    host: Described
    client: Registered = field(repr=False)


def row(context: Context, tenant_id: str, host: Described, client: Registered) -> Host:
    """Return what is stored of a host, or raise `UnsafeKey` where the secret would be readable there."""
    host_id = context.new_key()
    return Host(
        id=host_id,
        tenant_id=tenant_id,
        address=host.address,
        title=host.title,
        content=content(host),
        client_id=client.client_id,
        secret=sealed(context, client.client_secret, host_id),
        created_at=context.clock(),
    )


def content(host: Described) -> str:
    """Return what a host said of itself as it is stored."""
    said = {
        "registration": host.registration_url,
        "authorization": host.authorization_url,
        "token": host.token_url,
        "offers": list(host.offers),
    }
    return documents.text(said)


def known(context: Context, found: Host) -> Known:
    """Return what is known of a host, or raise `Unsealable`."""
    said = json.loads(found.content or _FORGOTTEN)
    host = Described(
        address=found.address,
        title=found.title,
        registration_url=said["registration"],
        authorization_url=said["authorization"],
        token_url=said["token"],
        offers=tuple(said["offers"]),
    )
    secret = opened(context, found.secret, found.id)
    return Known(found.id, host, Registered(client_id=found.client_id, client_secret=secret))


def access(context: Context, link: HostLink) -> str:
    """Return the access token of a link, or raise `Unsealable`."""
    return opened(context, link.access, link.id)


def refreshing(context: Context, link: HostLink) -> str | None:
    """Return the refresh token of a link, None where there is none, or raise `Unsealable`."""
    return opened(context, link.refresh, link.id) if link.refresh is not None else None


def tokens(context: Context, link_id: str, found: Tokens, now: datetime) -> dict[str, object]:
    """Return what is written down of tokens. Where none to refresh comes along, the former one stays."""
    given: dict[str, object] = {
        "access": sealed(context, found.access_token, link_id),
        "access_until": now + timedelta(seconds=min(found.expires_in, 10 * 365 * 86_400)),
    }
    if found.refresh_token is not None:
        given["refresh"] = sealed(context, found.refresh_token, link_id)
    return given


def sealed(context: Context, secret: str, about: str) -> bytes:
    """Return a secret as the database holds it, or raise `UnsafeKey` where it would be readable there."""
    settings = context.settings
    return sealing.seal(
        settings.passphrase(), secret.encode(), about,
        nonce=context.chance(sealing.NONCE_BYTES), strict=settings.encrypts_keys,
    )  # fmt: skip


def opened(context: Context, secret: bytes, about: str) -> str:
    """Return a secret that was sealed for something, or raise `Unsealable`."""
    return sealing.unseal(context.settings.passphrase(), secret, about).decode()
