"""Ending a token, and asking about one."""

from typing import ClassVar

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from issuer.core.documents import Document
from issuer.db import oauth
from issuer.services.oauth.parties import BASIC, SIGNED, Party, Token, digest
from issuer.services.oauth.server import Request, Work


class Revocation(RevocationEndpoint):  # type: ignore[misc]  # authlib has no types
    """End a token (RFC 7009). With a refresh token, all that came of the same consent ends."""

    CLIENT_AUTH_METHODS: ClassVar = [BASIC, SIGNED]

    def authenticate_token(self, request: Request, client: Party) -> Token | None:
        """Return the token if it is the client's own. Of others' nothing is told."""
        return _own(self.server.work, request, client)

    def revoke_token(self, token: Token, _request: Request) -> None:
        """End it."""
        work: Work = self.server.work
        if token.found.token.kind == oauth.REFRESH:
            oauth.end(work.session, token.grant.tenant_id, token.grant.id, work.now)
        else:
            token.found.token.revoked_at = token.found.token.revoked_at or work.now


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]  # authlib has no types
    """Tell a client of its own token (RFC 7662): any other is not active."""

    CLIENT_AUTH_METHODS: ClassVar = [BASIC, SIGNED]

    def authenticate_token(self, request: Request, client: Party) -> Token | None:
        """Return the token if it is the client's own."""
        return _own(self.server.work, request, client)

    def introspect_token(self, token: Token) -> Document:
        """Return what a token that is good now allows (RFC 7662, section 2.2)."""
        row, work = token.found.token, self.server.work
        whose = token.grant.recipient_id
        return {
            "active": True,
            "scope": row.scopes,
            "client_id": token.grant.client_id,
            "token_type": "Bearer" if row.kind == oauth.ACCESS else "refresh_token",
            "iat": int(row.issued_at.timestamp()),
            "exp": int(row.expires_at.timestamp()),
            "iss": work.base,
            **({"sub": f"urn:uuid:{whose}"} if whose else {}),
        }


def _own(work: Work, request: Request, client: Party) -> Token | None:
    """Return the token that a request is about, whatever it says of what kind it is (RFC 7009, 2.1)."""
    given = request.form.get("token")
    if given is None:
        raise InvalidRequestError("Missing 'token' in request.")
    shown = oauth.held(work.session, digest(given))
    found = Token(shown, work.now) if shown else None
    return found if found is not None and found.check_client(client) else None
