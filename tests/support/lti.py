"""A platform of LTI 1.3 that signs launches and answers for results: real HTTP, real RSA."""

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey

from issuer.core.documents import Document
from tests.support.lms import Answer, Asked, Lms
from tests.support.world import World

CLAIM: Final = "https://purl.imsglobal.org/spec/lti/claim/"
KEY: Final = RSAKey.import_key(rsa.generate_private_key(65_537, 2_048), {"kid": "platform-1"})
OTHER_KEY: Final = RSAKey.import_key(rsa.generate_private_key(65_537, 2_048), {"kid": "platform-2"})
CLIENT_ID: Final = "tool-1"
DEPLOYMENT: Final = "1"
SUBJECT: Final = "user-77"


def public(*known: RSAKey) -> Document:
    """Return the keys as a platform publishes them."""
    return {"keys": [{**each.as_dict(private=False), "use": "sig", "alg": "RS256"} for each in known]}


@dataclass
class LtiPlatform:
    """A platform of LTI at which our service is registered as a tool, and one source of ours for it."""

    lms: Lms
    http: httpx.Client
    world: World
    name: str = "lti"
    tool: Document = field(default_factory=dict)

    def set_up(self) -> "LtiPlatform":
        """Add the source, and tell each of the two what the other is."""
        self.lms.answers["/jwks"] = (200, public(KEY))
        made = self.http.post(
            "/v1/sources", json={"name": self.name, "dialect": "lti-ags"}, headers=self.world.headers
        )
        assert made.status_code == 201, made.text
        registered = self.register()
        assert registered.status_code == 200, registered.text
        self.tool = registered.json()["tool"]
        return self

    def registration(self, **changes: object) -> Document:
        return {
            "issuer": self.lms.url,
            "clientId": CLIENT_ID,
            "deploymentIds": [DEPLOYMENT],
            "authorizationUrl": f"{self.lms.url}/authorize?from=here",
            "tokenUrl": f"{self.lms.url}/token",
            "keysUrl": f"{self.lms.url}/jwks",
            **changes,
        }

    def register(self, **changes: object) -> httpx.Response:
        return self.call("put", "lti", json=self.registration(**changes))

    def call(self, method: str, path: str, **body: Any) -> httpx.Response:  # noqa: ANN401 - what httpx takes
        address = f"/v1/sources/{self.name}/{path}"
        return self.http.request(method.upper(), address, headers=self.world.headers, **body)

    def knows(self, csv: str) -> None:
        assert self.call("put", "people", content=csv.encode()).status_code == 200

    @property
    def path(self) -> str:
        """Where our endpoints for the platform are."""
        return urlsplit(self.tool["loginUrl"]).path.removesuffix("/login")

    def log_in(self, method: str = "get", /, **changes: str | None) -> httpx.Response:
        """Begin a launch as the platform has the browser do it."""
        given = {
            "iss": self.lms.url,
            "login_hint": "hint-1",
            "target_link_uri": self.tool["targetLinkUri"],
            "lti_message_hint": "message-1",
            "client_id": CLIENT_ID,
            "lti_deployment_id": DEPLOYMENT,
            **changes,
        }
        sent = {name: value for name, value in given.items() if value is not None}
        if method == "get":
            return self.http.get(f"{self.path}/login", params=sent)
        return self.http.post(f"{self.path}/login", data=sent)

    def begun(self) -> dict[str, str]:
        """Return what the browser carries to the platform."""
        answer = self.log_in()
        assert answer.status_code == 302, answer.text
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        return {name: values[0] for name, values in query.items()}

    def claims(self, nonce: str, /, **changes: object) -> Document:
        now = self.world.clock.now
        given = {
            "iss": self.lms.url,
            "aud": CLIENT_ID,
            "sub": SUBJECT,
            "exp": int((now + timedelta(minutes=5)).timestamp()),
            "iat": int(now.timestamp()),
            "nonce": nonce,
            "name": "Maria Rivera",
            "email": "rivera@alder.example",
            f"{CLAIM}deployment_id": DEPLOYMENT,
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}resource_link": {"id": "link-1"},
            f"{CLAIM}target_link_uri": self.tool["targetLinkUri"],
            f"{CLAIM}roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
            f"{CLAIM}launch_presentation": {"locale": "en-US", "document_target": "iframe"},
            **changes,
        }
        return {name: value for name, value in given.items() if value is not None}

    def land(self, state: str, token: str) -> httpx.Response:
        """End a launch as the browser does."""
        form = {"id_token": token, "state": state, "session_state": "x"}
        return self.http.post(f"{self.path}/launch", data=form, headers={"accept": "text/html"})

    def launch(self, sign: Callable[[Document], str] | None = None, /, **changes: object) -> httpx.Response:
        """Go the whole way of a launch."""
        begun = self.begun()
        claims = self.claims(begun["nonce"], **changes)
        return self.land(begun["state"], (sign or signed)(claims))

    def offer(self, *line_items: "LineItem") -> None:
        """Answer for tokens, and for the results of these line items."""
        self.lms.answers["/token"] = self.token
        for item in line_items:
            self.lms.answers.update(item.answers(self.lms.url))

    def token(self, asked: Asked) -> Answer:
        """Answer for a token, once the assertion is signed by the key that our service publishes."""
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        published = self.http.get(f"{self.path}/jwks").json()["keys"][0]
        found = jwt.decode(form["client_assertion"], RSAKey.import_key(published), ["RS256"])
        now = self.world.clock.now.timestamp()
        right = (
            found.claims["iss"] == found.claims["sub"] == CLIENT_ID
            and found.claims["aud"] == f"{self.lms.url}/token"
            and found.claims["iat"] <= now < found.claims["exp"]
            and found.header["kid"] == published["kid"]
            and found.claims["jti"]
            and form["grant_type"] == "client_credentials"
            and form["scope"].endswith("/lti-ags/scope/result.readonly")
        )
        if not right:
            return 400, {"error": "invalid_client"}
        return 200, {"access_token": "an-access-token", "token_type": "Bearer", "expires_in": 3600}


@dataclass
class LineItem:
    """A line item of the platform with its results, in pages."""

    number: int
    pages: list[list[tuple[str, float]]]

    def url(self, base: str) -> str:
        return f"{base}/lineitems/{self.number}?type=7"

    def answers(self, base: str) -> dict[str, Callable[[Asked], Answer]]:
        path = f"/lineitems/{self.number}/results?type=7&limit=200"
        places = [path, *(f"{path}&page={page}" for page in range(1, len(self.pages)))]

        def answering(page: int) -> Callable[[Asked], Answer]:
            def answer(asked: Asked) -> Answer:
                wanted = "application/vnd.ims.lis.v2.resultcontainer+json"
                if asked.headers["authorization"] != "Bearer an-access-token":
                    return 401, {}
                if asked.headers["accept"] != wanted:
                    return 406, {}
                said = [self.result(base, *each) for each in self.pages[page]]
                last = page + 1 == len(self.pages)
                links = {} if last else {"link": f'<{base}{places[page + 1]}>; rel="next"'}
                return 200, said, links

            return answer

        return {place: answering(page) for page, place in enumerate(places)}

    def result(self, base: str, user: str, score: float) -> Document:
        return {
            "id": f"{base}/lineitems/{self.number}/results/{user}",
            "scoreOf": self.url(base),
            "userId": user,
            "resultScore": score,
            "resultMaximum": 1,
        }


def signed(claims: Document, key: RSAKey = KEY, **header: object) -> str:
    """Return a token as the platform signs it."""
    return jwt.encode({"alg": "RS256", "kid": key.kid, **header}, claims, key, ["RS256"])


def unsigned(claims: Document) -> str:
    """Return a token that says of itself that nobody signed it."""
    return f"{_segment({'alg': 'none'})}.{_segment(claims)}."


def by_public_key(claims: Document) -> str:
    """Return a token under HMAC, with the platform's public key as the secret that everybody knows."""
    signing = f"{_segment({'alg': 'HS256', 'kid': KEY.kid})}.{_segment(claims)}"
    seal = hmac.digest(KEY.as_pem(private=False), signing.encode(), "sha256")
    return f"{signing}.{base64.urlsafe_b64encode(seal).decode().rstrip('=')}"


def _segment(value: Document) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
