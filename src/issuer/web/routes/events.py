"""Where learning platforms send what was approved."""

from collections.abc import AsyncIterator, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final

import anyio.to_thread
import orjson
from fastapi import APIRouter, Header, Query, Request, Response

from issuer.context import Context
from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.intake import parse
from issuer.db import engine
from issuer.errors import Invalid, IssuerError
from issuer.services import clients, pathways, trials, trying
from issuer.services.clients import Client
from issuer.services.issue import Issued, Sender, Sent
from issuer.services.pathways import Counted, Earned
from issuer.web import answers, event_lines, examples, problems, trial_answers
from issuer.web.dependencies import ClientDep, ContextDep, DocumentBody
from issuer.web.event_lines import NDJSON, Line
from issuer.web.gathering import Answers, Gathering
from issuer.web.openapi import errors
from issuer.web.places import Shares
from issuer.web.streaming import Streamed

router = APIRouter(prefix="/v1", tags=["events"])

_LINES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "For each line its number, its event's `id`, the `status` that this would have had "
        "alone, and its `answer` or its `problem`",
        "content": {NDJSON[0]: {"schema": {"type": "string"}, "example": examples.EVENT_ANSWERS}},
    }
}


@router.post(
    "/events",
    summary="Send an approved competency; get its badge",
    status_code=HTTPStatus.CREATED,
    response_model=answers.EventOut,
    responses={
        200: {"model": answers.EventOut, "description": "Already processed or awarded"},
        **errors(401, 403, 409, 413, 422, 503),
    },
    openapi_extra=examples.body("CompetencyApproved", examples.EVENT),
)
async def receive_event(
    request: Request,
    context: ContextDep,
    client: ClientDep,
    body: DocumentBody,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
    dry_run: Annotated[bool, Query(description="Explain, and keep nothing.")] = False,  # noqa: FBT002
) -> Response:
    """Issue a badge, exactly once, and answer with its addresses when it is public.

    The same event again, now or in years, answers `200` with the same award. A CloudEvents 1.0 envelope,
    in structured or binary mode, is accepted as it is. With `dry_run` it answers `200` with what would come
    of the event, and the badge before it is signed.
    """
    client.must("events:write")
    sender = Sender(client.id, client.tenant_id, request.state.request_id, idempotency_key)
    request.state.event_id = body.get("id")
    try:
        received = parse.received(body, dict(request.headers))
        request.state.event_id = received.event.id
        if dry_run:
            return await _tried(request, context, Sent(sender, received))
        [answer] = await _issue(request, context, client, [Sent(sender, received)])
        if isinstance(answer, IssuerError):
            raise answer
    except Invalid as error:
        raise parse.relocated(error, body) from error.__cause__
    request.state.outcome, request.state.award = answer.outcome, answer.award[0].public_id
    [counts] = await _counts(context, client, [answer])
    found = answers.event_out(context, answer, request.state.request_id, counts)
    return Response(found.model_dump_json(by_alias=True), _status(answer), media_type="application/json")


@router.post(
    "/events/batch",
    summary="Send many approved competencies, an event a line",
    response_class=Response,
    responses={**_LINES, **errors(401, 403, 415, 503)},
    openapi_extra=examples.lines(NDJSON[0], [examples.EVENT]),
)
async def receive_events(request: Request, context: ContextDep, client: ClientDep) -> Response:
    """Issue a badge for each event, in order, and answer line by line while more lines come.

    One says nothing of another: a line that is refused has its problem, and the next is issued. What has an
    answer is public and stays so: after an interruption, send the same lines again. Of many thousand lines,
    read the answers while you send.
    """
    client.must("events:write")
    event_lines.check(request)
    shares: Shares = request.app.state.batches
    return Streamed(_answered(request, context, client), NDJSON[0], shares.take(client.tenant_id))


async def _tried(request: Request, context: Context, sent: Sent) -> Response:
    found = await anyio.to_thread.run_sync(trying.trial, context, sent)
    shown = trial_answers.trial_out(found, request.state.request_id)
    return Response(shown.model_dump_json(by_alias=True), media_type="application/json")


async def _answered(request: Request, context: Context, client: Client) -> AsyncIterator[bytes]:
    """Yield the answers of a chunk of lines at a time. The next is not read before."""
    async for chunk in event_lines.chunks(request.stream()):
        yield b"".join(await _chunk(request, context, client, chunk))


async def _chunk(request: Request, context: Context, client: Client, chunk: Sequence[Line]) -> list[bytes]:
    sender = Sender(client.id, client.tenant_id, request.state.request_id)
    read = [_read(sender, line) for line in chunk]
    sent = [each for _, each in read if isinstance(each, Sent)]
    found = iter(await _issued(request, context, client, sent))
    rows = []
    for line, (body, each) in zip(chunk, read, strict=True):
        answer, counts = next(found) if isinstance(each, Sent) else (each, ())
        rows.append(_row(request, context, line, (body, answer, counts)))
    return rows


async def _issued(
    request: Request, context: Context, client: Client, sent: Sequence[Sent]
) -> list[tuple[Issued | IssuerError, Sequence[Counted]]]:
    """Return the answers to a chunk, and what each counts to.

    The key is looked up again: it may have been revoked meanwhile.
    """
    try:
        key = request.headers["authorization"].partition(" ")[2]
        (await anyio.to_thread.run_sync(clients.authenticate, context, key)).must("events:write")
        found = await _issue(request, context, client, sent, is_patient=True)
        return list(zip(found, await _counts(context, client, found), strict=True))
    except (clients.Unauthenticated, clients.MissingScope) as error:
        return [(error, ())] * len(sent)
    except engine.FAILURES:
        context.metrics.faults.labels(engine.DatabaseUnavailable.code).inc()
        refused = engine.DatabaseUnavailable("the database does not answer: send this line again later")
        return [(refused, ())] * len(sent)


async def _issue(
    request: Request, context: Context, client: Client, sent: Sequence[Sent], *, is_patient: bool = False
) -> Answers:
    """Issue together with what others send at this moment, or in the sandbox, where nobody is in a hurry."""
    if client.is_for_trials:
        return await anyio.to_thread.run_sync(trials.issue_all, context, client, sent)
    return await _gathering(request).issue(context, client.tenant_id, sent, is_patient=is_patient)


def _read(sender: Sender, line: Line) -> tuple[Document, Sent | IssuerError]:
    """Return a line's event as parsed, and as understood or why it is refused."""
    body: Document = {}
    try:
        body = documents.parse(line.text)
        return body, Sent(sender, parse.received(body, {}))
    except IssuerError as error:
        return body, error


def _row(
    request: Request,
    context: Context,
    line: Line,
    found: tuple[Document, Issued | IssuerError, Sequence[Counted]],
) -> bytes:
    body, answer, counts = found
    row: Document = {"line": line.number, "id": body.get("id")}
    if isinstance(answer, Issued):
        out = answers.event_out(context, answer, request.state.request_id, counts)
        row |= {"status": _status(answer), "answer": out.model_dump(mode="json", by_alias=True)}
    else:
        error = parse.relocated(answer, body) if isinstance(answer, Invalid) else answer
        problem = problems.document_of_error(request, error)
        row |= {"status": problem["status"], "problem": problem}
    return orjson.dumps(row) + b"\n"


async def _counts(context: Context, client: Client, found: Answers) -> list[Sequence[Counted]]:
    """Return the pathways that each award counts to: nothing is asked where the issuer has offered none."""
    counting = [each for each in found if isinstance(each, Issued) and each.may_count]
    if not counting:
        return [()] * len(found)
    earned = [Earned(each.award[0].recipient_id, each.award[1]) for each in counting]
    counted = await anyio.to_thread.run_sync(pathways.counted_to, context, client.tenant_id, earned)
    by = dict(zip(map(id, counting), counted, strict=True))
    return [by.get(id(each), ()) for each in found]


def _status(issued: Issued) -> HTTPStatus:
    return HTTPStatus.CREATED if issued.outcome == "issued" else HTTPStatus.OK


def _gathering(request: Request) -> Gathering:
    found: Gathering = request.app.state.gathering
    return found
