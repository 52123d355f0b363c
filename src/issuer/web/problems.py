"""Errors as RFC 9457 problem documents, and the one table from kinds of error to status codes."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from fastapi import Request
from fastapi.responses import JSONResponse

from issuer import errors
from issuer.core.documents import Document, DocumentTooLarge
from issuer.core.exchange.exports.cursors import CursorExpired
from issuer.errors import Fault, IssuerError
from issuer.services.clients import Unauthenticated
from issuer.services.oauth.bearing import InvalidToken
from issuer.services.standing import Erased
from issuer.web import imsx, oembed
from issuer.web.event_lines import UnsupportedMediaType
from issuer.web.forms import VARY, NotAcceptable
from issuer.web.gate import TooManyRequests

MEDIA_TYPE: Final = "application/problem+json"
ADDRESS: Final = "/problems/"
"""Where the explanation of a code is served: the `type` of its problem documents."""

STATUS: Final[dict[type[Exception], HTTPStatus]] = {
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    InvalidToken: HTTPStatus.UNAUTHORIZED,
    Erased: HTTPStatus.GONE,
    CursorExpired: HTTPStatus.GONE,
    NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    DocumentTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    oembed.PrivateFrame: HTTPStatus.UNAUTHORIZED,
    oembed.UnknownFormat: HTTPStatus.NOT_IMPLEMENTED,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}

_RETRY_SECONDS = "5"


def status_of(kind: type[BaseException]) -> HTTPStatus:
    """Return the status for an error's kind. An error of no kind is our own fault."""
    return next((STATUS[base] for base in kind.__mro__ if base in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)


def problem(
    request: Request,
    status: HTTPStatus,
    code: str,
    detail: str,
    faults: Sequence[Fault] = (),
) -> JSONResponse:
    """Return the answer that is a problem document, or what the Open Badges API has in its place."""
    request.state.pointers = [fault.pointer for fault in faults]
    if imsx.is_asked(request):
        return imsx.answer(request, status, code, detail, faults)
    body = document(request, status, code, detail, faults)
    headers = {"cache-control": "no-store"}
    if status is HTTPStatus.NOT_ACCEPTABLE:
        headers["vary"] = VARY
    if status is HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = 'Bearer realm="issuer"'
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        headers["retry-after"] = _RETRY_SECONDS
    return JSONResponse(body, status, headers, MEDIA_TYPE)


def document(
    request: Request, status: HTTPStatus, code: str, detail: str, faults: Sequence[Fault] = ()
) -> Document:
    """Return a problem document (RFC 9457, section 3) with the request's id."""
    body: Document = {
        "type": f"{request.app.state.context.settings.public_url}{ADDRESS}{code}",
        "title": title(code),
        "status": int(status),
        "detail": detail,
        "instance": request.url.path,
        "request_id": request.state.request_id,
    }
    if faults:
        body["errors"] = [{"pointer": fault.pointer, "detail": fault.detail} for fault in faults]
    return body


def of_error(request: Request, error: IssuerError) -> JSONResponse:
    """Return the problem document of an error. What is our own fault says nothing of itself."""
    status = status_of(type(error))
    return problem(request, status, error.code, *_said(request, status, error))


def document_of_error(request: Request, error: IssuerError) -> Document:
    """Return the same as a document, for a line among others."""
    status = status_of(type(error))
    return document(request, status, error.code, *_said(request, status, error))


def _said(request: Request, status: HTTPStatus, error: IssuerError) -> tuple[str, Sequence[Fault]]:
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"Something went wrong on our side. Quote {request.state.request_id} when you report it.", ()
    return error.detail, error.faults


def title(code: str) -> str:
    """Return a problem's title: its code in words."""
    return code.replace("-", " ").capitalize()


def catalogue() -> dict[str, type[IssuerError]]:
    """Return every error by its code, in order."""
    found: dict[str, type[IssuerError]] = {}
    waiting: list[type[IssuerError]] = [IssuerError]
    while waiting:
        kind = waiting.pop()
        found[kind.code] = kind
        waiting.extend(kind.__subclasses__())
    return dict(sorted(found.items()))
