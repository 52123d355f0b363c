"""authlib's authorization server on our tables: one for each request, inside that request's transaction."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Payload, OAuth2Request
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core import ids
from issuer.core.documents import Document
from issuer.core.securing import multibase
from issuer.db import oauth
from issuer.db.oauth_tables import OAuthGrant, OAuthToken
from issuer.services.oauth.asking import Answer, Asked
from issuer.services.oauth.parties import Party, digest

LIFETIME: Final = timedelta(hours=1)
"""How long an access token is good (Open Badges 3.0, section 7.1.4: 3600 seconds)."""
LASTING: Final = timedelta(days=90)
"""How long a refresh token is good, from the last time that one was used."""
_SECRET_BYTES: Final = 32
_CLIENT_ID: Final = re.compile(ids.PUBLIC_ID_PATTERN)

logging.getLogger("authlib").setLevel(logging.WARNING)  # what it says in detail holds codes and tokens


class Payload(OAuth2Payload):  # type: ignore[misc]  # authlib has no types
    """The parameters of a request."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    @property
    def data(self) -> dict[str, str]:
        """Each by its name: none came twice."""
        return self._asked.parameters

    @property
    def datalist(self) -> dict[str, list[str]]:
        """The same as lists of one."""
        return {name: [value] for name, value in self.data.items()}


class Request(OAuth2Request):  # type: ignore[misc]  # authlib has no types
    """A request as authlib asks about it."""

    def __init__(self, asked: Asked) -> None:
        # That strangers come by TLS is what the settings and the proxy see to: no request tells it.
        super().__init__(asked.method, "https://here.invalid/", headers=asked.headers)
        self.payload = Payload(asked)

    @property
    def form(self) -> dict[str, str]:
        """The parameters too: what is a query and what a form, the addresses know."""
        found: dict[str, str] = self.payload.data
        return found


@dataclass(frozen=True)
class Work:
    """What a request is answered with: the process, an open transaction, and where it was asked."""

    context: Context
    session: Session
    base: str

    @property
    def now(self) -> datetime:
        """The moment."""
        return self.context.clock()

    def secret(self, prefix: str) -> str:
        """Return new random text, which tells what it is for to whoever finds it in the wrong place."""
        return prefix + multibase.encode(self.context.chance(_SECRET_BYTES))


class Server(AuthorizationServer):  # type: ignore[misc]  # authlib has no types
    """The authorization server of one request. Which grants it knows, the caller registers."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.work = work
        generator = BearerTokenGenerator(
            lambda **_: work.secret("obat_"),
            lambda **_: work.secret("obrt_"),
            int(LIFETIME.total_seconds()),
        )
        self.register_token_generator("default", generator)

    def query_client(self, client_id: str) -> Party | None:
        """Return a client that was not shut out."""
        found = oauth.client(self.work.session, client_id) if _CLIENT_ID.fullmatch(client_id) else None
        return Party(found) if found else None

    def save_token(self, token: Document, request: Request) -> None:
        """Store the hashes of what was generated, and let the grant last as long as they do."""
        grant, now = self._grant(request, token), self.work.now
        ends = {"access": LIFETIME, **({"refresh": LASTING} if "refresh_token" in token else {})}
        grant.expires_at = now + max(ends.values())
        for kind, lasts in ends.items():
            self.work.session.add(
                OAuthToken(
                    sha256=digest(token[f"{kind}_token"]),
                    tenant_id=grant.tenant_id,
                    grant_id=grant.id,
                    kind=kind,
                    scopes=grant.scopes if kind == "refresh" else token["scope"],
                    issued_at=now,
                    expires_at=now + lasts,
                )
            )

    def create_oauth2_request(self, asked: Asked) -> Request:
        """Return a request in authlib's shape."""
        return asked if isinstance(asked, Request) else Request(asked)

    def handle_response(
        self, status: int, body: Document | str, headers: Sequence[tuple[str, str]]
    ) -> Answer:
        """Return an answer in our shape."""
        return Answer(status, body if isinstance(body, dict) else None, dict(headers))

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Tell nobody."""

    def _grant(self, request: Request, token: Document) -> OAuthGrant:
        """Return the grant that a token is given for: a client's own is made by asking."""
        known: Any = request.authorization_code or request.refresh_token
        if known is not None:
            grant: OAuthGrant = known.found.grant
            return grant
        now, client = self.work.now, request.client.row
        grant = OAuthGrant(
            id=self.work.context.new_key(),
            tenant_id=client.tenant_id,
            client_id=client.id,
            scopes=token["scope"],
            created_at=now,
            expires_at=now,
        )
        self.work.session.add(grant)
        self.work.session.flush()
        return grant
