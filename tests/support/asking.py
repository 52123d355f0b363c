"""Questions to `POST /v1/verify`, and a service that verifies in another way."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import httpx
import jwt

from issuer.context import Verifier
from issuer.core.documents import Document
from tests.support import server, strangers
from tests.support.world import World

GUILD: Final = strangers.stranger("a guild")
STRANGE: Final = GUILD.sign(strangers.badge(GUILD))
NDJSON: Final = {"content-type": "application/x-ndjson"}
EMAIL: Final = "rosa.private@alder.example"


def ours(world: World) -> str:
    """Return the text of a signed badge of the service itself."""
    return str(world.issue(recipient={"email": EMAIL, "name": "Rosa Delgado"}).award[0].secured)


def as_jws() -> str:
    """Return a stranger's badge in a JWS, signed by PyJWT."""
    badge = strangers.badge(GUILD)
    claims = {"iss": GUILD.did, "sub": badge["credentialSubject"]["id"], "jti": badge["id"]}
    kid = f"{GUILD.did}#{GUILD.multikey}"
    return jwt.encode({**badge, **claims, "nbf": 1_767_225_600}, GUILD.key, "EdDSA", {"kid": kid})


def poison() -> Document:
    """Return a badge whose nodes cannot be told apart: there are more orders of them than can be tried."""
    twins = [{"type": ["Alignment"], "targetName": "x", "targetUrl": "https://a.example/"}] * 8
    document = strangers.badge(GUILD)
    document["credentialSubject"] |= {"result": [{"type": ["Result"], "alignment": twins}] * 8}
    return document | {"proof": STRANGE["proof"]}


def asked(http: httpx.Client, **body: object) -> Document:
    """Return the answer to a question in JSON."""
    return answered(http.post("/v1/verify", json=body))


def answered(response: httpx.Response) -> Document:
    """Return the report in an answer."""
    assert response.status_code == 200, response.text
    found: Document = response.json()
    return found


def by_form(http: httpx.Client, file: bytes | None = None, **fields: str) -> httpx.Response:
    """Return the answer to a question in a form."""
    parts: dict[str, Any] = {name: (None, value) for name, value in fields.items()}
    if file is not None:
        parts["file"] = ("badge.png", file, "image/png")
    return http.post("/v1/verify", files=parts)


def check(found: Document, name: str) -> Document:
    """Return one check of a report."""
    checks: list[Document] = found["checks"]
    return next(each for each in checks if each["id"] == name)


@contextmanager
def changed(world: World, verifier: Verifier | None = None, **settings: object) -> Iterator[httpx.Client]:
    """Yield a client of the same service with other settings, or another way to verify."""
    context = replace(
        world.context,
        settings=world.context.settings.model_copy(update=settings),
        verifier=verifier or world.context.verifier,
    )
    with server.serving(context) as client:
        yield client
