"""Where somebody sees what waits for a decision, and decides it."""

from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field
from sqlalchemy import Row

from issuer.core import fields
from issuer.core.fields import Prose
from issuer.db import reviews
from issuer.db.stack_tables import Review
from issuer.services.stacks import reviewing
from issuer.services.stacks.reviewing import Decision, Ruling
from issuer.web import examples, people_examples
from issuer.web.answers import Answer, PublicId
from issuer.web.dependencies import ClientDep, ContextDep, DocumentBody
from issuer.web.openapi import errors
from issuer.web.routes.awards import Limit

router = APIRouter(prefix="/v1/reviews", tags=["reviews"])

_SCOPE = "awards:manage"
_KEY = "^[0-9a-f-]{36}$"

ReviewId = Annotated[str, Path(pattern=_KEY, examples=["0190b5c2-7d1e-7c3a-9f00-2b6f3e1d4c5a"])]


class ReviewDecision(fields.Strict):
    """What is decided. `grant` or `decline` a stack, `keep` or `withdraw` a badge. `note` is never shown."""

    decision: Literal["grant", "decline", "keep", "withdraw"]
    note: Prose | None = None


class ReviewFields(Answer):
    """Something to be decided about a badge, or that was. `choices` are what can be decided."""

    id: str
    kind: str
    award: PublicId
    """The badge that it is about: for a stack that is complete, the last one that it took."""
    achievement: str
    detail: str
    choices: list[Decision]
    created_at: datetime
    decision: str | None = None
    note: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None


class ReviewOut(Answer):
    """A review."""

    review: ReviewFields
    request_id: Annotated[str, Field(alias="request_id")]


class ReviewsOut(Answer):
    """Reviews, the oldest first. `next` is the address of the following page."""

    reviews: list[ReviewFields]
    next: str | None = None
    request_id: Annotated[str, Field(alias="request_id")]


@router.get("", summary="List what waits for a decision", responses=errors(401, 403, 422))
def list_reviews(
    request: Request,
    response: Response,
    context: ContextDep,
    client: ClientDep,
    *,
    decided: bool = False,
    limit: Limit = 20,
    cursor: Annotated[str | None, Query(pattern=_KEY)] = None,
) -> ReviewsOut:
    """Return what waits, or with `decided` what was decided, the oldest first."""
    client.must(_SCOPE)
    with context.database.read() as session:
        found = reviews.page(session, client.tenant_id, decided=decided, after=cursor or "", limit=limit + 1)
    following = None
    if len(found) > limit:
        parameters = {**dict(request.query_params), "cursor": found[limit - 1][0].id}
        following = f"{context.settings.public_url}/v1/reviews?{urlencode(parameters)}"
        response.headers["link"] = f'<{following}>; rel="next"'
    listed = [_shown(row) for row in found[:limit]]
    return ReviewsOut(reviews=listed, next=following, request_id=request.state.request_id)


@router.post(
    "/{review_id}",
    summary="Decide",
    responses=errors(401, 403, 404, 409, 413, 422, 503),
    openapi_extra=examples.body("ReviewDecision", people_examples.REVIEW_DECISION),
)
def decide_review(
    request: Request, context: ContextDep, client: ClientDep, review_id: ReviewId, body: DocumentBody
) -> ReviewOut:
    """Decide, and have done what follows: the stack is granted, or the badge withdrawn, when you read this.

    The same decision again changes nothing; another one is refused.
    """
    client.must(_SCOPE)
    given, request_id = fields.read(ReviewDecision, body), request.state.request_id
    reviewing.decide(context, review_id, Ruling(given.decision, given.note, client, request_id))
    with context.database.read() as session:
        found = reviews.by_id(session, client.tenant_id, review_id)
    return ReviewOut(review=_shown(found), request_id=request_id)


def _shown(row: Row[Review, str, str]) -> ReviewFields:
    found, award, code = row
    return ReviewFields(
        id=found.id,
        kind=found.kind,
        award=award,
        achievement=code,
        detail=found.detail,
        choices=list(reviewing.choices(found.kind)),
        created_at=found.created_at,
        decision=found.decision,
        note=found.note,
        decided_at=found.decided_at,
        decided_by=found.decided_by,
    )
