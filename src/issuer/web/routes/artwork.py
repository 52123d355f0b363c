"""Upload pictures of badges and issuers, and serve them to anybody."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from issuer.context import Context
from issuer.core.artwork.uploaded import MAX_UPLOAD
from issuer.core.documents import Document
from issuer.db import artwork, tenants
from issuer.db.public_tables import Artwork
from issuer.db.tables import Tenant
from issuer.services import artwork as service
from issuer.services.clients import Client
from issuer.web import examples, forms, multipart
from issuer.web.answers import Answer
from issuer.web.dependencies import BaseDep, ClientDep, ContextDep, tenant_at
from issuer.web.openapi import errors
from issuer.web.places import Places
from issuer.web.slugs import Slug

router = APIRouter(tags=["artwork"])

_FORM_OVERHEAD: Final = 8_192
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_SVG_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For whoever opens the picture on its own. What was not found in it when it was uploaded stays inert."""

_DIGEST: Final = "8f14e45fceea167a5a36dedd4bea2543f6a2e9a0f8b1c3d4e5f60718293a4b5c"
_EXAMPLE: Final[Document] = {
    "image": {
        "id": f"https://badges.alder.example/i/alder/art/{_DIGEST}.png",
        "caption": "Two speech bubbles, one of them with a tick",
    },
    "mediaType": "image/png",
    "width": 600,
    "height": 600,
    "size": 41_238,
    "digest": _DIGEST,
    "createdAt": "2026-11-24T13:20:00Z",
}
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}, "example": "the bytes of the picture"}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "image/png": _BINARY,
            "image/svg+xml": _BINARY,
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "caption"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "caption": {"type": "string"},
                    },
                },
                "example": {"file": "the bytes of the picture", "caption": _EXAMPLE["image"]["caption"]},
            },
        },
    }
}


class ImageOut(Answer):
    """An Open Badges 3.0 Image, as it goes into an achievement's definition or an issuer's profile."""

    id: str
    caption: str


class ArtworkSummary(Answer):
    """A picture as it is kept: made anew from what was sent."""

    image: ImageOut
    media_type: str
    width: int
    height: int
    size: Annotated[int, Field(description="Bytes")]
    digest: Annotated[str, Field(description="SHA-256 of the bytes")]
    created_at: datetime


class ArtworkOut(ArtworkSummary):
    """A picture that was uploaded."""

    request_id: Annotated[str, Field(alias="request_id")]


class ArtworksOut(Answer):
    """Pictures, the newest first. `next` is the address of the following page."""

    artwork: list[ArtworkSummary]
    next: str | None = None
    request_id: Annotated[str, Field(alias="request_id")]


def _example(content: Document) -> dict[str, Any]:
    return {"content": {"application/json": {"example": {**content, "request_id": examples.REQUEST_ID}}}}


@router.post(
    "/v1/artwork",
    summary="Upload a picture",
    status_code=HTTPStatus.CREATED,
    responses={
        200: {"model": ArtworkOut, "description": "Already uploaded", **_example(_EXAMPLE)},
        201: _example(_EXAMPLE),
        **errors(401, 403, 413, 422, 503),
    },
    openapi_extra=_BODY,
)
async def upload(
    request: Request,
    response: Response,
    context: ContextDep,
    client: ClientDep,
    caption: Annotated[
        str, Query(description="What it shows, for whoever cannot see it", examples=["A green leaf"])
    ] = "",
) -> ArtworkOut:
    """Keep a PNG or SVG picture, made safe, and answer with the `image` to put into a definition.

    A caption is needed, in the address or in the form. The same picture again answers `200`, and takes the
    new caption.
    """
    client.must("achievements:write")
    described, raw = await _sent(request, caption)
    uploading: Places = request.app.state.uploading
    kept, tenant = await uploading.run(lambda: _added(context, client, raw, described))
    if not kept.is_new:
        response.status_code = HTTPStatus.OK
    found = _summary(context, tenant, kept.row)
    return ArtworkOut(**found.model_dump(), request_id=request.state.request_id)


@router.get(
    "/v1/artwork",
    summary="List pictures",
    responses={200: _example({"artwork": [_EXAMPLE], "next": None}), **errors(401, 403, 422)},
)
def list_artwork(
    request: Request,
    response: Response,
    context: ContextDep,
    client: ClientDep,
    after: Annotated[str | None, Query(pattern="^[0-9a-f]{64}$", description="The last digest")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> ArtworksOut:
    """Return every picture that the issuer uploaded, the newest first."""
    client.must("achievements:write")
    with context.database.read() as session:
        tenant = tenants.by_id(session, client.tenant_id)
        found = artwork.page(session, client.tenant_id, after=after, limit=limit + 1)
    following = None
    if len(found) > limit:
        following = f"{context.settings.public_url}/v1/artwork?after={found[limit - 1].digest}&limit={limit}"
        response.headers["link"] = f'<{following}>; rel="next"'
    listed = [_summary(context, tenant, row) for row in found[:limit]]
    return ArtworksOut(artwork=listed, next=following, request_id=request.state.request_id)


@router.get(
    "/i/{slug:slug}/art/{name}",
    tags=["public"],
    summary="A picture that an issuer uploaded",
    response_class=Response,
    responses={
        200: {
            "description": "The picture",
            "content": {"image/png": {"example": "…"}, "image/svg+xml": {"example": "…"}},
        },
        304: {"description": "Not changed"},
        **errors(404, 503),
    },
)
def read_artwork(
    request: Request,
    context: ContextDep,
    base: BaseDep,
    slug: Slug,
    name: Annotated[str, Path(pattern=f"^{service.NAME}$", examples=[f"{_DIGEST}.png"])],
) -> Response:
    """Return the picture. What is at its address never changes."""
    found = service.read(context, tenant_at(context, slug, base), name)
    headers = {"cache-control": _FOR_EVER}
    if found.media_type == "image/svg+xml":
        headers["content-security-policy"] = _SVG_POLICY
    answer = Response(found.content, headers=headers, media_type=found.media_type)
    return forms.tagged(request, answer, name.partition(".")[0])


async def _sent(request: Request, caption: str) -> tuple[str, bytes]:
    """Return the caption and the picture of a request: a form has both, any other body is the picture."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        return caption, await multipart.bounded(request, MAX_UPLOAD)
    given, raw = await multipart.parts(request, MAX_UPLOAD + _FORM_OVERHEAD)
    return given.get("caption") or caption, raw


def _added(context: Context, client: Client, raw: bytes, caption: str) -> tuple[service.Kept, Tenant]:
    with context.database.read() as session:
        tenant = tenants.by_id(session, client.tenant_id)
    return service.add(context, tenant, raw, caption), tenant


def _summary(context: Context, tenant: Tenant, row: Artwork) -> ArtworkSummary:
    return ArtworkSummary(
        image=ImageOut(id=service.address(context, tenant, row), caption=row.caption),
        media_type=row.media_type,
        width=row.width,
        height=row.height,
        size=row.size,
        digest=row.digest,
        created_at=row.created_at,
    )
