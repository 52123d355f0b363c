"""The Open Badges API: what hosts read and write with a holder's leave (Open Badges 3.0, section 6)."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response, Security
from fastapi.responses import JSONResponse
from fastapi.security import OAuth2AuthorizationCodeBearer, SecurityScopes

from issuer.context import Context
from issuer.core import documents, fields, moments
from issuer.errors import Fault
from issuer.services import held, open_badges
from issuer.services.oauth import bearing, scopes
from issuer.services.oauth.bearing import Bearer
from issuer.web import forms, imsx, ob_described
from issuer.web.dependencies import BaseDep, ContextDep, RawBody
from issuer.web.event_lines import UnsupportedMediaType
from issuer.web.gate import Gate
from issuer.web.routes.holder import admitted

router = APIRouter(prefix=imsx.BASE, tags=["Open Badges API"])

_MOST: Final = 200
_FEW: Final = 100
_LARGEST: Final = 2**31 - 1
_TITLE: Final = "Open Badges"
_scheme = OAuth2AuthorizationCodeBearer(
    authorizationUrl="/oauth/authorize",
    tokenUrl="/oauth/token",
    refreshUrl="/oauth/token",
    scheme_name=ob_described.SCHEME,
    scopes=ob_described.SCOPES,
    description="An access token that a holder allowed",
    auto_error=False,
)


def shown(
    request: Request,
    context: ContextDep,
    base: BaseDep,
    wanted: SecurityScopes,
    token: Annotated[str | None, Depends(_scheme)],
) -> Bearer:
    """Return who shows a token that allows this, or raise `InvalidToken` or `InsufficientScope`."""
    request.state.wanted_scope = wanted.scope_str
    found = bearing.admitted(context, token, base)
    request.state.client_id, request.state.tenant_id = found.client_id, found.tenant.id
    for scope in wanted.scopes:
        found.must(scope)
    return found


def moment(
    since: Annotated[str | None, Query(max_length=40, include_in_schema=False)] = None,
) -> datetime | None:
    """Return the moment from which on credentials are wanted, or raise `InvalidFields`."""
    if since is None:
        return None
    try:
        return moments.parse(since if since[-1:] == "Z" or since[-6:-5] in {"+", "-"} else f"{since}Z")
    except moments.InvalidMoment as error:
        raise fields.InvalidFields("not accepted: since", [Fault("since", error.detail)]) from error


ReaderDep = Annotated[Bearer, Security(shown, scopes=[scopes.READ])]
WriterDep = Annotated[Bearer, Security(shown, scopes=[scopes.UPSERT])]
ProfileReaderDep = Annotated[Bearer, Security(shown, scopes=[scopes.PROFILE_READ])]
ProfileWriterDep = Annotated[Bearer, Security(shown, scopes=[scopes.PROFILE_UPDATE])]
SinceDep = Annotated[datetime | None, Depends(moment)]
Limit = Annotated[int, Query(ge=1, le=_LARGEST, include_in_schema=False)]
Offset = Annotated[int, Query(ge=0, le=_LARGEST, include_in_schema=False)]


@router.get(
    "/credentials",
    operation_id="getCredentials",
    summary="Read a holder's credentials",
    response_class=Response,
    responses=ob_described.GET_CREDENTIALS,
    openapi_extra={"parameters": ob_described.PARAMETERS},
)
def get_credentials(
    bearer: ReaderDep,
    context: ContextDep,
    base: BaseDep,
    since: SinceDep,
    limit: Limit = _FEW,
    offset: Offset = 0,
) -> Response:
    """Return the holder's badges, the oldest first, each byte for byte as it was signed.

    Private ones are among them, and credentials of other issuers that the holder keeps here; those that were
    withdrawn are not. A client of the issuer's own gets the badges of everybody, but the private ones.
    """
    limit = min(limit, _MOST)
    found = open_badges.credentials(context, bearer, offset=offset, limit=limit, since=since)
    link = _links(f"{base}{imsx.BASE}/credentials", (offset, limit, found.total), since)
    headers = {"cache-control": "no-store", "x-total-count": str(found.total), "link": link}
    return Response(open_badges.text(found).encode(), headers=headers, media_type="application/json")


@router.post(
    "/credentials",
    operation_id="upsertCredential",
    summary="Keep a credential for a holder",
    status_code=201,
    response_class=Response,
    responses=ob_described.UPSERT,
    openapi_extra=ob_described.UPSERT_BODY,
)
async def upsert_credential(
    request: Request, bearer: WriterDep, context: ContextDep, raw: RawBody
) -> Response:
    """Keep a credential of any issuer once its seal is seen to hold, in the place of an older copy.

    It is kept and answered byte for byte. One that was withdrawn, or whose seal does not hold, is refused.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in {*ob_described.JSON_TYPES, ob_described.COMPACT}:
        kinds = ", ".join((*ob_described.JSON_TYPES, ob_described.COMPACT))
        raise UnsupportedMediaType(f"send a credential as one of {kinds}")
    gate: Gate = request.app.state.gate
    kept = await gate.run(partial(_kept, context, bearer, media, raw))
    status = 201 if kept.created else 200
    return Response(raw, status, {"cache-control": "no-store"}, media)


@router.get(
    "/profile",
    operation_id="getProfile",
    summary="Read a holder's profile",
    response_class=Response,
    responses=ob_described.GET_PROFILE,
)
def get_profile(bearer: ProfileReaderDep, context: ContextDep) -> Response:
    """Return the profile that was last written for the holder, or what the issuer knows of them.

    Whoever reads it cannot tell whether what was written is true.
    """
    return _profile(open_badges.profile(context, bearer))


@router.put(
    "/profile",
    operation_id="putProfile",
    summary="Write a holder's profile",
    response_class=Response,
    responses=ob_described.PUT_PROFILE,
    openapi_extra=ob_described.PROFILE_BODY,
)
def put_profile(bearer: ProfileWriterDep, context: ContextDep, raw: RawBody) -> Response:
    """Keep a whole profile for the holder, byte for byte. No page of this service shows it."""
    return _profile(open_badges.write_profile(context, bearer, raw))


@router.get(
    "/discovery",
    operation_id="getServiceDescription",
    summary="Read what this API offers",
    response_class=JSONResponse,
    dependencies=[Depends(admitted)],
    responses={
        200: {
            "description": "An OpenAPI 3.0 document",
            "content": {"application/json": {"example": {"openapi": "3.0.1"}}},
        },
        304: {"description": "Not changed"},
        **imsx.documented(429),
    },
)
def get_discovery(request: Request, base: BaseDep) -> Response:
    """Return the service description document: what there is, and where programs register."""
    headers = {"cache-control": "public, max-age=3600"}
    return forms.tagged(request, JSONResponse(ob_described.discovery(base, _TITLE), headers=headers))


def _kept(context: Context, bearer: Bearer, media: str, raw: bytes) -> held.Kept:
    """Keep what came, in the form that its type names."""
    try:
        text = raw.decode()
    except ValueError as error:
        raise documents.MalformedDocument("the body is not UTF-8") from error
    text = text.strip() if media == ob_described.COMPACT else text
    proven = held.prove(context, text)
    if (proven.format == "jws") != (media == ob_described.COMPACT):
        raise documents.MalformedDocument(f"the body is not what {media} says")
    return held.keep(context, bearer.tenant.id, bearer.holder, proven)


def _profile(text: str) -> Response:
    return Response(text.encode(), headers={"cache-control": "no-store"}, media_type="application/json")


def _links(place: str, at: Sequence[int], since: datetime | None) -> str:
    """Return where the other portions are (RFC 8288): next, last, first and previous."""
    offset, limit, total = at
    asked = {"since": moments.stamp(since)} if since else {}
    found = {
        "next": offset + limit if offset + limit < total else None,
        "last": max(total - 1, 0) // limit * limit,
        "first": 0,
        "prev": max(offset - limit, 0) if offset else None,
    }
    return ", ".join(
        f'<{place}?{urlencode({"limit": limit, "offset": number, **asked})}>; rel="{name}"'
        for name, number in found.items()
        if number is not None
    )
