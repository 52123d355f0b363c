"""A client that says who it is by signing it (private_key_jwt: RFC 7523, section 2.2)."""

import json
from datetime import timedelta
from typing import Final

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from issuer.db import oauth
from issuer.services.oauth.parties import SIGNED, Party, digest
from issuer.services.oauth.server import Server

ALGORITHMS: Final = ("ES256", "RS256", "PS256", "Ed25519")
LONGEST: Final = timedelta(minutes=10)
"""How far away an assertion's end may be: until then its id is remembered."""


class Assertion(JWTBearerClientAssertion):  # type: ignore[misc]  # authlib has no types
    """Knows a client by a JWT that it signed for this very server, and takes each one once."""

    CLIENT_AUTH_METHOD = SIGNED

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._server = server

    def get_audiences(self) -> list[str]:
        """Return by what names this server is known: its identity, and where tokens are had."""
        base = self._server.work.base
        return [base, f"{base}/oauth/token"]

    def resolve_client_public_key(self, client: Party) -> KeySet:
        """Return the keys that the operator was given for the client. One without any knows no signature."""
        if client.row.keys is None:
            raise InvalidClientError("The client has no keys.", status_code=401)
        return KeySet.import_key_set(json.loads(client.row.keys))

    def extract_assertion(self, assertion: str) -> tuple[dict[str, object], dict[str, object]]:
        """Return the header and the claims of a JWT before anything of it is known to be true."""
        try:
            found: tuple[dict[str, object], dict[str, object]] = super().extract_assertion(assertion)
        except (ValueError, RecursionError) as error:
            raise InvalidClientError("The client_assertion cannot be read.", status_code=401) from error
        return found

    def process_assertion_claims(self, assertion: str, resolve_key: KeySet) -> dict[str, object]:
        """Return what the JWT says, or raise `InvalidClientError` unless all of it holds."""
        try:
            claims = jwt.decode(assertion, resolve_key, algorithms=list(ALGORITHMS)).claims
            self._registry().validate(claims)
        except (JoseError, ValueError) as error:
            raise InvalidClientError("The client_assertion is not accepted.", status_code=401) from error
        self._check(claims)
        return claims

    def _registry(self) -> jwt.JWTClaimsRegistry:
        now = int(self._server.work.now.timestamp())
        return jwt.JWTClaimsRegistry(
            now=now,
            leeway=self.leeway,
            iss={"essential": True},
            sub={"essential": True},
            aud={"essential": True, "values": self.get_audiences()},
            exp={"essential": True},
            jti={"essential": True},
        )

    def _check(self, claims: dict[str, object]) -> None:
        """Raise `InvalidClientError` for a JWT of another, one that lasts too long, or one shown before."""
        work, latest = self._server.work, self._server.work.now + LONGEST
        client, expires, known = claims["sub"], claims["exp"], claims["jti"]
        if claims["iss"] != client or not isinstance(expires, int) or expires > latest.timestamp():
            raise InvalidClientError("The client_assertion is not accepted.", status_code=401)
        tenant_id = self._tenant_of(str(client))
        until = latest + timedelta(seconds=self.leeway)
        if not oauth.note(work.session, tenant_id, digest(f"{client}\n{known}"), until):
            raise InvalidClientError("The client_assertion was used before.", status_code=401)

    def _tenant_of(self, client_id: str) -> str:
        found = self._server.query_client(client_id)
        if found is None or found.row.tenant_id is None:
            raise InvalidClientError("The client is of no issuer.", status_code=401)
        return found.row.tenant_id
