"""The pages that people read, from what is stored."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from fastapi import Request, Response

from issuer.context import Context
from issuer.core.verifying.report import Report
from issuer.db.tables import AchievementVersion, Tenant, VerificationKey
from issuer.errors import IssuerError
from issuer.services import standing
from issuer.services.standing import PublicBadge
from issuer.services.tenants import presentation_of, profile_of
from issuer.web import badge_past, catalogue_view, forms, languages, negotiation, pathway_view, problems
from issuer.web.badge_view import badge_view, issuer_ref
from issuer.web.pages import render, views

_API = ("/v1", "/ims/")


def badge_page(request: Request, context: Context, badge: PublicBadge, report: Report) -> str:
    """Return the page of a badge. A private one that a link opened has nothing that the link does not."""
    view = badge_past.with_past(context, badge, badge_view(context, badge, report))
    if badge.is_private:
        view = replace(view, share=request.query_params.get("share", ""), json_url="")
    if view.shown is not None and view.shown.achievement_url is not None:
        code = view.shown.achievement_url.rpartition("/")[2]
        view = replace(view, pathways=pathway_view.toward(context, badge.tenant, code))
    return render.badge(view, languages.of(request, badge.tenant), chosen=languages.is_chosen(request))


def issuer_page(
    request: Request,
    context: Context,
    tenant: Tenant,
    versions: Sequence[AchievementVersion],
    keys: Sequence[VerificationKey],
) -> str:
    """Return the page of an issuer."""
    view = catalogue_view.issuer_view(context, tenant, versions, keys)
    return render.issuer(view, languages.of(request, tenant), chosen=languages.is_chosen(request))


def achievement_page(
    request: Request,
    context: Context,
    tenant: Tenant,
    version: AchievementVersion,
    versions: Sequence[AchievementVersion],
    *,
    retired: bool,
) -> str:
    """Return the page of a published version of an achievement, of all those that there are."""
    lang = languages.of(request, tenant)
    view = catalogue_view.achievement_view(context, tenant, version, versions, retired=retired, lang=lang)
    return render.achievement(view, lang, chosen=languages.is_chosen(request))


def problem_page(request: Request, code: str) -> Response:
    """Return the explanation of an error code: where the `type` of a problem document leads."""
    found = problems.catalogue().get(code)
    if found is None:
        absent = HTTPStatus.NOT_FOUND
        return forms.page(_error(request, absent, "not-found"), status=int(absent))
    status = problems.status_of(found)
    detail = " ".join((found.__doc__ or "").split())
    view = views.ErrorView(
        status=int(status), code=code, title=problems.title(code), detail=detail, home=_home(request)
    )
    return forms.public_page(
        request, render.error(view, languages.of(request), chosen=languages.is_chosen(request))
    )


def error_page(request: Request, error: IssuerError) -> Response | None:
    """Return an error as a page, where a person asked for one; otherwise None."""
    tenant = error.tenant if isinstance(error, standing.Private) else None
    return status_page(request, problems.status_of(type(error)), error.code, tenant)


def status_page(
    request: Request, status: HTTPStatus, code: str, tenant: Tenant | None = None
) -> Response | None:
    """Return the page of a status, where a person asked for one; otherwise None. `tenant` is whose it is."""
    reads_pages = negotiation.prefers_pages(request.headers.get("accept"))
    if request.url.path.startswith(_API) or not reads_pages or status is HTTPStatus.NOT_ACCEPTABLE:
        return None
    return forms.page(_error(request, status, code, tenant), status=int(status))


def _error(request: Request, status: HTTPStatus, code: str, tenant: Tenant | None = None) -> str:
    view = views.ErrorView(status=int(status), code=code, home=_home(request))
    if tenant is not None:
        context: Context = request.app.state.context
        profile, addresses = profile_of(context, tenant), context.addresses(tenant)
        view = replace(view, issuer=issuer_ref(profile, addresses, presentation_of(tenant)))
    return render.error(view, languages.of(request, tenant), chosen=languages.is_chosen(request))


def _home(request: Request) -> str:
    context: Context = request.app.state.context
    return context.settings.public_url
