"""Where agencies and hosts bring in badges that were issued elsewhere."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any, Final

import anyio.to_thread
import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.documents import Document
from issuer.core.intake.person_ref import PersonRef
from issuer.db import engine
from issuer.errors import Fault, IssuerError
from issuer.services import clients, elsewhere
from issuer.services.clients import HELD, Client
from issuer.services.elsewhere import Taken
from issuer.web import event_lines, held_answers, multipart, problems, verify_requests
from issuer.web.dependencies import ClientDep, ContextDep
from issuer.web.event_lines import NDJSON, Line
from issuer.web.gate import Gate
from issuer.web.held_answers import HeldLine, HeldListOut, TakenAnswer
from issuer.web.openapi import errors
from issuer.web.places import Shares
from issuer.web.streaming import Streamed

router = APIRouter(prefix="/v1/held", tags=["badges issued elsewhere"])

BODIES: Final = (HeldLine,)
_FORM: Final = "multipart/form-data"
_TYPES: Final = frozenset(
    {
        "application/json",
        "application/ld+json",
        "application/vc",
        "application/vc+ld+json",
        "application/vc+jwt",
        "application/jwt",
        "text/plain",
        "image/png",
        "image/svg+xml",
        "application/octet-stream",
    }
)
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "model": TakenAnswer,
        "description": "Nothing of it is new; for NDJSON an answer a line",
        "content": {NDJSON[0]: held_answers.LINES},
    },
    201: {"model": TakenAnswer, "description": "It is kept, or some of it"},
    **errors(401, 403, 404, 409, 413, 415, 422, 503),
}

HeldId = Annotated[
    str,
    Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", examples=[held_answers.EXAMPLE_ID]),
]
Person = Annotated[
    str,
    Query(
        max_length=1_000,
        examples=["rosa@alder.example"],
        description="An e-mail address, a DID, the id of an award of theirs, or a person as JSON",
    ),
]
OptionalPerson = Annotated[
    str | None,
    Query(max_length=1_000, description="Whose they are, where neither the form nor the line says it"),
]


@router.post(
    "",
    summary="Keep badges that were issued elsewhere",
    status_code=201,
    response_model=TakenAnswer,
    responses=_ANSWERS,
    openapi_extra=held_answers.BODY,
)
async def keep_held(
    request: Request, context: ContextDep, client: ClientDep, person: OptionalPerson = None
) -> Response:
    """Verify badges of other issuers, and keep them for a person as they came: nothing is signed anew.

    Of a transcript, each badge in it. Broken or withdrawn ones are refused; `503` is what could not be
    checked at this moment. With NDJSON each line is a badge of its own, answered while more lines come.
    """
    client.must(HELD)
    default = held_answers.person(person) if person is not None else None
    kind = verify_requests.media_type(request)
    if kind in NDJSON:
        event_lines.check(request)
        shares: Shares = request.app.state.batches
        pieces = _answered(request, context, client, default)
        return Streamed(pieces, NDJSON[0], shares.take(client.tenant_id))
    whose, raw = await _sent(request, kind, default)
    gate: Gate = request.app.state.gate
    found = await gate.run(partial(elsewhere.take, context, client, whose, raw))
    answer = TakenAnswer(held=held_answers.taken(request, found), request_id=request.state.request_id)
    return Response(answer.model_dump_json(by_alias=True), _status(found), media_type="application/json")


@router.get("", summary="List what a person keeps", responses=errors(401, 403, 404, 422))
def list_held(
    request: Request,
    context: ContextDep,
    client: ClientDep,
    person: Person,
    after: Annotated[str, Query(max_length=36)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> HeldListOut:
    """Return the badges of other issuers that a person keeps here, in the order in which they came."""
    client.must(HELD)
    whose = held_answers.person(person)
    found = elsewhere.every(context, client, whose, after=after, limit=limit + 1)
    shown = [held_answers.shown(each) for each in found[:limit]]
    following = shown[-1].id if len(found) > limit else None
    return HeldListOut(held=shown, next=following, request_id=request.state.request_id)


@router.get(
    "/{held_id}",
    summary="Read what a person keeps",
    response_class=Response,
    responses={**held_answers.STORED, **errors(401, 403, 404)},
)
def read_held(context: ContextDep, client: ClientDep, held_id: HeldId) -> Response:
    """Return a badge of another issuer exactly as it came."""
    client.must(HELD)
    found = elsewhere.one(context, client, held_id)
    media = "application/jwt" if found.format == "jws" else "application/vc+ld+json"
    return Response(found.text.encode(), headers={"cache-control": "no-store"}, media_type=media)


@router.delete("/{held_id}", summary="Keep a badge no more", status_code=204, responses=errors(401, 403, 404))
def remove_held(context: ContextDep, client: ClientDep, held_id: HeldId) -> Response:
    """Let go of a badge of another issuer. The badge itself stays what it is."""
    client.must(HELD)
    elsewhere.remove(context, client, held_id)
    return Response(status_code=204)


async def _sent(request: Request, kind: str, default: PersonRef | None) -> tuple[PersonRef, bytes]:
    """Return whose badge was sent, and the file, of a form or as it is."""
    if kind == _FORM:
        given, raw = await multipart.parts(request, elsewhere.MAX_FILE)
        named = held_answers.person(given["person"]) if given.get("person") else default
    elif kind in _TYPES:
        named, raw = default, await multipart.bounded(request, elsewhere.MAX_FILE)
    else:
        kinds = ", ".join(sorted({*_TYPES, _FORM, NDJSON[0]}))
        raise event_lines.UnsupportedMediaType(f"send a badge as one of {kinds}")
    return _known(named), raw


def _known(person: PersonRef | None) -> PersonRef:
    if person is None:
        detail = "say whose badge it is: an e-mail address, a DID, or the id of an award of theirs"
        raise fields.InvalidFields("not accepted: person", [Fault("/person", detail)])
    return person


async def _answered(
    request: Request, context: Context, client: Client, default: PersonRef | None
) -> AsyncIterator[bytes]:
    """Yield an answer a line. The next lines are not read before those that came are answered."""
    async for chunk in event_lines.chunks(request.stream()):
        refused = await anyio.to_thread.run_sync(_still_refused, request, context)
        for line in chunk:
            yield await _row(request, context, client, default, line, refused)


def _still_refused(request: Request, context: Context) -> IssuerError | None:
    """Return why no more lines are taken, if that is so: the key may have been revoked meanwhile."""
    try:
        key = request.headers["authorization"].partition(" ")[2]
        clients.authenticate(context, key).must(HELD)
    except (clients.Unauthenticated, clients.MissingScope) as error:
        return error
    except engine.FAILURES:
        return _failed(context)
    return None


async def _row(
    request: Request,
    context: Context,
    client: Client,
    default: PersonRef | None,
    line: Line,
    refused: IssuerError | None,
) -> bytes:
    row: Document = {"line": line.number}
    gate: Gate = request.app.state.gate
    try:
        if refused is not None:
            raise refused
        found = await gate.run(partial(_take_line, context, client, default, line))
    except IssuerError as error:
        problem = problems.document_of_error(request, error)
        row |= {"status": problem["status"], "problem": problem}
    else:
        held = [each.model_dump(mode="json", by_alias=True) for each in held_answers.taken(request, found)]
        row |= {"status": _status(found), "held": held}
    return orjson.dumps(row) + b"\n"


def _take_line(context: Context, client: Client, default: PersonRef | None, line: Line) -> list[Taken]:
    given = fields.read(HeldLine, documents.parse(line.text, elsewhere.LINE))
    try:
        return elsewhere.take(context, client, _known(given.person or default), given.raw())
    except engine.FAILURES as error:
        raise _failed(context) from error


def _failed(context: Context) -> IssuerError:
    context.metrics.faults.labels(engine.DatabaseUnavailable.code).inc()
    return engine.DatabaseUnavailable("the database does not answer: send this line again later")


def _status(found: list[Taken]) -> int:
    return 201 if any(each.outcome == "held" for each in found) else 200
