"""Links to evidence that is not public: granted by the issuer, opened by whoever has one."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field

from issuer.core import documents, fields, ids
from issuer.services import evidence
from issuer.web import definition_examples, examples
from issuer.web.answers import Answer
from issuer.web.dependencies import ClientDep, ContextDep, RawBody
from issuer.web.openapi import errors
from issuer.web.routes.awards import AwardId

router = APIRouter(tags=["awards"])

Number = Annotated[int, Path(ge=0, le=1_000, description="Its place in the badge, from 0.")]


class NewEvidenceLink(fields.Strict):
    """For how many days the link is good."""

    days: Annotated[int, Field(ge=1, le=evidence.MAX_DAYS)] = 7


class EvidenceLinkOut(Answer):
    """A link to a piece of evidence, and until when it is good."""

    evidence_url: str
    evidence_url_expires: datetime
    request_id: Annotated[str, Field(alias="request_id")]


@router.post(
    "/v1/awards/{award_id}/evidence/{number}/link",
    summary="Get a link to a piece of evidence that is not public",
    status_code=HTTPStatus.CREATED,
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra=examples.body("NewEvidenceLink", definition_examples.EVIDENCE_LINK),
)
def make_evidence_link(
    request: Request, context: ContextDep, client: ClientDep, award_id: AwardId, number: Number, raw: RawBody
) -> EvidenceLinkOut:
    """Return a link that expires, to where the platform said that the evidence is. The body may be left out.

    It leads there and no further: whether whoever follows it may see it, that place decides.
    """
    client.must("awards:manage")
    given = fields.read(NewEvidenceLink, documents.parse(raw) if raw.strip() else {})
    made = evidence.grant(context, client, award_id, number, days=given.days)
    return EvidenceLinkOut(
        evidence_url=made.url, evidence_url_expires=made.expires, request_id=request.state.request_id
    )


@router.get("/b/{public_id}/evidence/{number}", include_in_schema=False)
def open_evidence(
    context: ContextDep,
    public_id: Annotated[str, Path(pattern=ids.PUBLIC_ID_PATTERN)],
    number: Number,
    t: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Lead to a piece of evidence. Nobody on the way learns where from."""
    headers = {"cache-control": "no-store", "x-robots-tag": "noindex"}
    return RedirectResponse(evidence.opened(context, public_id, number, t), HTTPStatus.FOUND, headers)
