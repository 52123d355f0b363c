"""Where anybody asks whether a badge is real and still valid."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from issuer.context import Context
from issuer.core.verifying.report import Report
from issuer.errors import IssuerError
from issuer.services import clients, standing, verify
from issuer.web import answers, dependencies, verify_requests
from issuer.web.dependencies import BaseDep, ContextDep
from issuer.web.gate import Gate
from issuer.web.openapi import errors
from issuer.web.routes.badges import BadgeId
from issuer.web.verify_requests import NDJSON, Question

router = APIRouter(tags=["verification"])

_CREDENTIAL: dict[str, Any] = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
}
_BINARY = {"schema": {"type": "string", "format": "binary"}, "example": "the bytes of the picture"}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "description": "The credential, as its file has it; or an object with `credential` or "
                    "`url`, and `holder` (`type`, `value`) to ask whose it is",
                },
                "example": {
                    "url": "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd",
                    "holder": {"type": "emailAddress", "value": "teacher@alder.example"},
                },
            },
            "application/vc": {"schema": {"type": "object"}, "example": _CREDENTIAL},
            "application/jwt": {
                "schema": {"type": "string"},
                "example": "eyJhbGciOiJFZERTQSJ9.eyJpZCI6IngifQ.c2ln",
            },
            "image/png": _BINARY,
            "image/svg+xml": _BINARY,
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "url": {"type": "string"},
                        "text": {"type": "string"},
                        "email": {"type": "string"},
                        "name": {"type": "string"},
                    },
                },
                "example": {"url": "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd"},
            },
            NDJSON: {
                "schema": {
                    "type": "string",
                    "description": "A line each: one of the JSON forms, a JWT or a link",
                },
                "example": "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd\n",
            },
        },
    }
}
_LINES = {"schema": {"type": "string"}, "example": '{"result": "valid", "checks": []}\n'}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The report; for NDJSON one a line", "content": {NDJSON: _LINES}},
    **errors(401, 413, 422, 429, 503),
}


@router.post(
    "/v1/verify",
    summary="Verify a credential, or many",
    response_model=answers.ReportOut,
    response_model_exclude_none=True,
    responses=_ANSWERS,
    openapi_extra=_BODY,
)
async def verify_credential(request: Request, context: ContextDep) -> Response | answers.ReportOut:
    """Return one result and every check, in words. Needs no key; nothing is kept or logged.

    `unknown` is never a pass: what could not be checked says so. With an API key the rate of the address
    does not count.
    """
    gate: Gate = request.app.state.gate
    if verify_requests.media_type(request) == NDJSON:
        await _admit(request, context, 1)
        lines = await verify_requests.lines(request)
        await _admit(request, context, max(0, len(lines) - 1))
        return StreamingResponse(_lines(context, gate, lines), media_type=NDJSON)
    await _admit(request, context, 1)
    one = await verify_requests.question(request)
    return answers.report_out(await gate.run(lambda: answer_to(context, one)))


@router.get(
    "/b/{badge_id}/verification",
    summary="The verification of one of our badges",
    response_model=answers.ReportOut,
    response_model_exclude_none=True,
    responses=errors(403, 404, 410, 503),
)
def read_verification(
    context: ContextDep, base: BaseDep, badge_id: BadgeId, response: Response
) -> answers.ReportOut:
    """Return the report of a real check, at most a minute old and never older than a change."""
    badge = standing.public_badge(context, badge_id, base)
    response.headers["cache-control"] = "no-cache"
    return answers.report_out(standing.checked(context, badge))


def answer_to(context: Context, asked: Question) -> Report:
    """Return the report that answers a question."""
    if asked.url is not None:
        return verify.verify_url(context, asked.url, asked.claimed)
    return verify.verify(context, asked.raw, asked.claimed)


async def _lines(context: Context, gate: Gate, lines: list[bytes]) -> AsyncIterator[bytes]:
    """Yield an answer a line, in the order of the questions: a line that fails has its own error."""
    for line in lines:
        try:
            found = answers.report_out(await gate.run(partial(_line_report, context, line)))
        except IssuerError as error:
            yield answers.ErrorLine(error=error.code, detail=error.detail).model_dump_json().encode() + b"\n"
        else:
            yield found.model_dump_json(by_alias=True, exclude_none=True).encode() + b"\n"


def _line_report(context: Context, line: bytes) -> Report:
    return answer_to(context, verify_requests.of_line(line))


async def _admit(request: Request, context: Context, cost: int) -> None:
    """Let a client with a key pass, and take everybody else's share."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key:
        await anyio.to_thread.run_sync(clients.authenticate, context, key.strip())
        return
    dependencies.admit(request, cost)
