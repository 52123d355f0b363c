"""What can be looked at of a definition before it is published, and by whoever sends events for it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from issuer.services import definitions
from issuer.web import definition_examples
from issuer.web.answers import Answer
from issuer.web.dependencies import ClientDep, ContextDep
from issuer.web.openapi import errors
from issuer.web.routes.achievements import Code, may_read, tenant_of

router = APIRouter(prefix="/v1/achievements", tags=["achievements"])

_SCHEMA: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A JSON Schema of draft 2020-12",
        "content": {
            "application/schema+json": {
                "schema": {"type": "object"},
                "example": definition_examples.EVENT_SCHEMA,
            }
        },
    }
}

Version = Annotated[int | None, Query(ge=1, le=100_000)]


class PreviewOut(Answer):
    """The Achievement as it would be signed into badges, and the number of its version."""

    number: int
    document: dict[str, Any]
    request_id: Annotated[str, Field(alias="request_id")]


class ChangeOut(Answer):
    """One place that differs (RFC 6901). Null stands for what is not there."""

    pointer: str
    before: Any
    after: Any


class DifferenceOut(Answer):
    """What differs between two versions."""

    changes: list[ChangeOut]
    request_id: Annotated[str, Field(alias="request_id")]


@router.get(
    "/{code}/schema",
    summary="The JSON Schema of an achievement's event",
    response_class=JSONResponse,
    responses={**_SCHEMA, **errors(401, 403, 404, 422)},
)
def read_schema(context: ContextDep, client: ClientDep, code: Code, version: Version = None) -> JSONResponse:
    """Return what an event for it has to be: its criteria and levels, its evidence, what has to be there.

    What the schema forbids is refused; what it allows may still be, for what no schema can say.
    """
    may_read(client)
    found = definitions.schema(context, tenant_of(context, client), code, version)
    return JSONResponse(found, media_type="application/schema+json")


@router.get("/{code}/preview", summary="What a draft would publish", responses=errors(401, 403, 404))
def read_preview(request: Request, context: ContextDep, client: ClientDep, code: Code) -> PreviewOut:
    """Return the Achievement as the draft would sign it into badges. Without a draft, as it is."""
    may_read(client)
    number, document = definitions.preview(context, tenant_of(context, client), code)
    return PreviewOut(number=number, document=document, request_id=request.state.request_id)


@router.get("/{code}/diff", summary="What differs between two versions", responses=errors(401, 403, 404, 422))
def read_difference(
    request: Request,
    context: ContextDep,
    client: ClientDep,
    code: Code,
    earlier: Annotated[int | None, Query(alias="from", ge=1, le=100_000)] = None,
    later: Annotated[int | None, Query(alias="to", ge=1, le=100_000)] = None,
) -> DifferenceOut:
    """Return each place that differs, with what stood there before and after.

    Without numbers, what the draft would change; without a draft, what the newest version changed.
    """
    may_read(client)
    found = definitions.difference(context, tenant_of(context, client), code, earlier, later)
    changes = [ChangeOut(pointer=each.pointer, before=each.before, after=each.after) for each in found]
    return DifferenceOut(changes=changes, request_id=request.state.request_id)
