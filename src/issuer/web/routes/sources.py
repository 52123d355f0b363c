"""Where an issuer says which platforms speak to it, what their words mean, and mends what came to nothing."""

import json
from http import HTTPStatus
from typing import Annotated, Final

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request

from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.documents import Limits
from issuer.core.intake.mapping import MAX_RULES
from issuer.db import sources
from issuer.db.source_tables import SourceMapping
from issuer.services.clients import Client
from issuer.services.sources import directory, explaining, registering
from issuer.web import examples, inbox_forms, multipart, source_answers, source_examples
from issuer.web.dependencies import ClientDep, ContextDep, DocumentBody, RawBody, is_yaml
from issuer.web.openapi import errors
from issuer.web.places import Places
from issuer.web.source_answers import (
    DirectoryOut,
    ExplainedOut,
    MappingOut,
    NewSource,
    SourceChange,
    SourceDetailOut,
    SourceSecretOut,
    SourcesOut,
)

router = APIRouter(prefix="/v1/sources", tags=["sources"])

TESTS_AT_ONCE: Final = 2
"""How many messages are explained at once: people may be looked up for them."""

BODIES = (NewSource, SourceChange)
_SCOPE: Final = "sources:manage"
_DIRECTORY_BYTES: Final = 20_000_000
_MAPPING: Final = Limits(members=20_000, array=MAX_RULES)

Named = Annotated[str, Path(alias="name", pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", examples=["canvas"])]


@router.post(
    "",
    summary="Add a source; get its inbox and its secret",
    status_code=HTTPStatus.CREATED,
    responses=errors(401, 403, 409, 413, 422),
    openapi_extra=examples.body("NewSource", source_examples.NEW),
)
def add_source(
    request: Request, context: ContextDep, client: ClientDep, body: DocumentBody
) -> SourceSecretOut:
    """Add a platform that speaks a dialect of its own. The secret is shown this once.

    What it sends waits as dead letters until a mapping says what it means.
    """
    client.must(_SCOPE)
    given = fields.read(NewSource, body)
    made = registering.add(
        context,
        client.tenant_id,
        given.name,
        given.dialect,
        keys_url=given.keys_url,
        account=given.account,
        call=given.call,
    )
    with context.database.read() as session:
        shown = source_answers.shown(context, session, made.source)
    return SourceSecretOut(source=shown, secret=made.secret, request_id=request.state.request_id)


@router.get("", summary="List sources", responses=errors(401, 403))
def list_sources(request: Request, context: ContextDep, client: ClientDep) -> SourcesOut:
    """Return all sources of the issuer, by name."""
    client.must(_SCOPE)
    with context.database.read() as session:
        found = [
            source_answers.shown(context, session, each) for each in sources.every(session, client.tenant_id)
        ]
    return SourcesOut(sources=found, request_id=request.state.request_id)


@router.get("/{name}", summary="Read a source", responses=errors(401, 403, 404))
def read_source(request: Request, context: ContextDep, client: ClientDep, name: Named) -> SourceDetailOut:
    """Return a source, and how many dead letters wait."""
    client.must(_SCOPE)
    return _shown(request, context, client, name)


@router.patch(
    "/{name}",
    summary="Turn a source off and on, and say how its people are looked up",
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra=examples.body("SourceChange", source_examples.CHANGE),
)
def change_source(
    request: Request, context: ContextDep, client: ClientDep, name: Named, body: DocumentBody
) -> SourceDetailOut:
    """While a source is off, its inbox answers `404`, and nothing of what it sends is taken.

    With a `peopleUrl`, who is not in the directory is looked up there, and is in it from then on.
    """
    client.must(_SCOPE)
    given = fields.read(SourceChange, body)
    if given.changes_call:
        registering.look_up(context, client.tenant_id, name, given.call)
    if given.disabled is not None:
        registering.turn(context, client.tenant_id, name, off=given.disabled)
    return _shown(request, context, client, name)


@router.post("/{name}/rotate", summary="Replace a source's secret", responses=errors(401, 403, 404))
def rotate_source(request: Request, context: ContextDep, client: ClientDep, name: Named) -> SourceSecretOut:
    """Return a new secret, shown this once. The earlier one is good no more."""
    client.must(_SCOPE)
    made = registering.rotate(context, client.tenant_id, name)
    shown = _shown(request, context, client, name)
    return SourceSecretOut(source=shown.source, secret=made.secret, request_id=request.state.request_id)


@router.put(
    "/{name}/mapping",
    summary="Say what a source's competencies mean",
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra=examples.body("Mapping", source_examples.MAPPING, yaml=True),
)
def save_mapping(
    request: Request, context: ContextDep, client: ClientDep, name: Named, raw: RawBody
) -> MappingOut:
    """Save a mapping as the next version, which counts at once. Earlier versions are kept.

    Every rule names a competency by the platform's own id, and an achievement that can be awarded.
    """
    client.must(_SCOPE)
    body = documents.parse_yaml(raw, _MAPPING) if is_yaml(request) else documents.parse(raw, _MAPPING)
    saved = registering.save_mapping(context, client.tenant_id, name, body)
    return _mapping(saved, request)


@router.get("/{name}/mapping", summary="Read a source's mapping", responses=errors(401, 403, 404, 422))
def read_mapping(
    request: Request,
    context: ContextDep,
    client: ClientDep,
    name: Named,
    version: Annotated[int | None, Query(ge=1, le=100_000)] = None,
) -> MappingOut:
    """Return the newest version of a mapping, or the one that is asked for."""
    client.must(_SCOPE)
    with context.database.read() as session:
        source = sources.by_name(session, client.tenant_id, name)
        found = sources.mapping(session, client.tenant_id, source.id, version)
    if found is None:
        raise sources.UnknownSource(f"the source {name!r} has no such mapping")
    return _mapping(found, request)


@router.put(
    "/{name}/people",
    summary="Import a source's directory",
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra=source_examples.DIRECTORY_BODY,
)
async def import_people(
    request: Request,
    context: ContextDep,
    client: ClientDep,
    name: Named,
    add: Annotated[bool, Query(description="Keep whoever is not in the file.")] = False,  # noqa: FBT002
) -> DirectoryOut:
    """Import whom the source's ids mean: CSV with a header, `id`, `name`, `email`. OneRoster's users.csv too.

    It takes the place of the directory that was there. A file with a fault changes nothing.
    """
    client.must(_SCOPE)
    raw = await multipart.bounded(request, _DIRECTORY_BYTES)
    count = await anyio.to_thread.run_sync(_imported, context, client, name, raw, not add)
    return DirectoryOut(people=count, request_id=request.state.request_id)


@router.post(
    "/{name}/test",
    summary="Explain what a message would come to",
    responses=errors(401, 403, 404, 413, 422, 503),
    openapi_extra=source_examples.TEST_BODY,
)
async def try_source(
    request: Request, context: ContextDep, client: ClientDep, name: Named, raw: RawBody
) -> ExplainedOut:
    """Return which rule matches a message and why, which does not, and the badge before it is signed.

    Nothing is kept or issued.
    """
    client.must(_SCOPE)
    places: Places = request.app.state.explaining
    found = await places.run(
        lambda: explaining.explain(context, client.tenant_id, name, inbox_forms.message(raw))
    )
    return source_answers.explained(found, request.state.request_id)


def _imported(context: Context, client: Client, name: str, raw: bytes, whole: bool) -> int:  # noqa: FBT001
    return directory.save(context, client.tenant_id, name, directory.read(raw), whole=whole)


def _mapping(saved: SourceMapping, request: Request) -> MappingOut:
    return MappingOut(
        version=saved.number,
        created_at=saved.created_at,
        mapping=json.loads(saved.content),
        request_id=request.state.request_id,
    )


def _shown(request: Request, context: ContextDep, client: Client, name: str) -> SourceDetailOut:
    with context.database.read() as session:
        found = sources.by_name(session, client.tenant_id, name)
        shown = source_answers.shown(context, session, found)
    return SourceDetailOut(source=shown, request_id=request.state.request_id)
