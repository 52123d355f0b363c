"""What a holder let programs do, for them to see and to end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from issuer.context import Context
from issuer.db import oauth
from issuer.services.holder import Holder


@dataclass(frozen=True)
class Allowed:
    """A program that may do something now: the name that it gave itself, since when, and what."""

    id: str
    client: str
    since: datetime
    scopes: tuple[str, ...]


def all_of(context: Context, holder: Holder) -> Sequence[Allowed]:
    """Return what a holder let programs do and what still holds, the newest first."""
    with context.database.read() as session:
        found = oauth.in_force(session, holder.tenant.id, holder.person.id, context.clock())
    return [
        Allowed(grant.id, client.name, grant.created_at, tuple(grant.scopes.split()))
        for grant, client in found
    ]


def stop(context: Context, holder: Holder, grant_id: str) -> None:
    """End what a holder let a program do. What ended already, or is not theirs, stays as it is."""
    with context.database.write.begin() as session:
        oauth.stop(session, holder.tenant.id, holder.person.id, grant_id, context.clock())
