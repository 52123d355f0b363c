"""Where platforms send what they say in their own dialect, each in its own way."""

import json
from typing import Annotated, Any, Final

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from issuer.context import Context
from issuer.core import ids
from issuer.core.intake.dialects import caliper, xapi
from issuer.core.intake.dialects.all import DIALECTS
from issuer.core.securing import jose
from issuer.db.source_tables import Source
from issuer.errors import Invalid
from issuer.services.sources import registering, salvaging, signed, taking
from issuer.services.sources.taking import Taken
from issuer.web import inbox_forms, source_examples
from issuer.web.dependencies import ContextDep, RawBody
from issuer.web.openapi import errors

router = APIRouter(prefix="/v1/inbox", tags=["sources"])

_VERSION: Final = {"x-experience-api-version": "1.0.3"}
_TAKEN: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "It is safe. Caliper is answered without a body, xAPI with the ids of its statements",
        "content": {"application/json": {"schema": {"type": "object"}, "example": source_examples.TAKEN}},
    }
}

Inbox = Annotated[str, Path(pattern=ids.PUBLIC_ID_PATTERN, examples=["3NbQw8sYzKxLr5vTgHc2Jd"])]


@router.post(
    "/{source}",
    summary="Send what a platform says in its own dialect",
    response_class=Response,
    responses={**_TAKEN, **errors(401, 404, 413, 422, 503)},
    openapi_extra=source_examples.INBOX_BODY,
)
async def receive(
    request: Request,
    context: ContextDep,
    raw: RawBody,
    source: Inbox,
    secret: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """Take a message of Canvas, Moodle, Open edX, Caliper, xAPI or LTI, once its source's secret is shown.

    When this answers, nothing can be lost: what was passed is a badge, and what no rule can tell waits as a
    dead letter. The same again is no news. `503` asks for the message to be sent again.
    """
    del secret  # read with the other ways in which it can be shown
    return await anyio.to_thread.run_sync(_received, request, context, source, raw)


@router.put(
    "/{source}/statements",
    summary="Send one xAPI statement under its id",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "It is safe"}, **errors(401, 404, 413, 422, 503)},
    openapi_extra=source_examples.STATEMENT_BODY,
)
async def receive_statement(
    request: Request,
    context: ContextDep,
    raw: RawBody,
    source: Inbox,
    statement_id: Annotated[str, Query(alias="statementId", max_length=100)],
) -> Response:
    """Take one statement as a record store does (xAPI 1.0.3, part 3, 2.1.1)."""
    await anyio.to_thread.run_sync(_received, request, context, source, raw, statement_id)
    return Response(status_code=204, headers=_VERSION)


@router.post(
    "/{source}/statements",
    summary="Send xAPI statements",
    response_class=Response,
    responses={**_TAKEN, **errors(401, 404, 413, 422, 503)},
    openapi_extra=source_examples.STATEMENT_BODY,
)
async def receive_statements(request: Request, context: ContextDep, raw: RawBody, source: Inbox) -> Response:
    """Take statements as a record store does, and answer with their ids (xAPI 1.0.3, part 3, 2.1.2)."""
    return await anyio.to_thread.run_sync(_received, request, context, source, raw)


def _received(
    request: Request, context: Context, source_id: str, raw: bytes, statement_id: str | None = None
) -> Response:
    source, document = _admitted(request, context, source_id, raw)
    document, raw = _whole(request, source, inbox_forms.under_id(document, statement_id), raw)
    request.state.tenant_id, request.state.client_id = source.tenant_id, f"source:{source.id}"
    try:
        readings = DIALECTS[source.dialect](document, context.clock())  # type: ignore[index]
    except Invalid as error:
        if isinstance(error, caliper.UnknownDataVersion) or not salvaging.salvage(
            context, source, document, request.state.request_id
        ):
            _keep_unread(request, context, source, inbox_forms.without_token(raw, document), error)
        raise
    taken = taking.take(context, source, readings, request.state.request_id)
    request.state.outcome = f"{taken.issued} issued, {taken.dead} kept"
    return _answer(source, document, taken)


def _whole(request: Request, source: Source, document: object, raw: bytes) -> tuple[object, bytes]:
    """Return a message and its text with what its headers say of it: an event bus may put the type there."""
    if source.dialect != "open-edx":
        return document, raw
    whole = inbox_forms.enveloped(request, document)
    return whole, raw if whole is document else json.dumps(whole).encode()


def _admitted(request: Request, context: Context, source_id: str, raw: bytes) -> tuple[Source, object]:
    """Return the source, and its message, of whoever shows the secret, or signs as the platform does."""
    text = raw.strip()
    if text.isascii() and jose.looks_compact(text.decode("ascii")):
        source = registering.inbox(context, source_id)
        return source, signed.opened(context, source, text.decode("ascii"))
    shown = inbox_forms.secret(request, None)
    if shown is not None:
        source = registering.admitted(context, source_id, shown)
        return source, _message(request, context, source, raw)
    document = inbox_forms.message(raw)
    return registering.admitted(context, source_id, inbox_forms.secret(request, document)), document


def _message(request: Request, context: Context, source: Source, raw: bytes) -> object:
    try:
        return inbox_forms.message(raw)
    except Invalid as error:
        _keep_unread(request, context, source, raw, error)
        raise


def _keep_unread(request: Request, context: Context, source: Source, raw: bytes, error: Invalid) -> None:
    """Keep a message that could not be read, for a platform that does not send it again.

    Caliper asks for a refusal of versions that are not known: what is refused is the platform's to mend.
    """
    if not isinstance(error, caliper.UnknownDataVersion):
        row = taking.unread_row(context, source, raw, error, request.state.request_id)
        taking.keep(context, source, [row])


def _answer(source: Source, document: object, taken: Taken) -> Response:
    if source.dialect == "caliper":
        return Response(status_code=200)
    if source.dialect == "xapi":
        return JSONResponse(xapi.ids(document), headers=_VERSION)
    return JSONResponse(
        {
            "issued": taken.issued,
            "known": taken.known,
            "asked": taken.asked,
            "ignored": taken.ignored,
            "deadLettered": taken.dead,
        }
    )
