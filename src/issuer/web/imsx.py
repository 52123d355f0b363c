"""Errors of the Open Badges API as its specification wants them: `Imsx_StatusInfo`."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request
from fastapi.responses import JSONResponse

from issuer.core.documents import Document
from issuer.errors import Fault

BASE: Final = "/ims/ob/v3p0"
"""Where the API is, below any origin (Open Badges 3.0, section 6.1)."""

_RETRY_SECONDS: Final = "5"
_CHALLENGE: Final = 'Bearer realm="badges"'
_INTERNAL: Final = "internal_server_error"
_MINOR: Final = {
    400: "invalid_data",
    401: "unauthorizedrequest",
    403: "forbidden",
    404: "not_found",
    405: "not_allowed",
    406: "not_acceptable",
    409: "invalid_data",
    413: "invalid_data",
    415: "invalid_data",
    429: "server_busy",
    503: "server_busy",
}
_VALUES: Final = (
    "forbidden",
    "fullsuccess",
    _INTERNAL,
    "invalid_data",
    "invalid_query_parameter",
    "misdirected_request",
    "not_acceptable",
    "not_allowed",
    "not_found",
    "not_modified",
    "server_busy",
    "unauthorizedrequest",
    "unknown",
)
_FIELD: Final = {
    "type": "object",
    "required": ["imsx_codeMinorFieldName", "imsx_codeMinorFieldValue"],
    "properties": {
        "imsx_codeMinorFieldName": {"type": "string"},
        "imsx_codeMinorFieldValue": {"type": "string", "enum": list(_VALUES)},
    },
}
SCHEMA: Final[Document] = {
    "type": "object",
    "description": "Why a request of the Open Badges API was not served",
    "required": ["imsx_codeMajor", "imsx_severity"],
    "properties": {
        "imsx_codeMajor": {"type": "string", "enum": ["failure", "processing", "success", "unsupported"]},
        "imsx_severity": {"type": "string", "enum": ["error", "status", "warning"]},
        "imsx_description": {"type": "string"},
        "imsx_codeMinor": {
            "type": "object",
            "required": ["imsx_codeMinorField"],
            "properties": {"imsx_codeMinorField": {"type": "array", "minItems": 1, "items": _FIELD}},
        },
    },
}
EXAMPLE: Final[Document] = {
    "imsx_codeMajor": "failure",
    "imsx_severity": "error",
    "imsx_description": "the access token has expired, was ended, or is not for this address",
    "imsx_codeMinor": {
        "imsx_codeMinorField": [
            {"imsx_codeMinorFieldName": "invalid-token", "imsx_codeMinorFieldValue": "unauthorizedrequest"}
        ]
    },
}


def is_asked(request: Request) -> bool:
    """Return whether a request is one of this API."""
    return request.url.path.startswith(f"{BASE}/")


def answer(
    request: Request, status: HTTPStatus, code: str, detail: str, faults: Sequence[Fault]
) -> JSONResponse:
    """Return the answer that is a status info. What cannot be used is 400 here, and no other status."""
    known = HTTPStatus.BAD_REQUEST if status is HTTPStatus.UNPROCESSABLE_ENTITY else status
    return JSONResponse(_document(known, code, detail, faults), known, _headers(request, known))


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that can fail with these statuses."""
    content = {"schema": {"$ref": "#/components/schemas/Imsx_StatusInfo"}, "example": EXAMPLE}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {"application/json": content}}
        for status in (*statuses, 405, 500, 503)
    }


def _document(status: HTTPStatus, code: str, detail: str, faults: Sequence[Fault]) -> Document:
    minor = "invalid_query_parameter" if code == "invalid-parameters" else _MINOR.get(status, _INTERNAL)
    told = "; ".join(f"{fault.pointer}: {fault.detail}".removeprefix(": ") for fault in faults[:10])
    return {
        "imsx_codeMajor": "unsupported" if status is HTTPStatus.METHOD_NOT_ALLOWED else "failure",
        "imsx_severity": "error",
        "imsx_description": f"{detail} ({told})" if told else detail,
        "imsx_codeMinor": {
            "imsx_codeMinorField": [{"imsx_codeMinorFieldName": code, "imsx_codeMinorFieldValue": minor}]
        },
    }


def _headers(request: Request, status: HTTPStatus) -> dict[str, str]:
    """Return how to ask better: what a token has to allow (RFC 6750, section 3), or to wait."""
    headers = {"cache-control": "no-store"}
    if status is HTTPStatus.UNAUTHORIZED:
        named = "authorization" in request.headers
        headers["www-authenticate"] = _CHALLENGE + (', error="invalid_token"' if named else "")
    if status is HTTPStatus.FORBIDDEN:
        wanted = getattr(request.state, "wanted_scope", "")
        headers["www-authenticate"] = f'{_CHALLENGE}, error="insufficient_scope", scope="{wanted}"'
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        headers["retry-after"] = _RETRY_SECONDS
    return headers
