"""Define, publish and retire pathways, and see how far a person is with them."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.documents import Document
from issuer.core.intake import person_ref
from issuer.db import credentials, pathways, tenants
from issuer.db.public_tables import Pathway, PathwayVersion
from issuer.db.tables import Tenant
from issuer.services import pathways as service
from issuer.services import trials
from issuer.services.after_award import whom
from issuer.services.clients import Client
from issuer.services.stacks import everybody
from issuer.web import examples, progress_answers
from issuer.web.answers import Answer
from issuer.web.dependencies import ClientDep, ContextDep, DocumentBody
from issuer.web.openapi import errors
from issuer.web.routes.awards import AwardId

router = APIRouter(prefix="/v1", tags=["pathways"])

Code = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", examples=["AFL-SPECIALIST"])]
Person = Annotated[str, Path(max_length=300, pattern=fields.NO_CONTROLS, examples=["rosa@alder.example"])]


class PathwayVersionOut(Answer):
    """A published version: the document as it is served to anybody."""

    number: int
    published_at: datetime
    document: dict[str, Any]


class PathwayOut(Answer):
    """A pathway: the draft being worked on, and its newest published version."""

    code: str
    url: str
    retired: bool
    draft: dict[str, Any] | None = None
    current: PathwayVersionOut | None = None
    would_earn: int | None = None
    """After a dry run: how many people would earn it at this moment."""
    request_id: Annotated[str, Field(alias="request_id")]


class GrantedOut(Answer):
    """To how many people a pathway was granted, those of whom somebody has to decide among them."""

    granted: int
    request_id: Annotated[str, Field(alias="request_id")]


class PathwaySummary(Answer):
    """A pathway in a list."""

    code: str
    url: str
    retired: bool
    has_draft: bool
    version: int | None = None


class PathwaysOut(Answer):
    """Pathways by code. `next` is the address of the following page."""

    pathways: list[PathwaySummary]
    next: str | None = None
    request_id: Annotated[str, Field(alias="request_id")]


@router.get("/pathways", summary="List pathways", responses=errors(401, 403, 422))
def list_pathways(
    request: Request,
    response: Response,
    context: ContextDep,
    client: ClientDep,
    after: Annotated[str, Query(max_length=64, pattern=fields.NO_CONTROLS)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> PathwaysOut:
    """Return every pathway of the issuer, drafts and retired ones too, by code."""
    _may_read(client)
    with context.database.read() as session:
        tenant = tenants.by_id(session, client.tenant_id)
        found = pathways.page(session, client.tenant_id, after=after, limit=limit + 1)
    addresses = context.addresses(tenant)
    listed = [
        PathwaySummary(
            code=row.code,
            url=addresses.pathway(row.code),
            retired=row.retired_at is not None,
            has_draft=row.draft is not None,
            version=number,
        )
        for row, number in found[:limit]
    ]
    following = None
    if len(found) > limit:
        following = f"{context.settings.public_url}/v1/pathways?after={listed[-1].code}&limit={limit}"
        response.headers["link"] = f'<{following}>; rel="next"'
    return PathwaysOut(pathways=listed, next=following, request_id=request.state.request_id)


@router.get("/pathways/{code}", summary="Read a pathway", responses=errors(401, 403, 404))
def read_pathway(request: Request, context: ContextDep, client: ClientDep, code: Code) -> PathwayOut:
    """Return a pathway's draft and its newest published version."""
    _may_read(client)
    with context.database.read() as session:
        tenant = tenants.by_id(session, client.tenant_id)
        found = pathways.by_code(session, client.tenant_id, code)
        newest = pathways.newest(session, client.tenant_id, found.id)
    return _out(context, tenant, found, newest, request.state.request_id)


@router.put(
    "/pathways/{code}",
    summary="Save a pathway's definition as a draft",
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra=examples.body("PathwayDefinition", examples.PATHWAY, yaml=True),
)
def save_pathway(
    request: Request, context: ContextDep, client: ClientDep, code: Code, body: DocumentBody
) -> PathwayOut:
    """Save the definition, JSON or YAML. Nobody sees it until it is published.

    A rule is refused where nobody could satisfy it, and where it names a badge that is not awarded.
    """
    client.must("achievements:write")
    service.save(context, _tenant(context, client), code, body)
    return read_pathway(request, context, client, code)


@router.post(
    "/pathways/{code}/publish",
    summary="Publish the draft as the next version",
    responses=errors(401, 403, 404, 409, 422),
)
def publish_pathway(
    request: Request, context: ContextDep, client: ClientDep, code: Code, *, dry_run: bool = False
) -> PathwayOut:
    """Publish. A published version never changes. It is refused if a badge was retired meanwhile.

    With `dry_run` nothing is published: `wouldEarn` is how many people have all that the draft takes.
    """
    client.must("achievements:write")
    if not dry_run:
        tenant = _tenant(context, client)
        service.publish(context, tenant, code)
        trials.keep_up(context, tenant)
        return read_pathway(request, context, client, code)
    found = read_pathway(request, context, client, code)
    draft = documents.text(found.draft) if found.draft else None
    count = everybody.would_earn(context, client.tenant_id, code, draft=draft)
    return found.model_copy(update={"would_earn": count})


@router.post(
    "/pathways/{code}/grant",
    summary="Grant a pathway to everybody who has completed it",
    responses=errors(401, 403, 404, 503),
)
def grant_pathway(request: Request, context: ContextDep, client: ClientDep, code: Code) -> GrantedOut:
    """Grant, or ask for a decision, as the pathway says, for people who had its badges before it was offered.

    Once more grants nothing again. A dry run of publishing tells beforehand how many these are.
    """
    client.must("awards:manage")
    request_id = request.state.request_id
    count = everybody.grant_all(context, client.tenant_id, code, actor=client.id, request_id=request_id)
    return GrantedOut(granted=count, request_id=request_id)


@router.post("/pathways/{code}/retire", summary="Stop offering a pathway", responses=errors(401, 403, 404))
def retire_pathway(request: Request, context: ContextDep, client: ClientDep, code: Code) -> PathwayOut:
    """Retire. Its page stays and says so; publishing again brings the pathway back."""
    client.must("achievements:write")
    service.retire(context, _tenant(context, client), code)
    return read_pathway(request, context, client, code)


@router.get(
    "/awards/{award_id}/pathways",
    summary="How far an award's person is with pathways",
    responses=errors(401, 403, 404),
)
def read_progress(
    request: Request, context: ContextDep, client: ClientDep, award_id: AwardId
) -> progress_answers.ProgressesOut:
    """Return every pathway to which a badge of the award's person counts: what there is, and what is left.

    Show it to that person alone: it tells what they still work on.
    """
    client.must("awards:read")
    with context.database.read() as session:
        tenant = tenants.by_id(session, client.tenant_id)
        recipient_id = credentials.award(session, client.tenant_id, award_id)[0].recipient_id
    found = service.progress_of(context, tenant.id, recipient_id)
    return progress_answers.progresses_out(found, context.addresses(tenant), request.state.request_id)


@router.get(
    "/recipients/{person}/pathways",
    summary="How far a person is with pathways",
    responses=errors(401, 403, 404, 422),
)
def read_progress_of(
    request: Request, context: ContextDep, client: ClientDep, person: Person
) -> progress_answers.ProgressesOut:
    """Return every pathway to which a badge of a person counts: what there is, what is left, what is next.

    The person is named by an e-mail address, a DID or an award's id.
    """
    client.must("awards:read")
    with context.database.read() as session:
        tenant = tenants.by_id(session, client.tenant_id)
        recipient_id = whom.whom(session, client, person_ref.named(person))
    found = service.progress_of(context, tenant.id, recipient_id)
    return progress_answers.progresses_out(found, context.addresses(tenant), request.state.request_id)


def _may_read(client: Client) -> None:
    """Let anybody who may issue or define read definitions."""
    if not {"achievements:write", "events:write"} & client.scopes:
        client.must("awards:read")


def _tenant(context: Context, client: Client) -> Tenant:
    with context.database.read() as session:
        return tenants.by_id(session, client.tenant_id)


def _out(
    context: Context, tenant: Tenant, found: Pathway, newest: PathwayVersion | None, request_id: str
) -> PathwayOut:
    return PathwayOut(
        code=found.code,
        url=context.addresses(tenant).pathway(found.code),
        retired=found.retired_at is not None,
        draft=_document(found.draft) if found.draft else None,
        current=newest
        and PathwayVersionOut(
            number=newest.number,
            published_at=newest.published_at,
            document=_document(newest.definition),
        ),
        request_id=request_id,
    )


def _document(text: str) -> Document:
    found: Document = json.loads(text)
    return found
