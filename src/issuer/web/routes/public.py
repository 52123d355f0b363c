"""What anybody may read beside badges: issuers, achievements, DID documents, status lists."""

import json
from functools import partial
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from issuer.context import Context
from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import contexts
from issuer.db import achievements, tenants, versions
from issuer.db.tables import AchievementVersion, Tenant
from issuer.services import keys, status_lists
from issuer.services.tenants import profile_of
from issuer.web import badge_forms, badge_pictures, drawing, examples, forms, kept, people_pages
from issuer.web.dependencies import BaseDep, ContextDep, tenant_at
from issuer.web.openapi import errors
from issuer.web.slugs import Slug

router = APIRouter(tags=["public"])

_ISSUER = {**forms.documented(examples.PROFILE, forms.PAGE_OR_JSON), **errors(404, 406)}
_PROFILE = {**forms.documented(examples.PROFILE, forms.JSON_TYPES), **errors(404)}
_VERSION = {**forms.documented(examples.ACHIEVEMENT, forms.JSON_TYPES), **errors(404)}
_ACHIEVEMENT = {**forms.documented(examples.ACHIEVEMENT, forms.PAGE_OR_JSON), **errors(404, 406)}
_DID = {**forms.documented(examples.DID_DOCUMENT, forms.DID_TYPES), **errors(404)}

Number = Annotated[int, Path(ge=1, le=100_000)]
Code = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


@router.get(
    "/i/{slug:slug}.json",
    summary="The Profile of an issuer",
    response_class=Response,
    responses=_PROFILE,
)
def read_profile(request: Request, context: ContextDep, base: BaseDep, slug: Slug) -> Response:
    """Return the issuer's Open Badges Profile as it is now."""
    kept.while_same(request, context, versions.of_issuer, slug)
    tenant = tenant_at(context, slug, base)
    return _profile(request, context, tenant, forms.wanted(request, forms.JSON_TYPES, suffixed=True))


@router.get(
    "/i/{slug:slug}",
    summary="An issuer: its page, or its Profile",
    response_class=Response,
    responses=_ISSUER,
)
def read_issuer(request: Request, context: ContextDep, base: BaseDep, slug: Slug) -> Response:
    """Return the issuer's page, or its Open Badges Profile."""
    media = forms.wanted(request, forms.PAGE_OR_JSON)
    kept.while_same(request, context, versions.of_issuer, slug)
    tenant = tenant_at(context, slug, base)
    if media == forms.HTML:
        with context.database.read() as session:
            newest = achievements.newest_versions(session, tenant.id)
            listed = tenants.keys(session, tenant.id)
        page = people_pages.issuer_page(request, context, tenant, newest, listed)
        return forms.public_page(request, page)
    return _profile(request, context, tenant, media)


@router.get(
    "/i/{slug:slug}/did.json",
    summary="The DID document of an issuer",
    response_class=Response,
    responses=_DID,
)
def read_did(request: Request, context: ContextDep, base: BaseDep, slug: Slug) -> Response:
    """Return the keys of an issuer that has no origin of its own."""
    kept.while_same(request, context, versions.of_issuer, slug)
    tenant = tenant_at(context, slug, base)
    if tenant.owned_origin is not None:
        raise tenants.UnknownTenant("this issuer's DID document is at the root of its origin")
    return _document(
        request, keys.did_document(context, tenant), forms.wanted(request, forms.DID_TYPES, suffixed=True)
    )


@router.get(
    "/.well-known/did.json",
    summary="The DID document of an origin's own issuer",
    response_class=Response,
    responses=_DID,
)
@router.get("/did.json", include_in_schema=False)
def read_root_did(request: Request, context: ContextDep, base: BaseDep) -> Response:
    """Return the keys of the default issuer, or of the issuer that owns the origin addressed."""
    origin = tenants.DEFAULT if base == context.settings.public_url else base
    with context.database.read() as session:
        tenant = tenants.owner_of(session, origin)
    if tenant is None:
        raise tenants.UnknownTenant("no issuer has this origin for its own")
    kept.while_same(request, context, versions.of_issuer, tenant.slug)
    return _document(
        request, keys.did_document(context, tenant), forms.wanted(request, forms.DID_TYPES, suffixed=True)
    )


@router.get(
    "/i/{slug:slug}/a/{code}",
    summary="An achievement: its page, or its document",
    response_class=Response,
    responses=_ACHIEVEMENT,
)
def read_achievement(
    request: Request, context: ContextDep, base: BaseDep, slug: Slug, code: Code
) -> Response:
    """Return the newest published version of an achievement."""
    return _achievement(request, context, base, slug, code, None)


@router.get(
    "/i/{slug:slug}/a/{code}/v{number}.png",
    summary="The picture of an achievement without one of its own",
    response_class=Response,
    responses={**forms.pictured(badge_forms.PNG), **errors(404, 503)},
)
async def read_drawing(request: Request, base: BaseDep, slug: Slug, code: Code, number: Number) -> Response:
    """Return the picture that is drawn of a version, which badges name as their achievement's image."""
    return await drawing.answer(request, partial(_drawn, request, base, slug, code, number))


@router.get(
    "/i/{slug:slug}/a/{code}/v{number}.json",
    summary="One version of an achievement, as its document",
    response_class=Response,
    responses=_VERSION,
)
def read_achievement_document(
    request: Request, context: ContextDep, base: BaseDep, slug: Slug, code: Code, number: Number
) -> Response:
    """Return the Achievement that badges of this version carry, whatever the reader accepts."""
    kept.while_same(request, context, versions.of_issuer, slug)
    version = _version(context, tenant_at(context, slug, base), code, number)
    media = forms.wanted(request, forms.JSON_TYPES, suffixed=True)
    return _document(request, _with_context(version), media)


@router.get(
    "/i/{slug:slug}/a/{code}/v{number}",
    summary="One version of an achievement",
    response_class=Response,
    responses=_ACHIEVEMENT,
)
def read_achievement_version(
    request: Request,
    context: ContextDep,
    base: BaseDep,
    slug: Slug,
    code: Code,
    number: Number,
) -> Response:
    """Return one published version, which never changes."""
    return _achievement(request, context, base, slug, code, number)


@router.get(
    "/status/{number}",
    summary="A status list: which badges were withdrawn or are on hold",
    response_class=Response,
    responses={**forms.CREDENTIAL, **errors(404, 406, 503)},
)
def read_status_list(
    request: Request, context: ContextDep, base: BaseDep, number: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> Response:
    """Return the signed list credential (Bitstring Status List 1.0), at most a minute old with any reader."""
    kept.while_same(request, context, versions.of_status_list, number)
    text = status_lists.published(context, number, base)
    media = forms.wanted(request, forms.LIST_TYPES, suffixed=True)
    answer = forms.stored(request, text, sha256(text.encode()).hexdigest(), media)
    answer.headers["cache-control"] = forms.FOR_A_MINUTE
    return answer


@router.get("/problems/{code}", include_in_schema=False)
def read_problem(request: Request, code: str) -> Response:
    """Explain an error: where the `type` of a problem document leads."""
    return people_pages.problem_page(request, code)


def _achievement(
    request: Request, context: Context, base: str, slug: str, code: str, number: int | None
) -> Response:
    media = forms.wanted(request, forms.PAGE_OR_JSON)
    kept.while_same(request, context, versions.of_issuer, slug)
    tenant = tenant_at(context, slug, base)
    with context.database.read() as session:
        achievement = achievements.by_code(session, tenant.id, code)
        found = achievements.versions(session, tenant.id, achievement.id)
    version = next((each for each in reversed(found) if number in {None, each.number}), None)
    if version is None:
        raise achievements.UnknownAchievement("no such version was published")
    if media == forms.HTML:
        retired = achievement.retired_at is not None
        page = people_pages.achievement_page(request, context, tenant, version, found, retired=retired)
        return forms.public_page(request, page)
    return _document(request, _with_context(version), media)


def _drawn(request: Request, base: str, slug: str, code: str, number: int, context: Context) -> Response:
    tenant = tenant_at(context, slug, base)
    version = _version(context, tenant, code, number)
    issuer = str(profile_of(context, tenant)["name"])
    return badge_pictures.drawing(request, context, tenant, json.loads(version.document), issuer)


def _version(context: Context, tenant: Tenant, code: str, number: int) -> AchievementVersion:
    with context.database.read() as session:
        achievement = achievements.by_code(session, tenant.id, code)
        version = achievements.version(session, tenant.id, achievement.id, number)
    if version is None:
        raise achievements.UnknownAchievement("no such version was published")
    return version


def _profile(request: Request, context: Context, tenant: Tenant, media: str) -> Response:
    whole = {"@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES], **profile_of(context, tenant)}
    return _document(request, whole, media)


def _with_context(version: AchievementVersion) -> Document:
    return {"@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES], **json.loads(version.document)}


def _document(request: Request, document: Document, media: str) -> Response:
    text = documents.text(document)
    answer = forms.stored(request, text, sha256(text.encode()).hexdigest(), media)
    answer.headers["cache-control"] = forms.FOR_A_MINUTE
    return answer
