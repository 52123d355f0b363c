"""The rows of OAuth 2.0 in the shape in which authlib asks about them."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Final

from issuer.core import documents
from issuer.db.oauth import Redeemed, Shown
from issuer.db.oauth_tables import OAuthClient, OAuthGrant
from issuer.services.oauth import scopes

BASIC: Final = "client_secret_basic"
SIGNED: Final = "private_key_jwt"


def digest(secret: str) -> str:
    """Return SHA-256 of a secret: a slow hash would add nothing, since each is 256 random bits."""
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Party:
    """A client, as authlib's `ClientMixin`."""

    row: OAuthClient

    def get_client_id(self) -> str:
        """Return its id."""
        return self.row.id

    def get_default_redirect_uri(self) -> None:
        """Return none: every request has to name where it leads (Open Badges 3.0, section 7.1.3)."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return the scopes of a request, or None if one of them is not for this client."""
        return scopes.chosen(self.row.scopes, scope)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Return whether it registered this very address (RFC 9700, section 4.1.3)."""
        return redirect_uri in documents.parse(self.row.details.encode()).get("redirect_uris", [])

    def check_client_secret(self, client_secret: str) -> bool:
        """Return whether it is its secret, compared by hash and in constant time."""
        return compare_digest(self.row.secret_sha256 or "", digest(client_secret))

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Return whether this is how it says who it is."""
        return method == (SIGNED if self.row.secret_sha256 is None else BASIC)

    def check_response_type(self, response_type: str) -> bool:
        """Return whether it may be sent back with this."""
        return response_type == "code" and self.check_grant_type("authorization_code")

    def check_grant_type(self, grant_type: str) -> bool:
        """Return whether it may ask for tokens in this way."""
        return grant_type in self.row.grant_types.split()


@dataclass(frozen=True)
class Code:
    """A code that may be used now, as authlib's `AuthorizationCodeMixin`."""

    found: Redeemed
    code_challenge_method = "S256"

    @property
    def code_challenge(self) -> str:
        """What the verifier has to hash to (RFC 7636, section 4.6)."""
        return self.found.code.challenge

    def get_redirect_uri(self) -> str:
        """Return where the code was sent."""
        return self.found.code.redirect_uri

    def get_scope(self) -> str:
        """Return what was allowed."""
        return self.found.grant.scopes


@dataclass(frozen=True)
class Token:
    """A token, as authlib's `TokenMixin`."""

    found: Shown
    now: datetime

    @property
    def grant(self) -> OAuthGrant:
        """What it was given for."""
        return self.found.grant

    def check_client(self, client: Party) -> bool:
        """Return whether it was given to this client."""
        return self.grant.client_id == client.row.id

    def get_scope(self) -> str:
        """Return what it allows."""
        return self.found.token.scopes

    def is_expired(self) -> bool:
        """Return whether its time is over."""
        return self.found.token.expires_at <= self.now

    def is_revoked(self) -> bool:
        """Return whether it was ended, used up, or given to somebody who was shut out since."""
        token, grant, client = self.found
        return any((token.revoked_at, token.used_at, grant.revoked_at, client.revoked_at))
