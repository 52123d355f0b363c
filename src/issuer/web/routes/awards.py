"""Find awards, correct them, withdraw them, put them on hold."""

from collections.abc import Callable
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from issuer.context import Context
from issuer.core import fields, ids
from issuer.core.fields import Prose
from issuer.core.intake.correction import Correction
from issuer.core.status.standing import Summary
from issuer.db import credentials, editions, tenants
from issuer.services import revoke
from issuer.services.after_award import reissue
from issuer.services.clients import Client
from issuer.services.revoke import Change
from issuer.web import answers, examples, people_examples
from issuer.web.dependencies import ClientDep, ContextDep, DocumentBody
from issuer.web.openapi import errors

router = APIRouter(prefix="/v1/awards", tags=["awards"])

AwardId = Annotated[str, Path(pattern=ids.PUBLIC_ID_PATTERN, examples=["7HqyV2cWmX4tKfRz9aBnPd"])]
Limit = Annotated[int, Query(ge=1, le=100)]


class StatusChange(fields.Strict):
    """Why a badge is withdrawn or put on hold. The reason is public, the note is not.

    `replacedBy`, with the reason `replaced` alone, is the id of the newer award of the same person.
    """

    reason: (
        Literal[
            "issued_in_error",
            "replaced",
            "holder_request",
            "requirements_not_met",
            "authority_ended",
            "other",
        ]
        | None
    ) = None
    note: Prose | None = None
    replaced_by: Annotated[str, Field(pattern=ids.PUBLIC_ID_PATTERN)] | None = None


@router.get("", summary="Search awards", responses=errors(401, 403, 422))
def search_awards(
    request: Request,
    response: Response,
    context: ContextDep,
    client: ClientDep,
    query: Annotated[str | None, Query(max_length=300, pattern=fields.NO_CONTROLS)] = None,
    achievement: Annotated[str | None, Query(max_length=64, pattern=fields.NO_CONTROLS)] = None,
    status: Summary | None = None,
    limit: Limit = 20,
    cursor: Annotated[str | None, Query(pattern="^[0-9a-f-]{36}$")] = None,
) -> answers.AwardsOut:
    """Return awards, withdrawn and expired ones too, the newest first.

    `query` is an award's id, an e-mail address or other identifier of the person, or part of a name.
    """
    client.must("awards:read")
    now = context.clock()
    with context.database.read() as session:
        found = credentials.search(
            session, client.tenant_id, now=now, limit=limit + 1, before=cursor,
            query=query, code=achievement, state=status,
        )  # fmt: skip
        addresses = context.addresses(tenants.by_id(session, client.tenant_id))
    following = None
    if len(found) > limit:
        parameters = {**dict(request.query_params), "cursor": found[limit - 1][0].id}
        following = f"{context.settings.public_url}/v1/awards?{urlencode(parameters)}"
        response.headers["link"] = f'<{following}>; rel="next"'
    listed = [answers.award_out(addresses, award, now) for award in found[:limit]]
    return answers.AwardsOut(awards=listed, next=following, request_id=request.state.request_id)


@router.get("/{award_id}", summary="Read an award and its history", responses=errors(401, 403, 404))
def read_award(
    request: Request, context: ContextDep, client: ClientDep, award_id: AwardId
) -> answers.AwardDetailOut:
    """Return an award, its addresses, and what happened to it."""
    client.must("awards:read")
    return _detail(context, client, award_id, request.state.request_id)


@router.post(
    "/{award_id}/reissue",
    summary="Correct a badge",
    responses=errors(401, 403, 404, 409, 413, 422, 503),
    openapi_extra=examples.body("Correction", people_examples.CORRECTION),
)
def reissue_award(
    request: Request, context: ContextDep, client: ClientDep, award_id: AwardId, body: DocumentBody
) -> answers.AwardDetailOut:
    """Sign a corrected badge at the same address: a name, dates, results or an end that were wrong.

    The date of the award stays. The earlier file is withdrawn from now on, and replaced by this one. What
    changes nothing makes no new file.
    """
    client.must("awards:manage")
    given, request_id = fields.read(Correction, body), request.state.request_id
    reissue.reissue(context, client, award_id, given, request_id=request_id)
    request.state.outcome = "reissue"
    return _detail(context, client, award_id, request_id)


def _detail(context: Context, client: Client, award_id: str, request_id: str) -> answers.AwardDetailOut:
    with context.database.read() as session:
        found = credentials.award(session, client.tenant_id, award_id)
        tenant = tenants.by_id(session, client.tenant_id)
        history = credentials.history(session, client.tenant_id, found[0].id)
        former = editions.former(session, client.tenant_id, award_id)
    return answers.detail_out(context, tenant, found, request_id, history=history, former=former)


def _change_route(what: Change) -> Callable[..., answers.AwardDetailOut]:
    def change_status(
        request: Request, context: ContextDep, client: ClientDep, award_id: AwardId, body: DocumentBody
    ) -> answers.AwardDetailOut:
        client.must("awards:manage")
        given = fields.read(StatusChange, body)
        request_id = request.state.request_id
        revoke.change(
            context, client, award_id, what, reason=given.reason, note=given.note, request_id=request_id,
            replaced_by=given.replaced_by,
        )  # fmt: skip
        request.state.outcome = what
        return _detail(context, client, award_id, request_id)

    return change_status


_CHANGES: tuple[tuple[Change, str, str], ...] = (
    (
        "revoke",
        "Withdraw a badge for good",
        "It shows on the page at once and in the status list within a minute.",
    ),
    ("suspend", "Put a badge on hold", "Strangers see it only where `holdVisibleToStrangers` is true."),
    ("reinstate", "Lift a hold", "A withdrawal can't be lifted: issue a new badge instead."),
)

for _what, _summary, _description in _CHANGES:
    router.add_api_route(
        f"/{{award_id}}/{_what}",
        _change_route(_what),
        methods=["POST"],
        name=f"{_what}_award",
        operation_id=f"{_what}_award",
        summary=_summary,
        description=_description,
        responses=errors(401, 403, 404, 409, 413, 422),
        openapi_extra=examples.body("StatusChange", examples.STATUS_CHANGE),
    )
