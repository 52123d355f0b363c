"""Where learning platforms send what was approved."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from issuer.core.intake import parse
from issuer.errors import Invalid
from issuer.services import issue
from issuer.web import answers, examples
from issuer.web.dependencies import ClientDep, ContextDep, DocumentBody
from issuer.web.openapi import errors

router = APIRouter(prefix="/v1", tags=["events"])


@router.post(
    "/events",
    summary="Send an approved competency; get its badge",
    status_code=HTTPStatus.CREATED,
    responses={
        200: {"model": answers.EventOut, "description": "Already processed or awarded"},
        **errors(401, 403, 409, 413, 422, 503),
    },
    openapi_extra=examples.body("CompetencyApproved", examples.EVENT),
)
def receive_event(
    request: Request,
    response: Response,
    context: ContextDep,
    client: ClientDep,
    body: DocumentBody,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> answers.EventOut:
    """Issue a badge, exactly once, and answer with its addresses when it is public.

    The same event again, now or in years, answers `200` with the same award. A CloudEvents 1.0 envelope,
    in structured or binary mode, is accepted as it is.
    """
    client.must("events:write")
    request_id = request.state.request_id
    sender = issue.Sender(client.id, client.tenant_id, request_id, idempotency_key)
    try:
        issued = issue.issue(context, sender, parse.received(body, dict(request.headers)))
    except Invalid as error:
        raise parse.relocated(error, body) from error.__cause__
    request.state.outcome = issued.outcome
    if issued.outcome != "issued":
        response.status_code = HTTPStatus.OK
    return answers.event_out(context, issued, request_id)
