"""A program that asks holders for access, as a host of badges does it: by hand, each step to be changed."""

import base64
import secrets
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from issuer.core.documents import Document
from issuer.services.oauth import scopes

CALLBACK: Final = "https://backpack.example/callback"
EVERYTHING: Final = " ".join(scopes.FOR_HOLDERS)
METADATA: Final[Document] = {
    "client_name": "Backpack",
    "client_uri": "https://backpack.example",
    "logo_uri": "https://backpack.example/logo.png",
    "tos_uri": "https://backpack.example/terms",
    "policy_uri": "https://backpack.example/privacy",
    "software_id": "4fd9a1f0",
    "software_version": "2.4",
    "redirect_uris": [CALLBACK],
    "grant_types": ["authorization_code", "refresh_token"],
    "scope": EVERYTHING,
}


@dataclass(frozen=True)
class Host:
    """A registered program, with one verifier for all that it asks."""

    http: httpx.Client
    id: str
    secret: str
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def basic(self) -> tuple[str, str]:
        return self.id, self.secret

    def query(self, **changes: str | None) -> str:
        """Return what an authorization asks, changed. None leaves a parameter out."""
        return query(self.id, self.verifier, **changes)

    def decided(self, link: str, decision: str = "allow", **changes: str | None) -> dict[str, str]:
        """Return what the program is told once a holder answered."""
        form = {"link": link, "decision": decision}
        answer = self.http.post(f"/oauth/authorize?{self.query(**changes)}", data=form)
        assert answer.status_code == 303, answer.text
        return told(answer)

    def tokens(self, code: str, **changes: str) -> httpx.Response:
        """Return the answer to a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": self.verifier,
            **changes,
        }
        return self.http.post("/oauth/token", data=form, auth=self.basic)

    def refreshed(self, token: str, **changes: str) -> httpx.Response:
        """Return the answer to a refresh token."""
        form = {"grant_type": "refresh_token", "refresh_token": token, **changes}
        return self.http.post("/oauth/token", data=form, auth=self.basic)

    def allowed(self, link: str, **changes: str | None) -> Document:
        """Return the tokens that a holder's leave comes to."""
        answer = self.tokens(self.decided(link, "allow", **changes)["code"])
        assert answer.status_code == 200, answer.text
        found: Document = answer.json()
        return found

    def with_secret(self, secret: str) -> "Host":
        """Return the same program with another secret."""
        return replace(self, secret=secret)


def query(client_id: str, verifier: str, /, **changes: str | None) -> str:
    """Return what an authorization of a program asks, changed. None leaves a parameter out."""
    challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": CALLBACK,
        "scope": EVERYTHING,
        "state": "of-the-host",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **changes,
    }
    return urlencode({name: value for name, value in asked.items() if value is not None})


def registered(http: httpx.Client, **changes: object) -> httpx.Response:
    """Return the answer to a registration. None leaves a member out."""
    said: dict[str, Any] = {**METADATA, **changes}
    return http.post(
        "/oauth/register", json={name: value for name, value in said.items() if value is not None}
    )


def host(http: httpx.Client, **changes: object) -> Host:
    """Return a program that registered itself."""
    answer = registered(http, **changes)
    assert answer.status_code == 201, answer.text
    return Host(http, answer.json()["client_id"], answer.json()["client_secret"])


def told(answer: httpx.Response) -> dict[str, str]:
    """Return what a browser is sent to the program with."""
    place = urlsplit(answer.headers["location"])
    assert f"{place.scheme}://{place.netloc}{place.path}" == CALLBACK
    return dict(parse_qsl(place.query))


def bearing(tokens: Document) -> dict[str, str]:
    """Return the header with an access token."""
    return {"authorization": f"Bearer {tokens['access_token']}"}
