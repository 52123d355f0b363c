"""Where a platform learns what became of a call."""

import json
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request

from issuer.context import Context
from issuer.core import ids
from issuer.db import requests
from issuer.db.request_tables import RequestRecord
from issuer.services.request_log import RequestLog
from issuer.web import problems
from issuer.web.answers import Answer
from issuer.web.dependencies import ClientDep, ContextDep
from issuer.web.openapi import errors
from issuer.web.webhook_answers import RequestId

router = APIRouter(prefix="/v1/requests", tags=["requests"])

CallId = Annotated[
    str,
    Path(pattern=f"^req_{ids.PUBLIC_ID_PATTERN.strip('^')}", examples=["req_4sT9mKq2VwXz7LbNcRdYfH"]),
]


class ProblemSeen(Answer):
    """The problem that was answered, what it means, and where in what was sent it was."""

    code: str
    type: str
    explanation: str
    pointers: list[str]


class CallOut(Answer):
    """A call of the API: what was asked, and what came of it."""

    id: str
    at: datetime
    client: str
    method: str
    route: str
    status: int
    milliseconds: float
    outcome: str | None = None
    problem: ProblemSeen | None = None
    event_id: str | None = None
    award: str | None = None
    award_url: str | None = None


class RequestOut(Answer):
    """What became of a call."""

    request: CallOut
    request_id: RequestId


@router.get("/{call_id}", summary="See what became of a call", responses=errors(401, 403, 404))
def read_request(request: Request, context: ContextDep, client: ClientDep, call_id: CallId) -> RequestOut:
    """Return what an API call of the last 30 days came to. It holds neither what was sent nor a person.

    A key may look up its own calls, and those of the issuer's other keys with the scope `awards:read`.
    """
    log: RequestLog = request.app.state.request_log
    if log.holds(call_id):
        log.write(context)
    with context.database.read() as session:
        found = requests.by_id(session, client.tenant_id, call_id)
    if found.client_id != client.id:
        client.must("awards:read")
    return RequestOut(request=_call(context, found), request_id=request.state.request_id)


def _call(context: Context, found: RequestRecord) -> CallOut:
    public_url = context.settings.public_url
    return CallOut(
        id=found.id,
        at=found.at,
        client=found.client_id,
        method=found.method,
        route=found.route,
        status=found.status,
        milliseconds=round(found.microseconds / 1000, 1),
        outcome=found.outcome,
        problem=_problem(public_url, found),
        event_id=found.event_id,
        award=found.award,
        award_url=f"{public_url}/v1/awards/{found.award}" if found.award else None,
    )


def _problem(public_url: str, found: RequestRecord) -> ProblemSeen | None:
    if found.code is None:
        return None
    kind = problems.catalogue().get(found.code)
    return ProblemSeen(
        code=found.code,
        type=f"{public_url}{problems.ADDRESS}{found.code}",
        explanation=" ".join((kind.__doc__ or "").split()) if kind else problems.title(found.code),
        pointers=json.loads(found.pointers or "[]"),
    )
