"""Define, publish and retire achievements."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from issuer.context import Context
from issuer.core import fields
from issuer.db import achievements, tenants
from issuer.db.tables import Achievement, AchievementVersion, Tenant
from issuer.services import achievements as service
from issuer.services import trials
from issuer.services.clients import Client
from issuer.web import examples
from issuer.web.answers import Answer
from issuer.web.dependencies import ClientDep, ContextDep, DocumentBody
from issuer.web.openapi import errors

router = APIRouter(prefix="/v1/achievements", tags=["achievements"])

Code = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", examples=["MC-FEEDBACK"])]


class VersionOut(Answer):
    """A published version."""

    number: int
    published_at: datetime
    definition: dict[str, Any]
    document: Annotated[dict[str, Any], Field(description="The Achievement as it is signed into badges")]


class AchievementOut(Answer):
    """An achievement: the draft being worked on, and its newest published version."""

    code: str
    url: str
    retired: bool
    draft: dict[str, Any] | None = None
    current: VersionOut | None = None
    request_id: Annotated[str, Field(alias="request_id")]


class AchievementSummary(Answer):
    """An achievement in a list."""

    code: str
    url: str
    retired: bool
    has_draft: bool
    version: int | None = None


class AchievementsOut(Answer):
    """Achievements by code. `next` is the address of the following page."""

    achievements: list[AchievementSummary]
    next: str | None = None
    request_id: Annotated[str, Field(alias="request_id")]


@router.get("", summary="List achievements", responses=errors(401, 403, 422))
def list_achievements(
    request: Request,
    response: Response,
    context: ContextDep,
    client: ClientDep,
    after: Annotated[str, Query(max_length=64, pattern=fields.NO_CONTROLS)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> AchievementsOut:
    """Return every achievement of the issuer, drafts and retired ones too, by code."""
    may_read(client)
    with context.database.read() as session:
        tenant = tenants.by_id(session, client.tenant_id)
        found = achievements.page(session, client.tenant_id, after=after, limit=limit + 1)
    addresses = context.addresses(tenant)
    listed = [
        AchievementSummary(
            code=row.code,
            url=addresses.achievement(row.code),
            retired=row.retired_at is not None,
            has_draft=row.draft is not None,
            version=number,
        )
        for row, number in found[:limit]
    ]
    following = None
    if len(found) > limit:
        following = f"{context.settings.public_url}/v1/achievements?after={listed[-1].code}&limit={limit}"
        response.headers["link"] = f'<{following}>; rel="next"'
    return AchievementsOut(achievements=listed, next=following, request_id=request.state.request_id)


@router.get("/{code}", summary="Read an achievement", responses=errors(401, 403, 404))
def read_achievement(request: Request, context: ContextDep, client: ClientDep, code: Code) -> AchievementOut:
    """Return an achievement's draft and its newest published version."""
    may_read(client)
    with context.database.read() as session:
        tenant = tenants.by_id(session, client.tenant_id)
        found = achievements.by_code(session, client.tenant_id, code)
        newest = achievements.version(session, client.tenant_id, found.id)
    return _out(context, tenant, found, newest, request.state.request_id)


@router.put(
    "/{code}",
    summary="Save an achievement's definition as a draft",
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra=examples.body("Definition", examples.DEFINITION, yaml=True),
)
def save_achievement(
    request: Request, context: ContextDep, client: ClientDep, code: Code, body: DocumentBody
) -> AchievementOut:
    """Save the definition, JSON or YAML. Nothing changes for badges until it is published."""
    client.must("achievements:write")
    tenant = tenant_of(context, client)
    found = service.save(context, tenant, code, body)
    with context.database.read() as session:
        newest = achievements.version(session, client.tenant_id, found.id)
    return _out(context, tenant, found, newest, request.state.request_id)


@router.post(
    "/{code}/publish", summary="Publish the draft as the next version", responses=errors(401, 403, 404, 409)
)
def publish_achievement(
    request: Request, context: ContextDep, client: ClientDep, code: Code
) -> AchievementOut:
    """Publish. A published version never changes; awards keep the version that was signed into them."""
    client.must("achievements:write")
    tenant = tenant_of(context, client)
    service.publish(context, tenant, code)
    trials.keep_up(context, tenant)
    return read_achievement(request, context, client, code)


@router.post("/{code}/retire", summary="Stop awarding an achievement", responses=errors(401, 403, 404))
def retire_achievement(
    request: Request, context: ContextDep, client: ClientDep, code: Code
) -> AchievementOut:
    """Retire. What was awarded stays as it is; publishing again brings the achievement back."""
    client.must("achievements:write")
    service.retire(context, tenant_of(context, client), code)
    return read_achievement(request, context, client, code)


def may_read(client: Client) -> None:
    """Let anybody who may issue or define read definitions."""
    if not {"achievements:write", "events:write"} & client.scopes:
        client.must("awards:read")


def tenant_of(context: Context, client: Client) -> Tenant:
    """Return the issuer of whoever is calling."""
    with context.database.read() as session:
        return tenants.by_id(session, client.tenant_id)


def _out(
    context: Context, tenant: Tenant, found: Achievement, newest: AchievementVersion | None, request_id: str
) -> AchievementOut:
    current = newest and VersionOut(
        number=newest.number,
        published_at=newest.published_at,
        definition=json.loads(newest.definition),
        document=json.loads(newest.document),
    )
    return AchievementOut(
        code=found.code,
        url=context.addresses(tenant).achievement(found.code),
        retired=found.retired_at is not None,
        draft=json.loads(found.draft) if found.draft else None,
        current=current,
        request_id=request_id,
    )
