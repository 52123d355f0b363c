"""OAuth 2.0: where programs register and get tokens, and where holders say what they allow."""

from collections.abc import Callable
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from issuer.context import Context
from issuer.core.documents import Document
from issuer.services.oauth import authorizing, registering, serving
from issuer.services.oauth.asking import Answer, Asked, refused
from issuer.web import consent_view, forms, oauth_examples
from issuer.web.dependencies import BaseDep, ContextDep, RawBody
from issuer.web.openapi import errors
from issuer.web.routes.holder import FormDep, admitted

router = APIRouter(tags=["OAuth 2.0"])

_MOST_PARAMETERS: Final = 40
_REFUSED: Final = {"content": oauth_examples.REFUSED}
_BASIC: Final[dict[str, Any]] = {"security": [{"OAuthClient": []}]}


def _answered(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status, headers=answer.headers)
    return JSONResponse(answer.body, answer.status, answer.headers)


def _served(serve: Callable[[Context, Asked], Answer], context: Context, asked: Asked | None) -> Response:
    if asked is None:
        detail = "The body is not a form: send application/x-www-form-urlencoded in UTF-8."
        return _answered(refused("invalid_request", detail))
    return _answered(serve(context, asked))


def asked_here(request: Request, base: BaseDep) -> Asked:
    """Return what the address of a request asks, but for the language of the page."""
    given = [pair for pair in request.query_params.multi_items() if pair[0] != "lang"]
    return Asked(base, request.method, given)


def asked_in_form(request: Request, base: BaseDep, raw: RawBody) -> Asked | None:
    """Return what a form asks, or None where it cannot be parsed."""
    try:
        given = parse_qsl(
            raw.decode(), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS, errors="strict"
        )
    except ValueError:
        return None
    return Asked(base, request.method, given, request.headers.get("authorization"))


AskedDep = Annotated[Asked, Depends(asked_here)]
FormAskedDep = Annotated[Asked | None, Depends(asked_in_form)]


@router.get("/oauth/authorize", include_in_schema=False, dependencies=[Depends(admitted)])
def ask_holder(request: Request, context: ContextDep, asked: AskedDep) -> Response:
    """Return the page that asks who somebody is: their private link says it."""
    wanted = authorizing.consent(context, asked)
    if isinstance(wanted, Answer):
        return _answered(wanted)
    return consent_view.page(request, context, asked, wanted)


@router.post("/oauth/authorize", include_in_schema=False, dependencies=[Depends(admitted)])
def hear_holder(request: Request, context: ContextDep, asked: AskedDep, form: FormDep) -> Response:
    """Return the page that asks whether it is allowed, or lead back to the program with the answer.

    Whoever lacks the private link can forge neither form, so there is no second token against that.
    """
    decision = form.get("decision")
    if decision == "deny":
        return _answered(authorizing.decide(context, asked, None))
    wanted = authorizing.consent(context, asked)
    if isinstance(wanted, Answer):
        return _answered(wanted)
    who = consent_view.answering(context, form.get("link", ""), asked, request.state.request_id)
    if who is not None and decision == "allow":
        request.state.tenant_id = who[0].tenant.id
        return _answered(authorizing.decide(context, asked, who[0]))
    return consent_view.page(request, context, asked, wanted, who, is_mistaken=who is None)


@router.post(
    "/oauth/register",
    summary="Register a program",
    status_code=201,
    response_class=JSONResponse,
    dependencies=[Depends(admitted)],
    responses={
        201: {"description": "It is registered", "content": oauth_examples.REGISTERED},
        400: {"description": "It cannot be registered as it stands", **_REFUSED},
        **errors(413, 429, 503),
    },
    openapi_extra=oauth_examples.REGISTER,
)
def register(context: ContextDep, raw: RawBody) -> Response:
    """Register a program that asks holders for access (RFC 7591), and show its secret this one time.

    All its addresses are https, and of one host. No credential is needed.
    """
    return _answered(registering.register(context, raw))


@router.post(
    "/oauth/token",
    summary="Get an access token",
    response_class=JSONResponse,
    responses={
        200: {"description": "Tokens", "content": oauth_examples.TOKEN},
        400: {"description": "There are none for this", **_REFUSED},
        401: {"description": "It is not known who asks", **_REFUSED},
        **errors(413, 503),
    },
    openapi_extra={**oauth_examples.TOKEN_REQUEST, **_BASIC},
)
def get_token(context: ContextDep, asked: FormAskedDep) -> Response:
    """Return tokens for a code with its verifier, for a refresh token, or for an agency's own credentials.

    A code and a refresh token are used once. A second use ends all that came of the first.
    """
    return _served(serving.token, context, asked)


@router.post(
    "/oauth/revoke",
    summary="End a token",
    response_class=JSONResponse,
    responses={
        200: {"description": "It is ended", "content": {"application/json": {"example": {}}}},
        400: {"description": "There is no token in the request", **_REFUSED},
        401: {"description": "It is not known who asks", **_REFUSED},
        **errors(413, 503),
    },
    openapi_extra={**oauth_examples.TOKEN_NAMED, **_BASIC},
)
def revoke_token(context: ContextDep, asked: FormAskedDep) -> Response:
    """End a token of one's own (RFC 7009). With a refresh token, all that came of the same consent ends."""
    return _served(serving.revoke, context, asked)


@router.post(
    "/oauth/introspect",
    summary="Ask about a token",
    response_class=JSONResponse,
    responses={
        200: {"description": "Whether it is good now", "content": oauth_examples.ACTIVE},
        400: {"description": "There is no token in the request", **_REFUSED},
        401: {"description": "It is not known who asks", **_REFUSED},
        **errors(413, 503),
    },
    openapi_extra={**oauth_examples.TOKEN_NAMED, **_BASIC},
)
def introspect_token(context: ContextDep, asked: FormAskedDep) -> Response:
    """Tell a program of its own token (RFC 7662). Of any other it says that it is not active."""
    return _served(serving.introspect, context, asked)


@router.get(
    "/.well-known/oauth-authorization-server",
    summary="Read what this server can do",
    response_class=JSONResponse,
    responses=forms.documented(serving.metadata("https://badges.alder.example"), ("application/json",)),
)
def read_metadata(request: Request, base: BaseDep) -> Response:
    """Return the addresses and abilities of the authorization server (RFC 8414)."""
    body: Document = serving.metadata(base)
    answer = JSONResponse(body, headers={"cache-control": "public, max-age=3600"})
    return forms.tagged(request, answer)
