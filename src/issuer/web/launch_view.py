"""From a launch to the page that a learning platform shows in its frame."""

from http import HTTPStatus

from fastapi import Request, Response

from issuer.context import Context
from issuer.core.lti.registration import Registration
from issuer.errors import IssuerError
from issuer.services import holder as holders
from issuer.services import standing
from issuer.services.lti.launching import Opened
from issuer.services.lti.registering import Tool
from issuer.services.tenants import presentation_of, profile_of
from issuer.web import badge_view, forms, holder_view, languages, problems
from issuer.web.pages import launch_views, render, styles
from issuer.web.pages.launch_views import LaunchView
from issuer.web.pages.words import Language


def opened(request: Request, context: Context, tool: Tool, found: Opened) -> Response:
    """Return the page of whoever followed the platform's link, in the language of the platform."""
    lang = languages.of(request, tool.tenant, found.launch.locale)
    return _framed(_view(context, tool, found), lang, tool.registered, found.launch.origin)


def refused(request: Request, tool: Tool | None, error: IssuerError) -> Response:
    """Return the page that says why nothing can be shown, in the platform's frame where that is known.

    What is our own fault is raised: it says nothing of itself.
    """
    status = problems.status_of(type(error))
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        raise error
    request.state.code = error.code
    lang = languages.of(request, tool.tenant if tool else None)
    view = LaunchView(refused=f"{error.detail} ({error.code})")
    return _framed(view, lang, tool.registered if tool else None, None, int(status))


def _view(context: Context, tool: Tool, found: Opened) -> LaunchView:
    tenant = tool.tenant
    issuer = badge_view.issuer_ref(
        profile_of(context, tenant), context.addresses(tenant), presentation_of(tenant)
    )
    if found.holder is None or found.url is None:
        return LaunchView(issuer=issuer)
    badges = standing.undamaged(context, holders.badges(context, found.holder), tenant)
    whole = holder_view.holder_view(context, found.holder, found.url, badges)
    return LaunchView(
        issuer=issuer, url=found.url, person=whole.person, badges=whole.badges, progress=whole.progress
    )


def _framed(
    view: LaunchView,
    lang: Language,
    registered: Registration | None,
    origin: str | None,
    status: int = 200,
) -> Response:
    """Return a page that the platform alone may show in a frame: it has nothing to press but links."""
    known = registered.origins if registered else frozenset[str]()
    ancestors = " ".join(sorted(known | ({origin} if origin else set()))) or "'none'"
    html = render.page("launched", lang, launch_views.head(view, lang), view, chosen=True)
    policy = styles.content_security_policy(html, ancestors=ancestors)
    return forms.page(html, {**forms.NOT_KEPT, "content-security-policy": policy}, status)
