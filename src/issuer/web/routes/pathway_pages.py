"""What anybody may read of a pathway, and the frame that shows one person's progress."""

from hashlib import sha256
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from issuer.context import Context
from issuer.core.holder_links import UnusableLink
from issuer.db.pathways import UnknownPathway
from issuer.db.tables import Tenant
from issuer.errors import NotFound
from issuer.services import holder, pathways
from issuer.services.pathway_offers import Offer
from issuer.services.tenants import presentation_of, profile_of
from issuer.web import badge_view, examples, forms, languages, pathway_view, problems
from issuer.web.dependencies import BaseDep, ContextDep, tenant_at
from issuer.web.openapi import errors
from issuer.web.pages import pathway_views, render, styles
from issuer.web.pages.pathway_views import ProgressFrame
from issuer.web.pages.words import Language
from issuer.web.routes.pathways import Code
from issuer.web.slugs import Slug

router = APIRouter(tags=["public"])

_JSON: Final = ("application/json",)
_PAGE_OR_JSON: Final = (forms.HTML, *_JSON)
_DOCUMENT: Final = {**forms.documented(examples.PUBLIC_PATHWAY, _JSON), **errors(404)}
_ANY: Final = {**forms.documented(examples.PUBLIC_PATHWAY, _PAGE_OR_JSON), **errors(404, 406)}

Number = Annotated[int, Path(ge=1, le=100_000)]


@router.get(
    "/i/{slug:slug}/p/{code}.json",
    summary="The rule of a pathway",
    response_class=Response,
    responses=_DOCUMENT,
)
def read_document(request: Request, context: ContextDep, base: BaseDep, slug: Slug, code: Code) -> Response:
    """Return the newest published version, byte for byte as it was published."""
    return _document(request, context, tenant_at(context, slug, base), code, None)


@router.get(
    "/i/{slug:slug}/p/{code}/v{number}.json",
    summary="The rule of a pathway in one version",
    response_class=Response,
    responses=_DOCUMENT,
)
def read_version_document(
    request: Request, context: ContextDep, base: BaseDep, slug: Slug, code: Code, number: Number
) -> Response:
    """Return one published version, which never changes: others may refer to it by its digest."""
    return _document(request, context, tenant_at(context, slug, base), code, number)


@router.get(
    "/i/{slug:slug}/p/{code}",
    summary="A pathway: its page, or its rule",
    response_class=Response,
    responses=_ANY,
)
def read_pathway(request: Request, context: ContextDep, base: BaseDep, slug: Slug, code: Code) -> Response:
    """Return the newest published version of a pathway. It says nothing of anybody's progress."""
    return _pathway(request, context, base, slug, code, None)


@router.get(
    "/i/{slug:slug}/p/{code}/v{number}",
    summary="One version of a pathway",
    response_class=Response,
    responses=_ANY,
)
def read_version(
    request: Request, context: ContextDep, base: BaseDep, slug: Slug, code: Code, number: Number
) -> Response:
    """Return one published version, which never changes."""
    return _pathway(request, context, base, slug, code, number)


@router.get("/embed/i/{slug:slug}/p/{code}", include_in_schema=False)
def read_frame(
    request: Request,
    context: ContextDep,
    base: BaseDep,
    slug: Slug,
    code: Code,
    t: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Return one person's progress, by the token of their own link, for a frame of the platform."""
    try:
        person = holder.opened(context, t, base, request.state.request_id)
        if person.tenant.slug != slug:
            raise UnusableLink("this link is of another issuer")
        request.state.tenant_id = person.tenant.id
        return _progress(request, context, person, code)
    except NotFound as error:
        lang, status = languages.of(request), int(problems.status_of(type(error)))
        return _framed(ProgressFrame(missing=error.code), lang, status)


def _progress(request: Request, context: Context, person: holder.Holder, code: str) -> Response:
    tenant = person.tenant
    standing = pathways.progress_in(context, tenant.id, person.person.id, code)
    addresses = context.addresses(tenant)
    view = ProgressFrame(
        progress=pathway_view.progress_view(standing, addresses),
        issuer=badge_view.issuer_ref(profile_of(context, tenant), addresses, presentation_of(tenant)),
    )
    return _framed(view, languages.of(request, tenant))


def _framed(view: ProgressFrame, lang: Language, status: int = 200) -> Response:
    """Return a page that a platform may show in a frame: it has nothing to press but links."""
    html = render.page("pathway_frame", lang, pathway_views.head_of_frame(view, lang), view, chosen=True)
    policy = styles.content_security_policy(html, ancestors="*")
    return forms.page(html, {**forms.NOT_KEPT, "content-security-policy": policy}, status)


def _pathway(
    request: Request, context: Context, base: str, slug: str, code: str, number: int | None
) -> Response:
    media = forms.wanted(request, _PAGE_OR_JSON)
    tenant = tenant_at(context, slug, base)
    if media != forms.HTML:
        return _document(request, context, tenant, code, number)
    versions = pathways.published(context, tenant.id, code)
    view = pathway_view.pathway_view(context, tenant, _chosen(versions, number), versions)
    lang = languages.of(request, tenant)
    text = render.page(
        "pathway", lang, pathway_views.head_of(view, lang), view, chosen=languages.is_chosen(request)
    )
    return forms.public_page(request, text)


def _document(request: Request, context: Context, tenant: Tenant, code: str, number: int | None) -> Response:
    text = _chosen(pathways.published(context, tenant.id, code), number).text
    answer = forms.stored(request, text, sha256(text.encode()).hexdigest(), _JSON[0])
    answer.headers["cache-control"] = forms.FOR_A_MINUTE
    return answer


def _chosen(versions: list[Offer], number: int | None) -> Offer:
    found = next((each for each in reversed(versions) if number in {None, each.number}), None)
    if found is None:
        raise UnknownPathway("no such version of the pathway was published")
    return found
