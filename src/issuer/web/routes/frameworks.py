"""Where an issuer keeps the competency frameworks that its achievements refer to."""

from typing import Annotated, Final

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request
from pydantic import Field

from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.awarding import frameworks as core
from issuer.core.documents import Limits
from issuer.db import frameworks as query
from issuer.services import frameworks
from issuer.services.clients import Client
from issuer.web import definition_examples, multipart
from issuer.web.answers import Answer
from issuer.web.dependencies import ClientDep, ContextDep
from issuer.web.openapi import errors
from issuer.web.routes.achievements import may_read

router = APIRouter(prefix="/v1/frameworks", tags=["achievements"])

_LIMITS: Final = Limits(size=20_000_000, members=3_000_000, array=200_000)

Named = Annotated[str, Path(alias="name", max_length=200, pattern=fields.NO_CONTROLS, examples=["InTASC"])]


class FrameworkOut(Answer):
    """A framework, and how many items it has."""

    name: str
    items: int


class FrameworkImportedOut(FrameworkOut):
    """A framework that was imported."""

    request_id: Annotated[str, Field(alias="request_id")]


class FrameworksOut(Answer):
    """All frameworks of an issuer."""

    frameworks: list[FrameworkOut]
    request_id: Annotated[str, Field(alias="request_id")]


class ItemOut(Answer):
    """One competency, as an alignment names it."""

    framework: str
    code: str
    statement: str
    uri: str


class ItemsOut(Answer):
    """Items that were found."""

    items: list[ItemOut]
    request_id: Annotated[str, Field(alias="request_id")]


@router.get("", summary="List frameworks", responses=errors(401, 403))
def list_frameworks(request: Request, context: ContextDep, client: ClientDep) -> FrameworksOut:
    """Return all frameworks that were imported, by name."""
    may_read(client)
    with context.database.read() as session:
        found = [
            FrameworkOut(name=row.name, items=count) for row, count in query.every(session, client.tenant_id)
        ]
    return FrameworksOut(frameworks=found, request_id=request.state.request_id)


@router.get("/items", summary="Search the items of frameworks", responses=errors(401, 403, 422))
def search_items(
    request: Request,
    context: ContextDep,
    client: ClientDep,
    q: Annotated[str, Query(max_length=200, pattern=fields.NO_CONTROLS)] = "",
    framework: Annotated[str | None, Query(max_length=200, pattern=fields.NO_CONTROLS)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> ItemsOut:
    """Return items whose code or statement has every word of `q` in it."""
    may_read(client)
    found = frameworks.search(context, client.tenant_id, q, framework, limit)
    items = [
        ItemOut(framework=name, code=item.code, statement=item.statement, uri=item.uri)
        for item, name in found
    ]
    return ItemsOut(items=items, request_id=request.state.request_id)


@router.put(
    "/{name}",
    summary="Import a framework",
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra=definition_examples.FRAMEWORK_BODY,
)
async def import_framework(
    request: Request, context: ContextDep, client: ClientDep, name: Named
) -> FrameworkImportedOut:
    """Import a CASE 1.0 package as JSON, or CSV with `code`, `statement` and `url`.

    It takes the place of what was there. An alignment may then name the framework and the code alone.
    """
    client.must("achievements:write")
    raw = await multipart.bounded(request, _LIMITS.size)
    count = await anyio.to_thread.run_sync(_imported, context, client, name, raw)
    return FrameworkImportedOut(name=name, items=count, request_id=request.state.request_id)


@router.delete("/{name}", summary="Remove a framework", responses=errors(401, 403, 404))
def remove_framework(
    request: Request, context: ContextDep, client: ClientDep, name: Named
) -> FrameworkImportedOut:
    """Remove a framework. What was published with it stays as it is."""
    client.must("achievements:write")
    with context.database.write.begin() as session:
        query.remove(session, client.tenant_id, name)
    return FrameworkImportedOut(name=name, items=0, request_id=request.state.request_id)


def _imported(context: Context, client: Client, name: str, raw: bytes) -> int:
    is_json = raw.lstrip()[:1] == b"{"
    items = core.of_case(documents.parse(raw, _LIMITS)) if is_json else core.of_csv(raw)
    return frameworks.save(context, client.tenant_id, name, items)
