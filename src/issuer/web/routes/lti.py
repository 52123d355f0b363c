"""What a platform of LTI 1.3 calls: the login, the launch, and what is published for its administrator."""

from typing import Annotated, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse

from issuer.context import Context
from issuer.core import ids
from issuer.errors import IssuerError
from issuer.services.lti import launching, registering, tool_keys
from issuer.services.lti.registering import Tool
from issuer.web import forms, launch_view, lti_answers
from issuer.web.dependencies import BaseDep, ContextDep, RawBody
from issuer.web.lti_answers import ToolOut
from issuer.web.multipart import UnreadableForm
from issuer.web.openapi import errors

router = APIRouter(prefix="/lti/{source}", tags=["lti"])

_MOST_FIELDS: Final = 50
_FOR_FIVE_MINUTES: Final = {"cache-control": "public, max-age=300"}

SourceId = Annotated[
    str, Path(alias="source", pattern=ids.PUBLIC_ID_PATTERN, examples=["3NbQw8sYzKxLr5vTgHc2Jd"])
]


def filled(raw: RawBody) -> dict[str, str]:
    """Return the fields of a form as browsers send it, or raise `UnreadableForm`."""
    try:
        found = parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise UnreadableForm("the form cannot be parsed") from error
    return {name: values[0] for name, values in found.items()}


FormDep = Annotated[dict[str, str], Depends(filled)]


@router.get("/login", include_in_schema=False)
def begin(request: Request, context: ContextDep, base: BaseDep, source: SourceId) -> Response:
    """Send the browser to the platform, which says who somebody is."""
    return _begun(request, context, base, source, dict(request.query_params))


@router.post("/login", include_in_schema=False)
def begin_by_form(
    request: Request, context: ContextDep, base: BaseDep, source: SourceId, form: FormDep
) -> Response:
    """Send the browser to the platform, which says who somebody is."""
    return _begun(request, context, base, source, form)


@router.post("/launch", include_in_schema=False)
def launch(request: Request, context: ContextDep, base: BaseDep, source: SourceId, form: FormDep) -> Response:
    """Return the badges of whoever followed the platform's link."""
    tool: Tool | None = None
    try:
        tool = _tool(request, context, base, source)
        found = launching.finish(context, tool, form, request.state.request_id)
        return launch_view.opened(request, context, tool, found)
    except IssuerError as error:
        return launch_view.refused(request, tool, error)


@router.get("/config", summary="What a platform's administrator enters there", responses=errors(404))
def read_config(context: ContextDep, base: BaseDep, source: SourceId) -> ToolOut:
    """Return the addresses of this tool, and the scopes that it asks for."""
    return lti_answers.tool(context, registering.at(context, source, base))


@router.get(
    "/jwks",
    summary="The key of this tool",
    response_class=Response,
    responses={
        200: {
            "description": "A JSON Web Key Set",
            "content": {"application/json": {"example": lti_answers.KEYS}},
        },
        **errors(404),
    },
)
def read_keys(context: ContextDep, base: BaseDep, source: SourceId) -> Response:
    """Return the key with which this tool signs, as platforms fetch it (RFC 7517)."""
    tool = registering.at(context, source, base)
    return JSONResponse({"keys": [tool_keys.public(context, tool.source)]}, headers=_FOR_FIVE_MINUTES)


def _begun(request: Request, context: Context, base: str, source_id: str, asked: dict[str, str]) -> Response:
    tool: Tool | None = None
    try:
        tool = _tool(request, context, base, source_id)
        place = launching.begin(context, tool, asked)
    except IssuerError as error:
        return launch_view.refused(request, tool, error)
    return Response(status_code=302, headers={**forms.NOT_KEPT, "location": place})


def _tool(request: Request, context: Context, base: str, source_id: str) -> Tool:
    found = registering.at(context, source_id, base)
    request.state.tenant_id = found.tenant.id
    return found
