"""Who shows an access token, and what it allows (RFC 6750)."""

from dataclasses import dataclass

from issuer.context import Context
from issuer.db import oauth, tenants
from issuer.db.tables import Tenant
from issuer.errors import Forbidden
from issuer.services.oauth.parties import Token, digest


class InvalidToken(Forbidden):
    """There is no access token, or not one that is good now."""

    code = "invalid-token"


class InsufficientScope(Forbidden):
    """The access token is good, but not for this."""

    code = "insufficient-scope"


@dataclass(frozen=True)
class Bearer:
    """Whose leave somebody has: a holder's, or without one the operator's, at one tenant."""

    tenant: Tenant
    client_id: str
    recipient_id: str | None
    scopes: frozenset[str]

    def must(self, scope: str) -> None:
        """Raise `InsufficientScope` unless this was allowed."""
        if scope not in self.scopes:
            raise InsufficientScope(f"the access token lacks the scope {scope}")

    @property
    def holder(self) -> str:
        """The person whose leave it is. Raises `InsufficientScope` where there is none."""
        if self.recipient_id is None:
            raise InsufficientScope(
                "the access token is of no person: a client's own reads credentials alone"
            )
        return self.recipient_id


def admitted(context: Context, token: str | None, base: str) -> Bearer:
    """Return who shows an access token at an origin, or raise `InvalidToken`, whatever the reason."""
    with context.database.read() as session:
        shown = oauth.token(session, digest(token)) if token else None
        tenant = tenants.by_id(session, shown.token.tenant_id) if shown else None
    if shown is None or tenant is None or shown.token.kind != oauth.ACCESS:
        raise InvalidToken("send an access token: `Authorization: Bearer ...`")
    found = Token(shown, context.clock())
    if found.is_expired() or found.is_revoked() or context.addresses(tenant).base != base:
        raise InvalidToken("the access token has expired, was ended, or is not for this address")
    scopes = frozenset(shown.token.scopes.split())
    return Bearer(tenant, shown.grant.client_id, shown.grant.recipient_id, scopes)
