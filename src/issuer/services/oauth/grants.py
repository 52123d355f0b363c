"""The ways to tokens: a code with PKCE, a refresh token, and a client's own credentials."""

from datetime import timedelta
from typing import ClassVar, Final

from authlib.oauth2.rfc6749 import InvalidRequestError, grants
from authlib.oauth2.rfc7636 import CodeChallenge

from issuer.db import oauth
from issuer.db.oauth import Redeemed
from issuer.db.oauth_tables import OAuthCode, OAuthGrant
from issuer.services.holder import Holder
from issuer.services.oauth.parties import BASIC, SIGNED, Code, Party, Token, digest
from issuer.services.oauth.server import Request, Work

CODE_LIFETIME: Final = timedelta(minutes=10)
"""As long as RFC 6749, section 4.1.2, lets a code live."""
_CHALLENGE_LENGTH: Final = 43


class S256(CodeChallenge):  # type: ignore[misc]  # authlib has no types
    """PKCE with SHA-256 alone: no challenge, and a plain one, are refused (RFC 9700, section 2.1.1)."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD: ClassVar = ["S256"]
    CODE_CHALLENGE_METHODS: ClassVar = {"S256": CodeChallenge.CODE_CHALLENGE_METHODS["S256"]}

    def validate_code_challenge(self, grant: "CodeGrant", redirect_uri: str) -> None:
        """Raise `InvalidRequestError` unless a challenge of the one method came."""
        given = grant.request.payload.data
        challenge = given.get("code_challenge", "")
        if len(challenge) != _CHALLENGE_LENGTH or given.get("code_challenge_method") != "S256":
            raise InvalidRequestError("Send a 'code_challenge' with the 'code_challenge_method' S256.")
        super().validate_code_challenge(grant, redirect_uri)


class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]  # authlib has no types
    """A code for what a holder allowed (RFC 6749, section 4.1)."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = [BASIC]
    request: Request

    @staticmethod
    def validate_authorization_redirect_uri(request: Request, client: Party) -> str:
        """Return where the answer goes: exactly as it was registered, and always named."""
        wanted: str | None = request.payload.redirect_uri
        if wanted is None or not client.check_redirect_uri(wanted):
            raise InvalidRequestError("The 'redirect_uri' is not one that the client registered.")
        return wanted

    def validate_authorization_request(self) -> str:
        """Return where the answer goes. A `state` is required (Open Badges 3.0, section 7.1.3)."""
        redirect_uri: str = super().validate_authorization_request()
        if not self.request.payload.state:
            raise InvalidRequestError("Missing 'state' in request.", redirect_uri=redirect_uri)
        return redirect_uri

    def generate_authorization_code(self) -> str:
        """Return a new code."""
        return self._work.secret("obac_")

    def save_authorization_code(self, code: str, request: Request) -> None:
        """Store what the holder allowed, and the code's hash."""
        holder: Holder = request.user
        now, session = self._work.now, self._work.session
        grant = OAuthGrant(
            id=self._work.context.new_key(),
            tenant_id=holder.tenant.id,
            client_id=request.client.row.id,
            recipient_id=holder.person.id,
            scopes=request.scope,
            created_at=now,
            expires_at=now + CODE_LIFETIME,
        )
        session.add(grant)
        session.flush()
        session.add(
            OAuthCode(
                sha256=digest(code),
                tenant_id=grant.tenant_id,
                grant_id=grant.id,
                redirect_uri=request.payload.redirect_uri,
                challenge=request.payload.data["code_challenge"],
                expires_at=now + CODE_LIFETIME,
            )
        )

    def query_authorization_code(self, code: str, client: Party) -> Code | None:
        """Return a code that may be used now. One that was used before ends all that came of it."""
        found = oauth.code(self._work.session, digest(code))
        if found is None or found.grant.client_id != client.row.id:
            return None
        if found.code.used_at is not None:
            oauth.end(self._work.session, found.grant.tenant_id, found.grant.id, self._work.now)
            return None
        return Code(found) if self._is_good(found) else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Note that the code was used. It stays, so that a second use is seen."""
        authorization_code.found.code.used_at = self._work.now

    def authenticate_user(self, authorization_code: Code) -> OAuthGrant:
        """Return who allowed it: the grant knows."""
        return authorization_code.found.grant

    @property
    def _work(self) -> Work:
        work: Work = self.server.work
        return work

    def _is_good(self, found: Redeemed) -> bool:
        return found.code.expires_at > self._work.now and found.grant.revoked_at is None


class RefreshGrant(grants.RefreshTokenGrant):  # type: ignore[misc]  # authlib has no types
    """New tokens for a refresh token, which is used once (RFC 6749, section 6; RFC 9700, section 4.14.2)."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = [BASIC]
    INCLUDE_NEW_REFRESH_TOKEN = True
    request: Request

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        """Return a refresh token that may be used now. One that was used before ends all of its family."""
        work: Work = self.server.work
        shown = oauth.held(work.session, digest(refresh_token))
        if shown is None or shown.token.kind != oauth.REFRESH:
            return None
        found = Token(shown, work.now)
        if not found.check_client(self.request.client):
            return None
        if shown.token.used_at is not None:
            oauth.end(work.session, found.grant.tenant_id, found.grant.id, work.now)
        return None if found.is_expired() or found.is_revoked() else found

    def authenticate_user(self, refresh_token: Token) -> OAuthGrant:
        """Return who allowed it: the grant knows."""
        return refresh_token.grant

    def revoke_old_credential(self, refresh_token: Token) -> None:
        """Note that the refresh token was used. It stays, so that a second use is seen."""
        refresh_token.found.token.used_at = self.server.work.now


class AgencyGrant(grants.ClientCredentialsGrant):  # type: ignore[misc]  # authlib has no types
    """A token for what the operator allowed a client itself: our extension (RFC 6749, section 4.4)."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = [BASIC, SIGNED]
