"""What an agency reads of its export each night, and what it answers."""

from typing import Annotated, Any, Final, Literal

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from issuer.context import Context
from issuer.core.exchange.exports import describing, manifest
from issuer.db import exports
from issuer.services.exports import answering, feed, fetching, manifests, profiles, reconciling
from issuer.services.exports.manifests import ExportOrdered, Manifest
from issuer.services.exports.profiles import Export
from issuer.services.webhooks import announcing
from issuer.web import examples, export_answers, export_examples, forms, multipart, ranges
from issuer.web.dependencies import ClientDep, ContextDep
from issuer.web.export_answers import ChangesOut, ManifestOut, ReceiptsTakenOut, ReconciliationOut
from issuer.web.openapi import errors
from issuer.web.ranges import Sent
from issuer.web.routes.exports import Named

router = APIRouter(prefix="/v1/exports/{name}", tags=["exports"])

_PRIVATE: Final = {"cache-control": "private, no-store", "x-robots-tag": "noindex"}
_KEPT: Final = {"cache-control": "private, max-age=604800, immutable", "x-robots-tag": "noindex"}
_RECEIPTS_BYTES: Final = 50_000_000
_ANY: Final[dict[int | str, dict[str, Any]]] = {
    202: {"description": "The full export is being made: ask again after `Retry-After`"},
    304: {"description": "It is the one that `If-None-Match` names"},
}
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file, byte for byte as its digest says",
        "content": {"application/gzip": {"schema": {"type": "string", "format": "binary"}, "example": "…"}},
    },
    206: {"description": "The range that was asked for"},
    304: {"description": "It is the one that `If-None-Match` names"},
    416: {"description": "There is no such range"},
}
_JSON: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The description",
        "content": {"application/json": {"schema": {"type": "object"}, "example": export_examples.SCHEMA}},
    }
}

Cursor = Annotated[str | None, Query(max_length=100, description="How far you have read; none for all of it")]


@router.get(
    "/manifest",
    summary="Get what is to be fetched",
    responses={**_ANY, **errors(401, 403, 404, 410, 422, 503)},
    response_model=ManifestOut,
)
def read_manifest(
    request: Request,
    context: ContextDep,
    client: ClientDep,
    name: Named,
    cursor: Cursor = None,
    mode: Annotated[Literal["sample"] | None, Query(description="A hundred made-up rows")] = None,
) -> Response:
    """Return the files of a full export, or of what changed since a cursor, under the issuer's signature.

    Load `output`, then `deleted`, and keep `cursor` once all is loaded. While `more` is true, go on with it
    at once. To load the same once more changes nothing.
    """
    export = profiles.opened(context, client, name)
    try:
        found = _manifest(context, export, cursor, mode)
    except ExportOrdered as error:
        return JSONResponse({"detail": error.detail}, 202, {**_PRIVATE, "retry-after": "5"})
    fetching.note(context, client.id, export, f"manifest {found.id}", request.state.request_id)
    answer = Response(found.content, media_type="application/json", headers=_PRIVATE)
    return forms.tagged(request, answer, found.id)


@router.get("/changes", summary="Read what changed, row by row", responses=errors(401, 403, 404, 410, 422))
def read_changes(
    request: Request,
    response: Response,
    context: ContextDep,
    client: ClientDep,
    name: Named,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 500,
) -> ChangesOut:
    """Return rows past a cursor, in the order in which they were committed; without a cursor from the first.

    It is the manifest's small sister. After a `410` and after the profile has changed, ask for a manifest.
    """
    export = profiles.opened(context, client, name)
    profiles.must_have_rows(export)
    position = manifests.position_of(context, export, cursor) if cursor else 0
    announcing.announce(context)
    with context.database.read() as session:
        told = feed.changed(context, session, export, position, limit)
    fetching.note(context, client.id, export, f"changes past {position}", request.state.request_id)
    response.headers.update(_PRIVATE)
    return ChangesOut(
        rows=told.rows,
        cursor=manifests.cursor_at(context, export, told.position),
        more=not told.is_last,
        request_id=request.state.request_id,
    )


@router.get(
    "/files/{file}",
    summary="Fetch a file",
    response_class=Response,
    responses={**_FILE, **errors(401, 403, 404)},
)
def read_file(
    request: Request,
    context: ContextDep,
    client: ClientDep,
    name: Named,
    file: Annotated[str, Path(pattern=r"^[0-9a-f]{64}\.[a-z.]{2,20}$", examples=[export_examples.FILE])],
) -> Response:
    """Return a file of a manifest, whole or by ranges. Its name is the SHA-256 of its bytes."""
    export = profiles.opened(context, client, name)
    sha256, _, suffix = file.partition(".")
    found = fetching.file(context, export, sha256)
    if found.suffix != f".{suffix}":
        raise exports.UnknownFile("there is no such file: take its address as the manifest has it")
    fetching.note(context, client.id, export, file, request.state.request_id)
    sent = Sent(found.content, sha256, manifest.media_type(found.suffix))
    return ranges.answer(request, sent, _KEPT)


@router.post(
    "/receipts",
    summary="Answer what became of rows",
    responses=errors(401, 403, 404, 413, 422),
    openapi_extra=examples.lines("application/x-ndjson", export_examples.RECEIPTS),
)
async def send_receipts(
    request: Request, context: ContextDep, client: ClientDep, name: Named
) -> ReceiptsTakenOut:
    """Take a receipt a line: accepted, rejected or held, with a reason. The district sees what to put right.

    A line that cannot be taken is named, and takes no other one with it.
    """
    raw = await multipart.bounded(request, _RECEIPTS_BYTES)

    def taken() -> ReceiptsTakenOut:
        export = profiles.opened(context, client, name)
        return export_answers.taken(answering.take(context, export, raw), request.state.request_id)

    return await anyio.to_thread.run_sync(taken)


@router.get("/reconciliation", summary="Compare counts and checksums", responses=errors(401, 403, 404, 422))
def read_reconciliation(
    request: Request,
    response: Response,
    context: ContextDep,
    client: ClientDep,
    name: Named,
    month: Annotated[
        str | None, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="Of the award")
    ] = None,
) -> ReconciliationOut:
    """Return for each achievement and month how many rows there are, and the checksum over them.

    The checksum is SHA-256 over the `row_sha256` of the rows, sorted, one a line. Read up to `cursor` first.
    """
    export = profiles.opened(context, client, name)
    response.headers.update(_PRIVATE)
    return export_answers.reconciled(reconciling.reconcile(context, export, month), request.state.request_id)


@router.get(
    "/schema", summary="Describe the rows as JSON Schema", responses={**_JSON, **errors(401, 403, 404, 422)}
)
def read_schema(context: ContextDep, client: ClientDep, name: Named) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the profile's rows."""
    export = profiles.opened(context, client, name)
    profiles.must_have_rows(export)
    return describing.schema(export.profile, manifests.address(context, export, "schema"))


@router.get(
    "/datapackage",
    summary="Describe the rows as a data package",
    responses={**_JSON, **errors(401, 403, 404, 422)},
)
def read_package(context: ContextDep, client: ClientDep, name: Named) -> dict[str, Any]:
    """Return the Frictionless Data Package of the profile's rows."""
    export = profiles.opened(context, client, name)
    profiles.must_have_rows(export)
    return describing.package(export.profile, name)


def _manifest(context: Context, export: Export, cursor: str | None, mode: str | None) -> Manifest:
    if mode == "sample":
        return manifests.sample(context, export)
    return manifests.delta(context, export, cursor) if cursor else manifests.full(context, export)
