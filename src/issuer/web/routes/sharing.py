"""Badges on other sites, and what search engines may know."""

from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from fastapi import APIRouter, Path, Query, Request, Response

from issuer.context import Context
from issuer.core import documents
from issuer.errors import NotFound
from issuer.services import site_map, standing
from issuer.services.standing import Private, PublicBadge
from issuer.services.tenants import profile_of
from issuer.web import dependencies, forms, languages, oembed, problems
from issuer.web.badge_view import badge_view
from issuer.web.dependencies import BaseDep, ContextDep
from issuer.web.openapi import errors
from issuer.web.pages import share_pages, styles
from issuer.web.pages.share_views import FrameView

router = APIRouter(tags=["public"])

XML: Final = "application/xml"
_HOUR: Final = {"cache-control": "public, max-age=3600"}
_SITE_COST: Final = 3
"""What a site map takes of an address's share: the most of it is worked out by the database."""
_SITEMAPS: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PAGE: Final = "https://badges.alder.example/b/7HqyV2cWmX4tKfRz9aBnPd"
_EXAMPLE: Final[dict[str, Any]] = {
    "version": "1.0",
    "type": "rich",
    "title": "Feedback that Moves Learning",
    "html": f'<iframe src="{_PAGE.replace("/b/", "/embed/b/")}?lang=en" title="Feedback that Moves Learning, '
    'Alder County School District" width="480" height="220"></iframe>',
    "width": 480,
    "height": 220,
}
_DESCRIBED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The description", "content": {"application/json": {"example": _EXAMPLE}}},
    **errors(401, 404, 422, 501),
}

Side = Annotated[int | None, Query(ge=1, le=100_000)]


@router.get("/embed/b/{badge_id}", include_in_schema=False)
def read_frame(request: Request, context: ContextDep, base: BaseDep, badge_id: str) -> Response:
    """Return how a badge stands, for a frame on any site. Where there is none to show, it says why."""
    try:
        badge = standing.public_badge(context, oembed.known_id(badge_id), base)
    except (NotFound, Private) as error:
        tenant = error.tenant if isinstance(error, Private) else None
        name = str(profile_of(context, tenant)["name"]) if tenant else None
        view = FrameView(missing=error.code, issuer=name)
        return _framed(
            request, share_pages.frame(view, languages.of(request)), problems.status_of(type(error))
        )
    view = FrameView(badge=badge_view(context, badge, standing.checked(context, badge)))
    return _framed(request, share_pages.frame(view, languages.of(request, badge.tenant)))


@router.get(
    "/oembed",
    summary="How another site shows a badge (oEmbed)",
    response_class=Response,
    responses=_DESCRIBED,
)
def describe(
    request: Request,
    context: ContextDep,
    base: BaseDep,
    url: Annotated[str, Query(max_length=2000, examples=[_PAGE])],
    format_: Annotated[str, Query(alias="format", include_in_schema=False)] = "json",
    max_width: Annotated[Side, Query(alias="maxwidth")] = None,
    max_height: Annotated[Side, Query(alias="maxheight")] = None,
) -> Response:
    """Return the frame of a badge by the address of its page, at most as wide and as high as is asked for.

    A private badge is refused, and what is no badge of this origin is unknown. The description is JSON: any
    other `format` is not offered.
    """
    if format_ != "json":
        raise oembed.UnknownFormat("this service describes badges as JSON: leave `format` out")
    badge = _described(context, oembed.badge_id(url, base), base)
    view = badge_view(context, badge, standing.checked(context, badge))
    lang = languages.of(request, badge.tenant, oembed.language(url))
    found = oembed.document(view, lang, max_width=max_width, max_height=max_height)
    headers = {"cache-control": f"public, max-age={oembed.CACHE_SECONDS}", "vary": "Accept-Language"}
    return Response(documents.text(found), media_type="application/json", headers=headers)


@router.get("/robots.txt", include_in_schema=False)
def read_robots(base: BaseDep) -> Response:
    """Return what crawlers may read: pages, which say themselves whether they may be listed."""
    prefix = urlsplit(base).path
    lines = ("User-agent: *", f"Disallow: {prefix}/v1/", f"Sitemap: {base}/sitemap.xml")
    return Response("\n".join(lines) + "\n", media_type="text/plain", headers=_HOUR)


@router.get("/sitemap.xml", include_in_schema=False)
def read_site_map(request: Request, context: ContextDep, base: BaseDep) -> Response:
    """Return what search engines may list: all of it, or the files that hold it (sitemaps.org protocol)."""
    dependencies.admit(request, _SITE_COST)
    site = site_map.site(context, base)
    if site.size <= site_map.MOST:
        return _addresses(context, site, 0)
    files = -(-site.size // site_map.MOST)
    entries = "".join(f"<sitemap><loc>{base}/sitemap/{each}.xml</loc></sitemap>" for each in range(files))
    return _xml(f'<sitemapindex xmlns="{_SITEMAPS}">{entries}</sitemapindex>')


@router.get("/sitemap/{number}.xml", include_in_schema=False)
def read_site_map_file(
    request: Request, context: ContextDep, base: BaseDep, number: Annotated[int, Path(ge=0, le=100_000)]
) -> Response:
    """Return one of these files. One past the end is empty."""
    dependencies.admit(request, _SITE_COST)
    return _addresses(context, site_map.site(context, base), number)


def _described(context: Context, badge_id: str, base: str) -> PublicBadge:
    """Return a badge. One that was removed is unknown here, a private one refused (oEmbed 1.0, 2.3.5)."""
    try:
        return standing.public_badge(context, badge_id, base)
    except standing.Erased as error:
        raise oembed.unknown() from error
    except Private as error:
        raise oembed.PrivateFrame("this badge is private: only its page can be opened, by a link") from error


def _framed(request: Request, html: str, status: int = HTTPStatus.OK) -> Response:
    """Return a page that every site may show in a frame: it has nothing to press but a link."""
    policy = styles.content_security_policy(html, ancestors="*")
    headers = {"content-security-policy": policy, "x-robots-tag": "noindex"}
    if status == HTTPStatus.OK:
        return forms.public_page(request, html, headers)
    return forms.page(html, headers, int(status))


def _addresses(context: Context, site: site_map.Site, number: int) -> Response:
    entries = "".join(
        f"<url><loc>{escape(each)}</loc></url>\n" for each in site_map.addresses(context, site, number)
    )
    return _xml(f'<urlset xmlns="{_SITEMAPS}">\n{entries}</urlset>')


def _xml(text: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', media_type=XML, headers=_HOUR)
