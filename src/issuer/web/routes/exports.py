"""Where a district agrees with agencies on what they are given."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request

from issuer.core import fields
from issuer.db import export_receipts, exports
from issuer.services.exports import profiles
from issuer.web import examples, export_answers, export_examples
from issuer.web.dependencies import ClientDep, ContextDep, DocumentBody
from issuer.web.export_answers import DownloadsOut, ExportChange, ExportOut, ExportsOut
from issuer.web.openapi import errors
from issuer.web.routes.awards import Limit

router = APIRouter(prefix="/v1/exports", tags=["exports"])

BODIES: Final = (ExportChange,)

Named = Annotated[str, Path(alias="name", pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", examples=["us-pa"])]


@router.get("", summary="List export profiles", responses=errors(401, 403))
def list_exports(request: Request, context: ContextDep, client: ClientDep) -> ExportsOut:
    """Return all profiles of the issuer, by name."""
    client.must(profiles.MANAGE)
    with context.database.read() as session:
        found = [profiles.of_row(session, each) for each in exports.every(session, client.tenant_id)]
    listed = [export_answers.shown(context, each) for each in found]
    return ExportsOut(exports=listed, request_id=request.state.request_id)


@router.put(
    "/{name}",
    summary="Agree on an export profile",
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra=examples.body("ExportProfile", export_examples.PROFILE, yaml=True),
)
def save_export(
    request: Request, context: ContextDep, client: ClientDep, name: Named, body: DocumentBody
) -> ExportOut:
    """Save a profile as its next version, which counts at once.

    Whoever read by an earlier version gets all of the new one, and a tombstone for what left its scope.
    """
    client.must(profiles.MANAGE)
    saved = profiles.save(context, client.tenant_id, name, body)
    return ExportOut(export=export_answers.shown(context, saved), request_id=request.state.request_id)


@router.get("/{name}", summary="Read an export profile", responses=errors(401, 403, 404))
def read_export(request: Request, context: ContextDep, client: ClientDep, name: Named) -> ExportOut:
    """Return a profile, to its own client too."""
    found = profiles.opened(context, client, name)
    return ExportOut(export=export_answers.shown(context, found), request_id=request.state.request_id)


@router.patch(
    "/{name}",
    summary="Turn an export off and on",
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra=examples.body("ExportChange", export_examples.CHANGE),
)
def change_export(
    request: Request, context: ContextDep, client: ClientDep, name: Named, body: DocumentBody
) -> ExportOut:
    """While a profile is off, nothing of it can be read."""
    client.must(profiles.MANAGE)
    changed = profiles.turn(context, client.tenant_id, name, off=fields.read(ExportChange, body).disabled)
    return ExportOut(export=export_answers.shown(context, changed), request_id=request.state.request_id)


@router.get("/{name}/receipts", summary="List what the agency answered", responses=errors(401, 403, 404, 422))
def list_receipts(
    request: Request,
    context: ContextDep,
    client: ClientDep,
    name: Named,
    outcome: export_answers.OutcomeAsked = "rejected",
    after: Annotated[str, Query(pattern="^[1-9A-Za-z]{0,22}$")] = "",
    limit: Limit = 100,
) -> export_answers.ReceiptsOut:
    """Return how many badges have which outcome, and those with one of them, each with the next step."""
    client.must(profiles.MANAGE)
    with context.database.read() as session:
        row = exports.by_name(session, client.tenant_id, name)
        counts = export_receipts.counts(session, client.tenant_id, row.id)
        found = export_receipts.page(session, client.tenant_id, row.id, outcome, after=after, limit=limit + 1)
    place = f"{context.settings.public_url}/v1/exports/{name}/receipts?outcome={outcome}&limit={limit}"
    return export_answers.ReceiptsOut(
        counts=[export_answers.count(each) for each in counts],
        receipts=[export_answers.receipt(each) for each in found[:limit]],
        next=f"{place}&after={found[limit - 1].credential}" if len(found) > limit else None,
        request_id=request.state.request_id,
    )


@router.get("/{name}/downloads", summary="List who fetched what", responses=errors(401, 403, 404, 422))
def list_downloads(
    request: Request, context: ContextDep, client: ClientDep, name: Named, limit: Limit = 100
) -> DownloadsOut:
    """Return the audit log of an export, the newest first."""
    client.must(profiles.MANAGE)
    with context.database.read() as session:
        row = exports.by_name(session, client.tenant_id, name)
        found = exports.downloads(session, client.tenant_id, row.id, limit)
    listed = [export_answers.download(each) for each in found]
    return DownloadsOut(downloads=listed, request_id=request.state.request_id)
