"""What the API answers about platforms of LTI 1.3, and its examples in the OpenAPI document."""

from typing import Annotated, Any, Final

from pydantic import Field

from issuer.context import Context
from issuer.core.documents import Document
from issuer.services.lti.pulling import Pulled
from issuer.services.lti.registering import RESULTS, Tool
from issuer.services.tenants import profile_of
from issuer.web.answers import Answer
from issuer.web.examples import REQUEST_ID

RequestId = Annotated[str, Field(alias="request_id")]

_HERE: Final = "https://badges.alder.example/lti/3NbQw8sYzKxLr5vTgHc2Jd"

REGISTRATION: Final[Document] = {
    "issuer": "https://lms.alder.example",
    "clientId": "10000000000001",
    "deploymentIds": ["1:7db438071375c02373713c12c73869ff2f470b68"],
    "authorizationUrl": "https://lms.alder.example/api/lti/authorize_redirect",
    "tokenUrl": "https://lms.alder.example/login/oauth2/token",
    "keysUrl": "https://lms.alder.example/api/lti/security/jwks",
}
KEYS: Final[Document] = {"keys": [{"kty": "RSA", "kid": "a", "n": "…", "e": "AQAB", "use": "sig"}]}


class ToolOut(Answer):
    """What the administrator of a platform of LTI 1.3 enters there."""

    title: str
    login_url: str
    redirect_uris: list[str]
    target_link_uri: str
    keys_url: str
    scopes: list[str]


class LtiOut(Answer):
    """What is agreed with a platform, None where nothing is yet, and what its administrator enters there."""

    registration: dict[str, Any] | None
    tool: ToolOut
    request_id: RequestId


class PulledOut(Answer):
    """What became of the results that a platform was asked for."""

    line_items: int
    results: int
    issued: int
    known: int
    asked: int
    ignored: int
    dead_lettered: int
    request_id: RequestId


def tool(context: Context, found: Tool) -> ToolOut:
    """Return what a platform's administrator enters there."""
    return ToolOut(
        title=f"{profile_of(context, found.tenant)['name']} badges",
        login_url=f"{found.address}/login",
        redirect_uris=[found.launch_url],
        target_link_uri=found.launch_url,
        keys_url=f"{found.address}/jwks",
        scopes=[RESULTS],
    )


def lti(context: Context, found: Tool, request_id: str) -> LtiOut:
    """Return what is agreed with a source's platform."""
    agreed = found.registered.model_dump(by_alias=True) if found.registered else None
    return LtiOut(registration=agreed, tool=tool(context, found), request_id=request_id)


def pulled(found: Pulled, request_id: str) -> PulledOut:
    """Return what became of results."""
    return PulledOut(
        line_items=found.line_items,
        results=found.results,
        issued=found.taken.issued,
        known=found.taken.known,
        asked=found.taken.asked,
        ignored=found.taken.ignored,
        dead_lettered=found.taken.dead,
        request_id=request_id,
    )


_TOOL: Final[Document] = {
    "title": "Alder County School District badges",
    "loginUrl": f"{_HERE}/login",
    "redirectUris": [f"{_HERE}/launch"],
    "targetLinkUri": f"{_HERE}/launch",
    "keysUrl": f"{_HERE}/jwks",
    "scopes": [RESULTS],
}

ANSWERS: Final[dict[str, Document]] = {
    "ToolOut": _TOOL,
    "LtiOut": {"registration": REGISTRATION, "tool": _TOOL, "request_id": REQUEST_ID},
    "PulledOut": {
        "lineItems": 2,
        "results": 31,
        "issued": 4,
        "known": 25,
        "asked": 0,
        "ignored": 1,
        "deadLettered": 1,
        "request_id": REQUEST_ID,
    },
}
